#include "cli/command.h"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "alexnet/core/error.h"

#include "cli/help_text.h"
#include "cli/options.h"

namespace alexnet::cli {
namespace {

/// All option names of an App: "--top", "-h".
std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
  }
  return names;
}

/// CLI11's own complaints that are left: an option without its value, a switch with one.
[[noreturn]] void rethrow(const CLI::ParseError& error, const std::string& command) {
  const std::string text = error.what();
  const auto start = std::min(text.find("--"), text.size());
  const auto end = std::min(text.find_first_of(": ", start), text.size());
  const bool missing = text.find("missing") != std::string::npos || text.find("required") != std::string::npos;
  throw Error(Message::kOptionInvalid, {{"where", start < end ? text.substr(start, end - start) : command},
                                        {"expected", missing ? "a value behind it" : "no value"},
                                        {"got", missing ? "nothing" : "one"},
                                        {"hint", "alexnet help " + command}});
}

}  // namespace

CommandLine::CommandLine(std::unique_ptr<Command> made)
    : command(std::move(made)), app(std::make_unique<CLI::App>()), common(std::make_unique<CommonOptions>()) {
  app->name(command->text().name);
  app->set_help_flag();
  app->allow_extras();
  command->add_options(*app);
  app->add_flag("--json", common->json, "print one JSON document, errors included, and nothing else")
      ->group(kEveryCommandGroup);
  app->add_flag("--quiet", common->quiet, "no progress and no notes; results, warnings and errors only")
      ->group(kEveryCommandGroup);
  app->add_flag("--verbose", common->verbose, "say more about an error")->group(kEveryCommandGroup);
  add_choice(*app,
             {"--color", kColourChoices,
              "colour on standard error and output, each for itself; auto: on a terminal, unless NO_COLOR is set"},
             common->colour)
      ->group(kEveryCommandGroup);
  add_choice(
      *app, {"--lang", kLanguageChoices, "language of help and messages: English or Chinese; auto: as the locale says"},
      common->language)
      ->group(kEveryCommandGroup);
  app->add_flag("-h", common->short_help, "short help")->group(kEveryCommandGroup);
  app->add_flag("--help", common->full_help, "all options with their defaults, and examples")
      ->group(kEveryCommandGroup);
}

CommandLine::CommandLine(CommandLine&&) noexcept = default;
CommandLine::~CommandLine() = default;

std::vector<std::unique_ptr<Command>> make_commands() {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(make_data_command());
  commands.push_back(make_check_command());
  commands.push_back(make_augment_command());
  commands.push_back(make_train_command());
  commands.push_back(make_lr_find_command());
  commands.push_back(make_watch_command());
  commands.push_back(make_predict_command());
  commands.push_back(make_serve_command());
  commands.push_back(make_embed_command());
  commands.push_back(make_similar_command());
  commands.push_back(make_explain_command());
  commands.push_back(make_export_command());
  commands.push_back(make_card_command());
  commands.push_back(make_merge_command());
  commands.push_back(make_report_command());
  commands.push_back(make_summary_command());
  commands.push_back(make_bench_command());
  commands.push_back(make_evaluate_command());
  commands.push_back(make_doctor_command());
  commands.push_back(make_help_command());
  commands.push_back(make_completion_command());
  commands.push_back(make_man_command());
  commands.push_back(make_version_command());
  commands.push_back(make_config_command());
  return commands;
}

void parse(CommandLine& line, std::vector<std::string> arguments) {
  const auto name = line.command->text().name;
  std::ranges::reverse(arguments);  // CLI11 takes them from the back
  try {
    line.app->parse(arguments);
  } catch (const CLI::ParseError& error) {
    rethrow(error, name);
  }
  if (const auto extra = line.app->remaining(); !extra.empty() && !line.common->short_help && !line.common->full_help) {
    const auto& word = extra.front();
    if (word.starts_with('-')) {
      throw Error(Message::kOptionUnknown,
                  {{"where", word.substr(0, word.find('='))},
                   {"nearest", nearest_name(word.substr(0, word.find('=')), option_names(*line.app))}});
    }
    throw Error(Message::kOptionInvalid, {{"where", word},
                                          {"expected", "no further word after " + name + " and its arguments"},
                                          {"got", word},
                                          {"hint", "alexnet help " + name}});
  }
}

std::vector<std::string>::const_iterator find_command(const std::vector<std::string>& arguments) {
  auto word = arguments.begin();
  while (word != arguments.end() && word->starts_with('-')) {
    const bool with_value = *word == "--lang" || *word == "--color";
    word += with_value && word + 1 != arguments.end() ? 2 : 1;
  }
  return word;
}

int dispatch(const std::vector<std::string>& arguments, Console& console) {
  check_environment();
  const auto word = find_command(arguments);
  if (word == arguments.end()) {
    const bool version = std::ranges::find(arguments, "--version") != arguments.end();
    CommandLine line(version ? make_version_command() : make_help_command());
    auto rest = arguments;
    std::erase_if(rest, [](const auto& a) { return a == "--version" || a == "--help" || a == "-h"; });
    parse(line, rest);
    return line.command->run(console);
  }
  auto line = command_line(*word);
  std::vector<std::string> rest(arguments.begin(), word);
  rest.insert(rest.end(), word + 1, arguments.end());
  line.command->take_words(rest);
  parse(line, rest);
  if (!line.common->short_help && !line.common->full_help) {
    return line.command->run(console);
  }
  if (console.json()) {
    console.print_document(help_json(*word));
  } else {
    console.print_as_it_is(help_text(line, {line.common->full_help, console.out().width, console.language()}));
  }
  return 0;
}

}  // namespace alexnet::cli
