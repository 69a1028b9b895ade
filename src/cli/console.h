#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alexnet/core/error.h"
#include "alexnet/core/log.h"

#include "cli/preferences.h"
#include "cli/terminal.h"

namespace alexnet::cli {

/// The two output streams of a command: results go to standard output, progress and messages to standard error.
/// With `json` standard output holds one JSON document, and standard error nothing. Texts are English until they get
/// here, and leave in the language that is wanted; documents, tables for programs and names of files stay as they are.
class Console {
 public:
  /// `arguments`: the words behind the program's name (preferences_of).
  explicit Console(std::vector<std::string> arguments);

  [[nodiscard]] const std::vector<std::string>& arguments() const { return arguments_; }
  [[nodiscard]] bool json() const { return preferences_.json; }
  [[nodiscard]] bool verbose() const { return preferences_.verbose; }
  [[nodiscard]] bool quiet() const { return preferences_.quiet; }
  [[nodiscard]] Language language() const { return preferences_.language; }
  [[nodiscard]] const Terminal& out() const { return out_; }
  [[nodiscard]] const Terminal& err() const { return err_; }

  /// Text for standard output.
  void print(std::string_view text);
  /// The same for what programs read (CSV, JSON lines, TOML, scripts), or what is in the wanted language already.
  void print_as_it_is(std::string_view text);
  /// The JSON document of the command; what was warned of joins it as `warnings`.
  void print_document(const std::string& json);
  /// A line on standard error; nothing with `json` or --quiet.
  void say(std::string_view line);
  /// A line of an error or warning, in the wanted language already: nothing with `json`.
  void insist(std::string_view line);
  /// A line on standard error that was asked for (--progress json), with `json` too.
  void event(std::string_view line);
  /// A note or warning of the catalogue: "warning: ...".
  void log(Severity severity, Message message, const MessageArguments& arguments = {});
  [[nodiscard]] LogSink sink();

  /// Draws or redraws the live line on standard error (a terminal only); other lines appear above it.
  void draw_live(std::string_view line);
  void clear_live();

  /// Nothing is written from now on: of several ranks one speaks.
  void mute() { muted_ = true; }
  [[nodiscard]] bool is_muted() const { return muted_; }

  /// Throws kWriteFailed when standard output could not take what was printed (a full disk).
  void finish();

 private:
  std::vector<std::string> arguments_;
  Preferences preferences_;
  Terminal out_;
  Terminal err_;
  bool live_ = false;
  bool muted_ = false;
  std::vector<std::string> warnings_;
};

}  // namespace alexnet::cli
