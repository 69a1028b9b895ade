#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's name
class App;
class Option;
}  // namespace CLI

/// Options of commands: thin wraps of CLI11 that give every option a type word, a default in its help, and errors in
/// our form. Type words are part of the contract with help, completions and the manual: lower-case words parted by "|"
/// are the values themselves; NETWORK, RECIPE, SET, BACKEND and COMMAND are completed from the program's lists; FILE,
/// FOLDER, MODEL, RUN and PHOTO from the file system.
namespace alexnet::cli {

struct OptionText {
  std::string name;  ///< "--top", "--top,-n", or "network" for a positional
  std::string type;
  std::string help;
  std::string default_text = "";  ///< what help shows when the value's own default does not say it
};

CLI::Option* add_flag(CLI::App& app, const std::string& name, bool& value, const std::string& help);
CLI::Option* add_text(CLI::App& app, const OptionText& text, std::string& value);
/// Several values; `text.name` may be a positional.
CLI::Option* add_texts(CLI::App& app, const OptionText& text, std::vector<std::string>& values);
/// One of the words of `text.type`; others are refused with the nearest.
CLI::Option* add_choice(CLI::App& app, const OptionText& text, std::string& value);
/// --views, by its words (views_by_name).
CLI::Option* add_views(CLI::App& app, std::string& value);
/// --precision, by its words (precision_choice).
CLI::Option* add_precision(CLI::App& app, std::string& value);
/// A whole number within [least, most].
CLI::Option* add_whole(CLI::App& app, const OptionText& text, int& value, std::int64_t least, std::int64_t most);
/// A number within [least, most].
CLI::Option* add_real(CLI::App& app, const OptionText& text, double& value, double least, double most);

/// The numbers of "0.5,0.3,0.2"; none of an empty text. Throws kOptionInvalid about `option`.
[[nodiscard]] std::vector<double> numbers_of(const std::string& option, const std::string& text);

/// The words of "a|b|c" (or of "a"); empty where the type is no list of lower-case words.
[[nodiscard]] std::vector<std::string> choices_of(const std::string& type);

/// The words themselves, or the names that the program knows for NETWORK, RECIPE, SET, BACKEND and COMMAND
/// ("FOLDER|SET" gives the sets too).
[[nodiscard]] std::vector<std::string> known_values(const std::string& type);
/// Whether files of the disk are among the values of a type.
[[nodiscard]] bool takes_files(const std::string& type);

/// A positional that must be there. Throws kOptionInvalid.
void require(const std::string& value, const std::string& name, const std::string& hint);

}  // namespace alexnet::cli
