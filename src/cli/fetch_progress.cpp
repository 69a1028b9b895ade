#include "cli/fetch_progress.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/text.h"

namespace alexnet::cli {

void FetchProgress::update(std::string_view file, std::int64_t done, std::int64_t total) {
  using namespace std::chrono_literals;
  const bool due = pace_.due(mode_ == ProgressMode::kPlain ? 10000ms : 100ms);
  const bool first_or_last = file != file_ || (total > 0 && done >= total);
  if (mode_ == ProgressMode::kNone || !(due || first_or_last)) {
    return;
  }
  file_ = file;
  if (mode_ == ProgressMode::kJson) {
    const nlohmann::ordered_json event = {{"schema", "alexnet.progress"},
                                          {"version", 1},
                                          {"event", "download"},
                                          {"file", file},
                                          {"done", done},
                                          {"total", total}};
    console_.event(event.dump());
    return;
  }
  const auto name = printable(file);
  const auto line = total > 0 ? fmt::format("{}: {} of {} ({:.0f} %)", name, byte_text(done), byte_text(total),
                                            100 * static_cast<double>(done) / static_cast<double>(total))
                              : fmt::format("{}: {}", name, byte_text(done));
  if (mode_ == ProgressMode::kBar) {
    console_.draw_live(line);
  } else {
    console_.say(line);
  }
}

}  // namespace alexnet::cli
