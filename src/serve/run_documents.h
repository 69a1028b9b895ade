#pragma once

#include <string>
#include <vector>

#include "serve/run_list.h"

/// What the page asks for as JSON. Keys: docs/watch.md.
namespace alexnet::serve {

/// Document `alexnet.watch`: the table of runs.
[[nodiscard]] std::string table_json(const std::vector<RunRow>& runs, bool read_only);

/// Document `alexnet.watch_run`: run.json as it is, recipe with origins, rows of metrics.csv, right answers a class,
/// epochs whose filters there are, the last lines of the log.
[[nodiscard]] std::string run_json(const RunRow& run);

}  // namespace alexnet::serve
