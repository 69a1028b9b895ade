#pragma once

#include <string>
#include <string_view>

#include "cli/command.h"

/// The words of help, made from the same Apps that parse.
namespace alexnet::cli {

struct HelpStyle {
  bool full = false;  ///< defaults, environment and examples too, not only usage, arguments and options
  int width = 0;      ///< of the terminal; 0: none
  Language language = Language::kEnglish;
};

/// Help of one command.
[[nodiscard]] std::string help_text(const CommandLine& line, const HelpStyle& style);
/// One screen: all commands by task, and three examples.
[[nodiscard]] std::string overview(int width, Language language);
/// Document `alexnet.help`: commands[].{name, group, summary, description, options[], examples[]}; all commands when
/// `name` is empty. Throws kUnknownName.
[[nodiscard]] std::string help_json(const std::string& name);
/// "alexnet train FOLDER|SET [OPTIONS]".
[[nodiscard]] std::string usage_line(const CommandLine& line);
/// The command line of a command by name. Throws kUnknownName with the nearest.
[[nodiscard]] CommandLine command_line(const std::string& name);

/// One option as help, completions and the manual need it.
struct OptionFacts {
  std::string names;  ///< "-h" or "--top"; the type word for a positional
  std::string type;   ///< empty for a switch
  std::string help;
  std::string default_value;
  std::string environment;
  std::string group;
  bool positional = false;
  bool many = false;  ///< takes several words
};
[[nodiscard]] std::vector<OptionFacts> option_facts(const CommandLine& line);
/// The help of an option with its default and its variable, in another language.
[[nodiscard]] std::string option_help(const OptionFacts& option, Language language, bool full = true);

/// What each exit status means, for help and the manual.
struct ExitStatus {
  int status;
  std::string meaning;
};
[[nodiscard]] const std::vector<ExitStatus>& exit_statuses();

/// A text of the catalogue.
[[nodiscard]] std::string told(std::string_view text, Language language);

}  // namespace alexnet::cli
