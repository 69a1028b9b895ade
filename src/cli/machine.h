#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace alexnet::cli {

/// What this machine is, as far as the operating system says. Unknown texts are empty, unknown numbers 0.
struct Machine {
  std::string processor;
  std::string instruction_sets;  ///< those that matter here: "avx2 avx512f avx512_bf16"
  int logical_cores = 0;         ///< that this process may use
  std::int64_t memory_bytes = 0;
  std::int64_t memory_free_bytes = 0;  ///< available, and within the control group's limit
  std::int64_t disk_free_bytes = 0;    ///< where the current folder lies
  std::vector<std::string> libraries;  ///< shared libraries that matter here, by file name with version
};

[[nodiscard]] Machine describe_machine();

}  // namespace alexnet::cli
