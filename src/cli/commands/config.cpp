#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/data/known_sets.h"
#include "alexnet/train/recipe.h"

#include "cli/command.h"
#include "cli/help_text.h"
#include "cli/options.h"
#include "cli/recipe_arguments.h"
#include "core/text.h"

namespace alexnet::cli {
namespace {

/// A value that holds, and what set it.
struct Setting {
  std::string name;    ///< "--batch", "ALEXNET_DATA"
  std::string value;   ///< empty: none
  std::string origin;  ///< default, recipe, file, environment or option
  std::string from;    ///< which recipe, file or variable
};

std::string words_given(const CLI::Option& option) { return fmt::format("{}", fmt::join(option.results(), " ")); }

/// An option that is no key of a recipe.
Setting setting_of(const CLI::Option& option) {
  const bool is_switch = option.get_expected_min() == 0;
  const auto name = option.get_positional()       ? option.get_type_name()
                    : option.get_lnames().empty() ? "-" + option.get_snames().front()
                                                  : "--" + option.get_lnames().front();
  if (option.count() > 0) {
    return {name, is_switch ? "true" : words_given(option), "option", ""};
  }
  for (const auto* preference : {"lang", "color"}) {
    const auto from = variable_of_key(preference);
    if (const auto value = variable(from.c_str()); option.check_lname(preference) && !value.empty()) {
      return {name, value, "environment", from};
    }
  }
  return {name, is_switch ? "false" : option.get_default_str(), "default", ""};
}

/// The keys of a recipe that options of the command line set.
RecipeSettings recipe_settings(const CLI::App& app) {
  RecipeSettings settings;
  for (const auto& option : recipe_options()) {
    const auto* given = app.get_option_no_throw(option_of_key(option.key));
    if (given != nullptr && given->count() > 0) {
      settings[option.key] = given->results().back();
    }
  }
  return settings;
}

/// Every key of the recipe that the command would use.
std::vector<Setting> recipe_of(const CLI::App& app) {
  const auto* chosen = app.get_option_no_throw("--recipe");
  const auto recipe = chosen != nullptr && chosen->count() > 0 ? words_given(*chosen) : std::string(kDefaultRecipe);
  const auto resolved = resolve_recipe(recipe, recipe_settings_from_environment(), recipe_settings(app));
  const bool is_file = std::ranges::find(built_in_recipes(), recipe, &BuiltInRecipe::name) == built_in_recipes().end();
  std::vector<Setting> settings;
  for (const auto& option : recipe_options()) {
    const auto& origin = resolved.origins.at(option.key);
    Setting setting{option_of_key(option.key), option.get(resolved.recipe), "default", ""};
    if (origin == "command line") {
      setting.origin = "option";
    } else if (origin == "environment") {
      setting.origin = "environment";
      setting.from = variable_of_key(option.key);
    } else if (origin != "default") {
      setting.origin = is_file ? "file" : "recipe";
      setting.from = recipe;
    }
    settings.push_back(std::move(setting));
  }
  return settings;
}

/// What tells every command where photos are.
std::vector<Setting> folders() {
  const auto archives = variable("ALEXNET_DATA");
  const bool home = !variable("ALEXNET_HOME").empty();
  const bool shared = !home && !variable("XDG_DATA_HOME").empty();
  return {
      {"ALEXNET_DATA", archives, archives.empty() ? "default" : "environment", archives.empty() ? "" : "ALEXNET_DATA"},
      {"ALEXNET_HOME", data_home().string(), home || shared ? "environment" : "default",
       home     ? "ALEXNET_HOME"
       : shared ? "XDG_DATA_HOME"
                : ""}};
}

/// All that hold for a parsed command line, or, without a command, for every command and the default recipe.
std::vector<Setting> settings_of(const CommandLine& line, bool is_command) {
  std::vector<Setting> settings;
  bool has_recipe = !is_command;
  for (const auto* option : static_cast<const CLI::App&>(*line.app).get_options()) {
    const bool help = option->check_sname("h") || option->check_lname("help");
    const bool recipe = option->get_group() == kRecipeGroup;
    has_recipe = has_recipe || recipe;
    if (!help && !recipe && (is_command || option->get_group() == kEveryCommandGroup)) {
      settings.push_back(setting_of(*option));
    }
  }
  const auto append = [&](const std::vector<Setting>& more) {
    settings.insert(settings.end(), more.begin(), more.end());
  };
  append(folders());
  if (has_recipe) {
    append(recipe_of(*line.app));
  }
  return settings;
}

class ConfigCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {"config",
            "help",
            "show every value that holds, and what set it",
            "Prints each option with its value and where that comes from: the command line (option), a variable "
            "ALEXNET_OPT_* (environment), a TOML file or a recipe given as --recipe, or the default. The former wins. "
            "With a COMMAND and its words: what that command would use; it is not run. There are no hidden files of "
            "settings.",
            {{"alexnet config show", "what holds for every command, and the default recipe"},
             {"alexnet config show train photos --batch 8", "what this training would use"},
             {"alexnet config show train --json", "for scripts"}}};
  }

  void add_options(CLI::App& app) override {
    add_choice(app, {"action", "show", "the action"}, action_);
    add_texts(app, {"command", "COMMAND", "a command with its words", "none"}, words_);
  }

  void take_words(std::vector<std::string>& words) override {
    const auto show = std::ranges::find(words, "show");
    if (show == words.end()) {
      return;
    }
    const std::vector<std::string> behind(show + 1, words.end());
    const auto command = find_command(behind);
    words_.assign(command, behind.end());
    words.erase(words.end() - (behind.end() - command), words.end());
  }

  int run(Console& console) override;

 private:
  std::string action_;
  std::vector<std::string> words_;
};

void print_table(Console& console, const std::vector<Setting>& settings) {
  std::size_t name = 0;
  std::size_t value = 0;
  for (const auto& s : settings) {
    constexpr std::size_t kWidest = 32;  // a longer value pushes its own origin out
    name = std::max(name, s.name.size());
    value = std::max(value, std::min(s.value.size(), kWidest));
  }
  std::string out;
  for (const auto& s : settings) {
    const auto shown = s.value.empty() ? std::string("none") : printable(s.value);
    out += fmt::format("{}  {}  {}\n", pad_right(s.name, static_cast<int>(name)),
                       pad_right(shown, static_cast<int>(value)),
                       s.origin + (s.from.empty() ? "" : " " + printable(s.from)));
  }
  console.print_as_it_is(out);
}

int ConfigCommand::run(Console& console) {
  require(action_, "show", "alexnet config show");
  const bool is_command = !words_.empty();
  auto line = command_line(is_command ? words_.front() : "config");
  parse(line, is_command ? std::vector<std::string>(words_.begin() + 1, words_.end()) : std::vector<std::string>());
  const auto settings = settings_of(line, is_command);
  if (!console.json()) {
    print_table(console, settings);
    return 0;
  }
  nlohmann::ordered_json document = {{"schema", "alexnet.config"}, {"version", 1}};
  document["command"] = is_command ? nlohmann::ordered_json(words_.front()) : nlohmann::ordered_json(nullptr);
  document["values"] = nlohmann::ordered_json::array();
  for (const auto& s : settings) {
    document["values"].push_back({{"name", s.name}, {"value", s.value}, {"origin", s.origin}, {"from", s.from}});
  }
  console.print_document(document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  return 0;
}

}  // namespace

std::unique_ptr<Command> make_config_command() { return std::make_unique<ConfigCommand>(); }

}  // namespace alexnet::cli
