#include "cli/error_output.h"

#include <filesystem>
#include <new>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/version.h"

#include "core/text.h"
#include "core/translation.h"

namespace alexnet::cli {
namespace {

/// An exception as our Error, and the library's own words where it was none.
struct Known {
  Error error;
  std::string origin;
};

Known known(const std::exception_ptr& pointer, const std::string& command) {
  try {
    std::rethrow_exception(pointer);
  } catch (const Error& error) {
    return {error, ""};
  } catch (const std::bad_alloc& error) {
    return {Error(Message::kOutOfMemory, {{"where", command}}), error.what()};
  } catch (const std::filesystem::filesystem_error& error) {
    return {Error(Message::kReadFailed, {{"where", error.path1().string()}, {"reason", error.code().message()}}),
            error.what()};
  } catch (const std::exception& error) {
    return {Error(Message::kInternal, {{"where", command}, {"reason", error.what()}}), error.what()};
  }
}

std::string as_json(const ErrorText& text, const std::string& message) {
  const nlohmann::ordered_json document = {
      {"schema", "alexnet.error"},
      {"version", 1},
      {"error", {{"code", text.code}, {"message", message}, {"where", text.where}, {"hint", text.hint}}}};
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

/// Everything that is known of an error, for --verbose.
std::string details(const Known& known, const ErrorText& text) {
  std::string out = fmt::format("code: {}\n", text.code);
  for (const auto& [name, value] : known.error.arguments()) {
    out += fmt::format("{}: {}\n", name, printable(value));
  }
  return known.origin.empty() ? out : out + fmt::format("library: {}\n", printable(known.origin));
}

}  // namespace

int report_error(Console& console, const std::exception_ptr& pointer, const std::string& command) {
  const auto problem = known(pointer, command);
  const auto language = console.json() ? Language::kEnglish : console.language();
  auto text = describe(problem.error, language);
  if (problem.error.kind() == ErrorKind::kInternal) {
    text.hint = retold(fmt::format("please report it to the project's issue tracker: alexnet {}, command {}", version(),
                                   command.empty() ? "none" : command),
                       language);
  }
  if (console.json()) {
    console.print_document(as_json(text, text.expected.empty() ? text.what : text.what + "; " + text.expected));
  } else {
    const auto head = [&](std::string_view word, const char* colour) {
      const auto told = translated(word, language);
      return console.err().colour ? fmt::format("{}{}\033[0m ", colour, told) : fmt::format("{} ", told);
    };
    console.insist(head("error:", "\033[1;31m") + printable(text.what));
    if (!text.expected.empty()) {
      console.insist(printable(text.expected));
    }
    if (!text.hint.empty()) {
      console.insist(head("hint:", "\033[1m") + printable(text.hint));
    }
    if (console.verbose()) {
      console.insist(details(problem, text));
    }
  }
  return static_cast<int>(problem.error.kind());
}

}  // namespace alexnet::cli
