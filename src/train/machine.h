#pragma once

#include <string>

namespace alexnet {

/// The processor's name as the system gives it, or "unknown".
[[nodiscard]] std::string processor_name();

/// Decoding threads of a recipe: its number, or where that is 0 half of the processor's, from 1 to 8.
[[nodiscard]] int loader_threads_for(int wanted);

}  // namespace alexnet
