#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/console.h"

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's name
class App;
}

namespace alexnet::cli {

struct Example {
  std::string command;
  std::string comment;
};

/// What help, the manual and the completions say about a command.
struct CommandText {
  std::string name;
  std::string group;  ///< the task: data, train, use, look, check, help
  std::string summary;
  std::string description;
  std::vector<Example> examples;
};

/// One command of the program. Its options are added to a CLI11 App; parsing fills its members; then it runs.
class Command {
 public:
  virtual ~Command() = default;
  [[nodiscard]] virtual CommandText text() const = 0;
  virtual void add_options(CLI::App& app) = 0;
  /// Takes off those of its words that are not for its own options (the command line that `config show` is about).
  virtual void take_words(std::vector<std::string>& /*words*/) {}
  /// Returns the exit status; errors are thrown.
  virtual int run(Console& console) = 0;
};

/// All commands, in the order of the overview.
[[nodiscard]] std::vector<std::unique_ptr<Command>> make_commands();

std::unique_ptr<Command> make_data_command();
std::unique_ptr<Command> make_check_command();
std::unique_ptr<Command> make_augment_command();
std::unique_ptr<Command> make_train_command();
std::unique_ptr<Command> make_lr_find_command();
std::unique_ptr<Command> make_predict_command();
std::unique_ptr<Command> make_embed_command();
std::unique_ptr<Command> make_similar_command();
std::unique_ptr<Command> make_explain_command();
std::unique_ptr<Command> make_export_command();
std::unique_ptr<Command> make_card_command();
std::unique_ptr<Command> make_merge_command();
std::unique_ptr<Command> make_report_command();
std::unique_ptr<Command> make_summary_command();
std::unique_ptr<Command> make_evaluate_command();
std::unique_ptr<Command> make_bench_command();
std::unique_ptr<Command> make_doctor_command();
std::unique_ptr<Command> make_help_command();
std::unique_ptr<Command> make_completion_command();
std::unique_ptr<Command> make_man_command();
std::unique_ptr<Command> make_version_command();
std::unique_ptr<Command> make_watch_command();
std::unique_ptr<Command> make_serve_command();
std::unique_ptr<Command> make_config_command();

/// The recipe that `train` uses unless told otherwise.
inline constexpr const char* kDefaultRecipe = "quick";
/// Names of option groups that help treats in a special way.
inline constexpr const char* kRecipeGroup = "Recipe (defaults are those of recipe quick)";
inline constexpr const char* kEveryCommandGroup = "Every command";

/// The options that every command has.
struct CommonOptions {
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  std::string colour = "auto";
  std::string language = "auto";
  bool short_help = false;
  bool full_help = false;
};

/// A command with its App: the one option table that parsing, help, completions and the manual read.
struct CommandLine {
  std::unique_ptr<Command> command;
  std::unique_ptr<CLI::App> app;
  std::unique_ptr<CommonOptions> common;

  explicit CommandLine(std::unique_ptr<Command> command);
  CommandLine(CommandLine&&) noexcept;
  ~CommandLine();
};

/// Parses the words behind the command's name; throws kOptionUnknown and kOptionInvalid in our words.
void parse(CommandLine& line, std::vector<std::string> arguments);

/// The command's name among the words: the first that is neither an option nor the value of one.
std::vector<std::string>::const_iterator find_command(const std::vector<std::string>& arguments);

/// The command's exit status: parses, shows help where asked, runs.
int dispatch(const std::vector<std::string>& arguments, Console& console);

}  // namespace alexnet::cli
