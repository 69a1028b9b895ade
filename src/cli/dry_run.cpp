#include "cli/dry_run.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/options.h"
#include "core/text.h"

namespace alexnet::cli {

void add_dry_run(CLI::App& app, bool& value) {
  add_flag(app, "--dry-run", value, "say what would be written, fetched or moved, and do nothing");
}

int show_intent(Console& console, const std::string& command, const Intent& intent) {
  if (console.json()) {
    nlohmann::ordered_json document = {{"schema", "alexnet.dry_run"}, {"version", 1},
                                       {"command", command},          {"writes", intent.writes},
                                       {"fetches", intent.fetches},   {"moves", nlohmann::ordered_json::array()}};
    for (const auto& [from, to] : intent.moves) {
      document["moves"].push_back({{"from", from}, {"to", to}});
    }
    console.print_document(document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    return 0;
  }
  std::string out;
  for (const auto& source : intent.fetches) {
    out += fmt::format("would fetch {}\n", printable(source));
  }
  for (const auto& file : intent.writes) {
    out += fmt::format("would write {}\n", printable(file));
  }
  for (const auto& [from, to] : intent.moves) {
    out += fmt::format("would move {} to {}\n", printable(from), printable(to));
  }
  console.print(out.empty() ? "there would be nothing to do\n" : out);
  return 0;
}

}  // namespace alexnet::cli
