#include "cli/progress_mode.h"

#include <fmt/format.h>

namespace alexnet::cli {

ProgressMode progress_mode(const std::string& choice, const Console& console) {
  if (choice == "json") {
    return ProgressMode::kJson;
  }
  if (choice == "none" || console.json() || console.quiet()) {
    return ProgressMode::kNone;
  }
  return choice == "plain" || !console.err().terminal ? ProgressMode::kPlain : ProgressMode::kBar;
}

bool Pace::due(std::chrono::milliseconds interval) {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < interval) {
    return false;
  }
  last_ = now;
  return true;
}

void show_count(Console& console, ProgressMode mode, Pace& pace, std::int64_t done, std::int64_t all) {
  using namespace std::chrono_literals;
  if (mode == ProgressMode::kNone || !pace.due(mode == ProgressMode::kPlain ? 55000ms : 100ms)) {
    return;
  }
  const auto words = fmt::format("{} of {} photos", done, all);
  if (mode == ProgressMode::kBar) {
    console.draw_live(words);
  } else if (mode == ProgressMode::kPlain) {
    console.say(words);
  } else {
    console.event(
        fmt::format(R"({{"schema":"alexnet.progress","version":1,"event":"photos","done":{},"all":{}}})", done, all));
  }
}

}  // namespace alexnet::cli
