#include "bench/bench_program.h"

#include <array>

#include "alexnet/bench/random_batch.h"
#include "alexnet/runtime/input_ranges.h"

namespace alexnet::bench {
namespace {

constexpr std::uint64_t kSeed = 1;
/// A rate that keeps random photos from blowing up.
constexpr double kRate = 1e-5;

}  // namespace

BenchSetup bench_setup(const Network& network, const Backend& backend, const Options& options) {
  BenchSetup setup;
  setup.parameters = backend.parameters(network, start_weights(network, kSeed));
  setup.batch = random_batch(network, options.batch, kSeed);
  setup.compile = {.batch = options.batch, .precision = options.precision, .seed = kSeed, .threads = options.threads};
  if (options.train) {
    setup.compile.statistics = Statistics::kTraining;
    setup.compile.backward = Backward::kAll;
    setup.compile.update = options.update;
  }
  if (options.precision == Precision::kI8) {
    InputRangeObserver observer(backend, setup.parameters, options.batch, options.threads);
    observer.add(setup.batch);
    setup.compile.input_ranges = observer.ranges();
  }
  return setup;
}

double call(Program& program, const Batch& batch, bool train) {
  constexpr std::array<double, 1> kRates = {kRate};
  if (train) {
    return program.train(batch, {.rates = kRates}).loss;
  }
  program.infer(batch);
  return 0;
}

}  // namespace alexnet::bench
