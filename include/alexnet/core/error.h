#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alexnet/core/messages.h"

namespace alexnet {

/// A named argument of a message: {"file", "a.jpg"}, {"expected", "..."}, {"got", "..."}.
using MessageArguments = std::vector<std::pair<std::string, std::string>>;

/// The one exception type of the library: which message, and its named arguments. Words are made from it at the
/// edge by `describe`; `what()` gives the English first line for programs that only catch std::exception.
/// Failure that is data (a broken photo) is not thrown across the loader but kept as a value.
class Error : public std::exception {
 public:
  explicit Error(Message message, MessageArguments arguments = {});

  [[nodiscard]] Message message() const noexcept { return message_; }
  [[nodiscard]] const MessageArguments& arguments() const noexcept { return arguments_; }
  /// The exit status class of the message.
  [[nodiscard]] ErrorKind kind() const noexcept;
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

 private:
  Message message_;
  MessageArguments arguments_;
  std::string text_;
};

/// The words of an error, ready to print as "error: {what}" / "{expected}" / "hint: {hint}".
/// `expected` and `hint` may be empty. `where` is the file, layer, tensor or option concerned.
struct ErrorText {
  std::string code;
  std::string what;
  std::string where;
  std::string expected;
  std::string hint;
};

[[nodiscard]] ErrorText describe(const Error& error, Language language = Language::kEnglish);

/// Fills the placeholders `{name}` of a note's or warning's text.
[[nodiscard]] std::string format_message(Message message, const MessageArguments& arguments,
                                         Language language = Language::kEnglish);

/// The entry of `names` nearest to `wanted` by edit distance, or an empty string when none is near.
[[nodiscard]] std::string nearest_name(std::string_view wanted, const std::vector<std::string>& names);

}  // namespace alexnet
