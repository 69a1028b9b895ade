#include "cli/parallel_arguments.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/distributed/towers.h"
#include "alexnet/network/rewrites/hybrid.h"
#include "alexnet/network/rewrites/towers.h"
#include "alexnet/registry/registry.h"

#include "cli/options.h"

namespace alexnet::cli {
namespace {

constexpr const char* kNone = "none";
constexpr const char* kData = "data";
constexpr const char* kTowers = "towers";
constexpr const char* kHybrid = "hybrid";
constexpr const char* kBf16 = "bf16";

[[noreturn]] void refuse_parallel(const std::string& option, const std::string& expected, const std::string& got) {
  throw Error(Message::kOptionInvalid, {{"where", option}, {"expected", expected}, {"got", got}});
}

}  // namespace

int processes_of_job() {
  const char* size = std::getenv("OMPI_COMM_WORLD_SIZE");
  return size == nullptr ? 1 : std::atoi(size);
}

void ParallelArguments::add_to(CLI::App& app) {
  add_choice(app,
             {"--parallel", "none|data|towers|hybrid",
              "what the processes that mpirun started share: the photos of each step, the layers of the network, or "
              "photos of the convolutions and units of the dense layers"},
             parallel);
  add_choice(app,
             {"--hybrid-scheme", "a|b",
              "with --parallel hybrid: dense layers take all processes' photos at once (a), or one process's after "
              "another (b), in less memory"},
             scheme);
  add_choice(app, {"--wire", "f32|bf16", "numbers that gradients cross between processes as"}, wire);
  add_choice(app, {"--batch-norm", "shared|own", "whose photos batch normalisation of each process goes by"},
             statistics);
  add_flag(app, "--ordered", ordered, "add gradients in order of rank: equal to --accumulate, bit for bit, but slower");
}

DataParallel ParallelArguments::open(const std::atomic<int>& stop) const {
  if (parallel == kNone && processes_of_job() > 1) {
    refuse_parallel("--parallel",
                    fmt::format("data, towers or hybrid, as mpirun started {} processes", processes_of_job()), kNone);
  }
  if (scheme == "b" && parallel != kHybrid) {
    refuse_parallel("--hybrid-scheme", "--parallel hybrid beside it", "--parallel " + parallel);
  }
  if (ordered && parallel != kData) {
    refuse_parallel("--ordered", "--parallel data beside it", "--parallel " + parallel);
  }
  if (parallel == kNone || parallel == kTowers) {
    if (wire == kBf16) {
      refuse_parallel("--wire", "--parallel data or hybrid beside it", "--parallel " + parallel);
    }
    return {};
  }
  DataParallel data{.ordered = ordered, .bf16 = wire == kBf16, .share_statistics = statistics == "shared"};
  check_data_parallel(data);
  data.ranks = make_communicator(stop);
  data.hybrid = parallel == kHybrid && data.ranks->size() > 1;
  return data;
}

std::shared_ptr<Communicator> ParallelArguments::open_towers(const std::atomic<int>& stop) const {
  if (parallel != kTowers) {
    return {};
  }
  auto ranks = make_communicator(stop);
  if (ranks->size() == 1) {
    refuse_parallel("--parallel", "data or none for one process: mpirun -n 2 alexnet train ... starts two", kTowers);
  }
  return ranks;
}

void SharedNetwork::check(const Network& network, const Recipe& recipe) const {
  if (towers) {
    static_cast<void>(split(network, 0, towers->size()));
  }
  if (hybrid) {
    static_cast<void>(cut_hybrid(network, 0, hybrid->size()));
  }
  if ((towers || hybrid) && std::holds_alternative<Lars>(update_rule_for(recipe))) {
    refuse_parallel("--optimizer", "sgd or adam with --parallel towers or hybrid, which hold no weight whole", "lars");
  }
}

std::shared_ptr<Backend> SharedNetwork::backend(std::shared_ptr<Backend> own) const {
  if (towers) {
    return make_tower_backend(std::move(own), towers);
  }
  return hybrid ? make_hybrid_backend(std::move(own), hybrid, scheme) : own;
}

bool all_failed(Communicator& ranks, bool failed) {
  std::vector<std::byte> all(static_cast<std::size_t>(ranks.size()));
  const std::byte mine{failed ? std::uint8_t{1} : std::uint8_t{0}};
  ranks.all_gather({&mine, 1}, all);
  return std::ranges::count(all, std::byte{1}) == ranks.size();
}

}  // namespace alexnet::cli
