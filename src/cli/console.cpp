#include "cli/console.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/text.h"
#include "core/translation.h"

namespace alexnet::cli {
namespace {

void write(std::FILE* stream, std::string_view text) { std::fwrite(text.data(), 1, text.size(), stream); }

}  // namespace

Console::Console(std::vector<std::string> arguments)
    : arguments_(std::move(arguments)),
      preferences_(preferences_of(arguments_)),
      out_(terminal_of(STDOUT_FILENO, preferences_.colour)),
      err_(terminal_of(STDERR_FILENO, preferences_.colour)) {}

void Console::print(std::string_view text) { print_as_it_is(retold(text, language(), out_.width)); }

void Console::print_as_it_is(std::string_view text) {
  clear_live();
  if (!muted_) {
    write(stdout, text);
  }
}

void Console::print_document(const std::string& json) {
  if (warnings_.empty()) {
    print_as_it_is(json + "\n");
    return;
  }
  auto document = nlohmann::ordered_json::parse(json);
  document["warnings"] = warnings_;
  print_as_it_is(document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

void Console::say(std::string_view line) {
  if (!quiet()) {
    insist(retold(line, language(), err_.width));
  }
}

void Console::insist(std::string_view line) {
  if (!json()) {
    event(line);
  }
}

void Console::event(std::string_view line) {
  clear_live();
  if (!muted_) {
    write(stderr, std::string(line) + "\n");
  }
}

void Console::log(Severity severity, Message message, const MessageArguments& arguments) {
  const bool warning = severity == Severity::kWarning;
  if (warning) {
    warnings_.push_back(printable(format_message(message, arguments)));
  }
  if (quiet() && !warning) {
    return;
  }
  const auto text = printable(format_message(message, arguments, language()));
  const auto word = std::string(translated(warning ? "warning:" : "note:", language()));
  insist((err_.colour ? "\033[33m" + word + "\033[0m " : word + " ") + text);
}

LogSink Console::sink() {
  return [this](Severity severity, Message message, const MessageArguments& arguments) {
    log(severity, message, arguments);
  };
}

void Console::draw_live(std::string_view line) {
  if (quiet() || muted_) {
    return;
  }
  err_ = terminal_of(STDERR_FILENO, preferences_.colour);  // the window may have another size by now
  // The last column stays empty: many terminals wrap when it is written.
  write(stderr, "\r" + fitted(retold(line, language()), err_.width - 1) + "\033[K");
  live_ = true;
}

void Console::clear_live() {
  if (live_) {
    write(stderr, "\r\033[K");
    live_ = false;
  }
}

void Console::finish() {
  clear_live();
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    throw Error(Message::kWriteFailed, {{"where", "standard output"}, {"reason", std::strerror(errno)}});
  }
}

}  // namespace alexnet::cli
