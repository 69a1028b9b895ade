#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/console.h"
#include "cli/progress_mode.h"

namespace alexnet::cli {

/// How far a download is: a live line in a terminal, else a line for each file and every 10 s.
class FetchProgress {
 public:
  FetchProgress(Console& console, ProgressMode mode) : console_(console), mode_(mode) {}
  void update(std::string_view file, std::int64_t done, std::int64_t total);

 private:
  Console& console_;
  ProgressMode mode_;
  Pace pace_;
  std::string file_;
};

}  // namespace alexnet::cli
