#pragma once

namespace alexnet::cli {

/// Threads of OpenMP that wait for one another go round in a loop for milliseconds before they sleep. That is right
/// where the cores are theirs alone, and takes them from a service that decodes photos meanwhile. The runtime reads how
/// long, once, as the program is loaded: so this starts the same program again, with the same words and a short time,
/// and does not come back. It comes back where the environment says something of it already, or the start fails.
void start_again_with_short_waits();

}  // namespace alexnet::cli
