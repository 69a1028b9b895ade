#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "cli/console.h"

namespace alexnet::cli {

inline constexpr const char* kProgressChoices = "auto|bar|plain|json|none";

enum class ProgressMode { kBar, kPlain, kJson, kNone };

/// `auto`: the bar where standard error is a terminal, plain lines elsewhere, nothing with --json.
/// A bar that was asked for where there is no terminal becomes plain lines.
[[nodiscard]] ProgressMode progress_mode(const std::string& choice, const Console& console);

/// Lets something happen at most every so often.
class Pace {
 public:
  /// True when `interval` has passed since it was true, reset or made.
  bool due(std::chrono::milliseconds interval);
  void reset() { last_ = std::chrono::steady_clock::now(); }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// "64 of 204 photos": as a live line, else a line a minute.
void show_count(Console& console, ProgressMode mode, Pace& pace, std::int64_t done, std::int64_t all);

}  // namespace alexnet::cli
