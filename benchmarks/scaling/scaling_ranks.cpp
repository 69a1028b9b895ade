// Training steps of the ranks that mpirun started, each beside one that they make apart: rank 0 prints one JSON
// document.
//
//     mpirun -n 2 scaling_ranks --network alexnet-2012 --way data --batch 8 --steps 3 --delay-us 0

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/bench/random_batch.h"
#include "alexnet/distributed/hybrid.h"
#include "alexnet/models/models.h"
#include "alexnet/network/rewrites/towers.h"
#include "alexnet/registry/registry.h"

#include "benchmarks/scaling/delayed_communicator.h"
#include "train/gradient_exchange.h"

namespace alexnet::bench {
namespace {

struct ScalingOptions {
  std::string network = "alexnet-2012";
  std::string way = "data";
  int batch = 8;  ///< photos of a step on each rank; in towers, of all
  int steps = 3;
  int delay_us = 0;
};

/// A network as one rank trains it.
class Trainee {
 public:
  /// Without ranks: alone.
  Trainee(const ScalingOptions& options, std::shared_ptr<Communicator> ranks) {
    const Network whole = models::by_name(options.network);
    const bool is_tower = ranks && options.way == "towers";
    const Network network = is_tower ? split(whole, ranks->rank(), ranks->size()) : whole;
    std::shared_ptr<const Backend> backend = make_cpu_backend(1);
    if (ranks && options.way.starts_with("hybrid")) {
      backend = make_hybrid_backend(backend, ranks,
                                    options.way == "hybrid-a" ? HybridScheme::kAtOnce : HybridScheme::kInTurn);
    }
    CompileOptions compile;
    compile.batch = options.batch;
    compile.statistics = Statistics::kTraining;
    compile.backward = Backward::kAll;
    compile.update = Sgd{.momentum = 0.9, .decay = 5e-4};
    compile.threads = 1;
    compile.communicator = ranks;
    compile.hold_gradients = ranks && !is_tower;
    program_ = backend->compile(network, backend->parameters(network, start_weights(network, 1)), compile);
    batch_ = random_batch(whole, options.batch, 1);
    if (compile.hold_gradients) {
      batch_.divisor = options.batch * ranks->size();
      batch_.position = static_cast<std::uint32_t>(options.batch * ranks->rank());
      exchange_.emplace(DataParallel{.ranks = ranks});
    }
  }

  void step() {
    TrainCall call;
    const std::vector<double> rates{1e-5};
    call.rates = rates;
    if (exchange_) {
      call.observer = [&](const GradientView& gradient) {
        if (!gradient.complete) {
          exchange_->see(gradient);
        }
      };
      call.before_update = [&] { exchange_->finish(); };
    }
    static_cast<void>(program_->train(batch_, call));
  }

  [[nodiscard]] std::optional<double> hidden_share() {
    return exchange_ ? exchange_->take_hidden_share() : std::nullopt;
  }

 private:
  std::unique_ptr<Program> program_;
  Batch batch_;
  std::optional<GradientExchange> exchange_;
};

/// From the moment that all ranks begin to the one that all are done.
double seconds_of(Communicator& ranks, const std::function<void()>& work) {
  using Clock = std::chrono::steady_clock;
  ranks.barrier();
  const auto begin = Clock::now();
  work();
  ranks.barrier();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void run(const ScalingOptions& options) {
  const std::atomic<int> stop = 0;
  const auto direct = make_communicator(stop);
  const auto ranks =
      options.delay_us == 0 ? direct : make_delayed_communicator(direct, std::chrono::microseconds(options.delay_us));
  Trainee together(options, ranks);
  Trainee apart(options, {});
  std::vector<double> seconds_together;
  std::vector<double> seconds_apart;
  Traffic before;
  for (int step = 0; step <= options.steps; ++step) {
    const double beside = seconds_of(*direct, [&] { apart.step(); });
    before = direct->traffic();
    const double own = seconds_of(*direct, [&] { together.step(); });
    if (step > 0) {  // the first one makes memory and compares layouts
      seconds_apart.push_back(beside);
      seconds_together.push_back(own);
    }
  }
  const Traffic after = direct->traffic();
  const auto hidden = together.hidden_share();
  if (direct->rank() == 0) {
    std::cout << nlohmann::json{{"network", options.network},
                                {"way", options.way},
                                {"ranks", direct->size()},
                                {"batch", options.batch},
                                {"delay_us", options.delay_us},
                                {"apart", seconds_apart},
                                {"together", seconds_together},
                                {"sent_bytes", after.sent_bytes - before.sent_bytes},
                                {"calls", after.calls - before.calls - 2},  // less the two barriers
                                {"hidden", hidden.value_or(0)}}
              << "\n";
  }
}

}  // namespace
}  // namespace alexnet::bench

int main(int argc, char** argv) {
  CLI::App app("training steps of several ranks");
  alexnet::bench::ScalingOptions options;
  app.add_option("--network", options.network);
  app.add_option("--way", options.way)->check(CLI::IsMember({"data", "hybrid-a", "hybrid-b", "towers"}));
  app.add_option("--batch", options.batch);
  app.add_option("--steps", options.steps);
  app.add_option("--delay-us", options.delay_us);
  CLI11_PARSE(app, argc, argv);
  alexnet::bench::run(options);
  return 0;
}
