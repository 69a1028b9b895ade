#include "cli/help_text.h"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/version.h"

#include "cli/options.h"
#include "cli/recipe_arguments.h"
#include "core/text.h"
#include "core/translation.h"

namespace alexnet::cli {
namespace {

constexpr int kDefaultWidth = 80;
constexpr int kWidest = 100;  ///< longer lines are hard to read

int text_width(int width) { return std::min(width > 0 ? width : kDefaultWidth, kWidest); }

/// "  left          right, wrapped".
std::string row(const std::string& left, const std::string& right, int column, int width) {
  std::string out = "  " + left;
  const int used = display_width(out);
  out += used + 2 > column ? "\n" + std::string(static_cast<std::size_t>(column), ' ')
                           : std::string(static_cast<std::size_t>(column - used), ' ');
  return out + wrapped(right, width, column) + "\n";
}

std::string option_name(const OptionFacts& option) {
  return option.positional || option.type.empty() ? option.names : option.names + " " + option.type;
}

std::string option_rows(const CommandLine& line, const HelpStyle& style, int width) {
  std::string out;
  std::string group;
  bool left_out = false;
  for (const auto& option : option_facts(line)) {
    if (!style.full && option.group == kRecipeGroup) {
      left_out = true;
      continue;
    }
    if (option.group != group) {
      group = option.group;
      out += fmt::format("\n{}\n", told(group, style.language));
    }
    out += row(option_name(option), option_help(option, style.language, style.full), 26, width);
  }
  if (left_out) {
    out += fmt::format("\nevery key of a recipe is an option too: alexnet help {}\n", line.command->text().name);
  }
  return out;
}

std::string example_rows(const std::vector<Example>& examples, int width, Language language) {
  std::string out;
  for (const auto& example : examples) {
    out += fmt::format("  {}\n      {}\n", example.command, wrapped(told(example.comment, language), width, 6));
  }
  return out;
}

nlohmann::ordered_json to_document(const CommandLine& line) {
  const auto text = line.command->text();
  nlohmann::ordered_json options = nlohmann::ordered_json::array();
  for (const auto& option : option_facts(line)) {
    options.push_back({{"name", option.names},
                       {"type", option.type},
                       {"help", option.help},
                       {"default", option.default_value},
                       {"environment", option.environment},
                       {"positional", option.positional}});
  }
  nlohmann::ordered_json examples = nlohmann::ordered_json::array();
  for (const auto& example : text.examples) {
    examples.push_back({{"command", example.command}, {"comment", example.comment}});
  }
  return {{"name", text.name},
          {"group", text.group},
          {"summary", text.summary},
          {"usage", usage_line(line)},
          {"description", text.description},
          {"options", options},
          {"examples", examples}};
}

/// "--flip, --no-flip", or "-h".
std::string names_of(const CLI::Option& option) {
  std::string names;
  for (const auto& name : option.get_lnames()) {
    names += (names.empty() ? "--" : ", --") + name;
  }
  return names.empty() ? "-" + option.get_snames().front() : names;
}

std::string variable_of_option(std::string name) {
  std::ranges::replace(name, '-', '_');
  return variable_of_key(name);
}

}  // namespace

std::string told(std::string_view text, Language language) { return std::string(translated(text, language)); }

std::vector<OptionFacts> option_facts(const CommandLine& line) {
  std::vector<OptionFacts> facts;
  for (const auto* option : static_cast<const CLI::App&>(*line.app).get_options()) {
    OptionFacts f;
    f.positional = option->get_positional();
    f.type = option->get_type_size_min() == 0 ? "" : option->get_type_name();
    f.names = f.positional ? f.type : names_of(*option);
    f.many = option->get_items_expected_max() > 1;
    f.help = option->get_description();
    f.default_value = f.type.empty() ? "" : option->get_default_str();
    const auto& group = option->get_group();
    const bool own = group == kRecipeGroup || group == kEveryCommandGroup;
    f.group = f.positional ? "Arguments" : own ? group : "Options";
    // Not CLI11's own reading of the environment: the recipe keeps where each value came from.
    const bool variable = f.group == kRecipeGroup || f.names == "--lang" || f.names == "--color";
    f.environment = variable ? variable_of_option(option->get_lnames().front()) : "";
    facts.push_back(std::move(f));
  }
  // Groups stay together in the order of their first option, arguments first, those of every command last.
  const auto place = [](const OptionFacts& f) {
    return f.positional ? 0 : f.group == kEveryCommandGroup ? 3 : f.group == kRecipeGroup ? 2 : 1;
  };
  std::ranges::stable_sort(facts, {}, place);
  return facts;
}

std::string usage_line(const CommandLine& line) {
  std::string usage = "alexnet " + line.command->text().name;
  for (const auto& option : option_facts(line)) {
    if (option.positional) {
      usage += " " + option.names + (option.many ? "..." : "");
    }
  }
  return usage + " [OPTIONS]";
}

std::string option_help(const OptionFacts& option, Language language, bool full) {
  // The help of a key of a recipe ends with what it takes: "epochs of it; integer from 0".
  // That of a switch ends with its default.
  const auto help = option.help.substr(0, option.help.rfind(" (default: "));
  std::string text = told(help, language);
  const auto end = help.rfind("; ");
  if (text == help && end != std::string::npos) {
    text = retold(help.substr(0, end), language) + told(";", language);
    append_closed(text, " " + retold(help.substr(end + 2), language));
  }
  append_closed(text, retold(option.help.substr(help.size()), language));
  if (full && !option.default_value.empty()) {
    append_closed(text, retold(fmt::format(" (default: {})", told(option.default_value, language)), language));
  }
  if (full && !option.environment.empty()) {
    text += fmt::format(" [{}]", option.environment);
  }
  return text;
}

std::string help_text(const CommandLine& line, const HelpStyle& style) {
  const int width = text_width(style.width);
  const auto language = style.language;
  const auto text = line.command->text();
  std::string out = fmt::format("{}\n\nusage: {}\n", wrapped(told(text.summary, language), width, 0), usage_line(line));
  if (style.full) {
    out += "\n" + wrapped(retold(text.description, language), width, 0) + "\n";
  }
  out += option_rows(line, style, width);
  if (style.full) {
    out += "\nExamples\n" + example_rows(text.examples, width, language);
    out += "\nExit status\n";
    for (const auto& [status, meaning] : exit_statuses()) {
      out += row(std::to_string(status), told(meaning, language), 8, width);
    }
  } else {
    out += fmt::format("\nall options with their defaults, and examples: alexnet {} --help\n", text.name);
  }
  return retold(out, language);
}

std::string overview(int terminal_width, Language language) {
  const int width = text_width(terminal_width);
  std::string out = fmt::format(
      "alexnet {}: image classifiers of the AlexNet family, from a folder of photos\n"
      "usage: alexnet COMMAND [ARGUMENTS] [OPTIONS]\n\n",
      version());
  std::string group;
  std::string about;  // the program itself, on one line
  for (const auto& command : make_commands()) {
    const auto text = command->text();
    if (text.group == "help") {
      about += text.name + " ";
      continue;
    }
    const auto shown = text.group == group ? "" : text.group;
    group = text.group;
    out += row(pad_right(told(shown, language), 8) + text.name, told(text.summary, language), 24, width);
  }
  out += "  " + pad_right(told("help", language), 8) + about + "\n";
  out +=
      "\nexamples\n"
      "  alexnet data fetch flowers17\n"
      "  alexnet train photos --recipe quick\n"
      "  alexnet predict runs/latest rose.jpg\n"
      "\nall about one command: alexnet help COMMAND\n";
  return retold(out, language);
}

CommandLine command_line(const std::string& name) {
  for (auto& command : make_commands()) {
    if (command->text().name == name) {
      return CommandLine(std::move(command));
    }
  }
  const auto names = known_values("COMMAND");
  throw Error(Message::kUnknownName, {{"kind", "command"},
                                      {"where", name},
                                      {"nearest", nearest_name(name, names)},
                                      {"known", fmt::format("{}", fmt::join(names, ", "))}});
}

std::string help_json(const std::string& name) {
  nlohmann::ordered_json document = {{"schema", "alexnet.help"}, {"version", 1}};
  document["commands"] = nlohmann::ordered_json::array();
  for (const auto& command : name.empty() ? known_values("COMMAND") : std::vector<std::string>{name}) {
    document["commands"].push_back(to_document(command_line(command)));
  }
  document["exit_status"] = nlohmann::ordered_json::object();
  for (const auto& [status, meaning] : exit_statuses()) {
    document["exit_status"][std::to_string(status)] = meaning;
  }
  return document.dump();
}

const std::vector<ExitStatus>& exit_statuses() {
  static const std::vector<ExitStatus> statuses = {
      {0, "done"},
      {1, "failed while working, or --min-top1 was not reached"},
      {2, "wrong use"},
      {3, "bad data: photos, folders or files that cannot be used"},
      {4, "the device that was asked for is missing"},
      {130, "interrupted (Ctrl-C), with everything saved"},
      {143, "terminated, with everything saved"},
  };
  return statuses;
}

}  // namespace alexnet::cli
