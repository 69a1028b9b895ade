#include "cli/console.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/text.h"

namespace alexnet::cli {
namespace {

void write(std::FILE* stream, std::string_view text) { std::fwrite(text.data(), 1, text.size(), stream); }

}  // namespace

Console::Console(std::vector<std::string> arguments)
    : arguments_(std::move(arguments)),
      json_(std::ranges::find(arguments_, "--json") != arguments_.end()),
      verbose_(std::ranges::find(arguments_, "--verbose") != arguments_.end()),
      out_(terminal_of(STDOUT_FILENO)),
      err_(terminal_of(STDERR_FILENO)) {}

void Console::print(std::string_view text) {
  clear_live();
  write(stdout, text);
}

void Console::print_document(const std::string& json) {
  if (warnings_.empty()) {
    print(json + "\n");
    return;
  }
  auto document = nlohmann::ordered_json::parse(json);
  document["warnings"] = warnings_;
  print(document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

void Console::say(std::string_view line) {
  if (!json_) {
    event(line);
  }
}

void Console::event(std::string_view line) {
  clear_live();
  write(stderr, std::string(line) + "\n");
}

void Console::log(Severity severity, Message message, const MessageArguments& arguments) {
  const auto text = printable(format_message(message, arguments));
  if (severity == Severity::kWarning) {
    warnings_.push_back(text);
  }
  const std::string_view word = severity == Severity::kWarning ? "warning:" : "note:";
  say(err_.colour ? "\033[33m" + std::string(word) + "\033[0m " + text : std::string(word) + " " + text);
}

LogSink Console::sink() {
  return [this](Severity severity, Message message, const MessageArguments& arguments) {
    log(severity, message, arguments);
  };
}

void Console::draw_live(std::string_view line) {
  err_ = terminal_of(STDERR_FILENO);  // the window may have another size by now
  // The last column stays empty: many terminals wrap when it is written.
  write(stderr, "\r" + fitted(line, err_.width - 1) + "\033[K");
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
