#pragma once

#include <string>

#include "cli/console.h"

namespace alexnet::cli {

/// Checks a preset's gradients on the reference backend, with as many samples as fit into about `seconds`, and says how
/// many and, where even the fewest take longer, how long. Returns the exit status: 0, or 1 when a gradient is wrong.
int check_network_gradients(Console& console, const std::string& network, int seconds);

}  // namespace alexnet::cli
