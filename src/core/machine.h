#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace alexnet {

/// What this machine is, as far as the operating system says. Unknown texts are empty, unknown numbers 0.
struct Machine {
  std::string processor;         ///< processor_name()
  std::string instruction_sets;  ///< those that matter here: "avx2 avx512f avx512_bf16"
  int logical_cores = 0;         ///< usable_cores()
  std::int64_t memory_bytes = 0;
  std::int64_t memory_free_bytes = 0;  ///< available, and within the control group's limit
  std::int64_t disk_free_bytes = 0;    ///< where the current folder lies
  std::vector<std::string> libraries;  ///< shared libraries that matter here, by file name with version
};

[[nodiscard]] Machine describe_machine();

/// The processor's name as the system gives it, or "unknown processor".
[[nodiscard]] std::string processor_name();
/// Processes that mpirun started on this machine, this one among them (Open MPI's OMPI_COMM_WORLD_LOCAL_SIZE); 1 where
/// it started none.
[[nodiscard]] int ranks_on_this_machine();
/// Logical cores that this process may use; where mpirun started several on this machine, no more than its share of
/// all.
[[nodiscard]] int usable_cores();
/// Machine::memory_free_bytes.
[[nodiscard]] std::int64_t free_memory();

}  // namespace alexnet
