#include "alexnet/registry/registry.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <string>

#include <sched.h>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/backends/reference_backend.h"
#include "alexnet/core/error.h"

#include "core/machine.h"
#ifdef ALEXNET_HAS_MPI
#include "alexnet/distributed/mpi_communicator.h"
#endif

namespace alexnet {

std::vector<std::string> backend_names() { return {"cpu", "reference"}; }

std::shared_ptr<Backend> make_backend(std::string_view name) {
  if (name == "cpu" || name == "auto") {
    return make_cpu_backend(default_threads());
  }
  if (name == "reference") {
    return make_reference_backend();
  }
  if (name == "cuda") {
    throw Error(Message::kDeviceMissing, {{"where", "cuda"}, {"reason", "this version has none yet"}});
  }
  const std::vector<std::string> names = {"auto", "cpu", "reference", "cuda"};
  throw Error(Message::kUnknownName, {{"kind", "backend"},
                                      {"where", std::string(name)},
                                      {"known", "auto, cpu, reference, cuda"},
                                      {"nearest", nearest_name(name, names)}});
}

std::vector<CommunicatorKind> communicator_kinds() {
#ifdef ALEXNET_HAS_MPI
  return {{"mpi", mpi_library()}};
#else
  return {};
#endif
}

std::shared_ptr<Communicator> make_communicator([[maybe_unused]] const std::atomic<int>& stop) {
#ifdef ALEXNET_HAS_MPI
  return make_mpi_communicator(stop);
#else
  throw Error(Message::kCommunicatorMissing, {{"where", "MPI"}, {"reason", "this program was built without it"}});
#endif
}

int default_threads() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
    return 1;
  }
  // Two logical processors of one core share its arithmetic units: count cores by their list of siblings.
  std::set<std::string> cores;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &allowed)) {
      std::ifstream file("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/thread_siblings_list");
      std::string siblings;
      std::getline(file, siblings);
      cores.insert(siblings.empty() ? "cpu" + std::to_string(cpu) : siblings);
    }
  }
  // Of several ranks on this machine each takes its share.
  return std::max(1, static_cast<int>(cores.size()) * usable_cores() / CPU_COUNT(&allowed));
}

}  // namespace alexnet
