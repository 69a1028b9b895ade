#include "benchmarks/training_step/measurement.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <numeric>

#include <sys/resource.h>

#include "alexnet/models/models.h"
#include "alexnet/registry/registry.h"

#include "benchmarks/random_batch.h"

namespace alexnet::benchmarks {
namespace {

constexpr std::uint64_t kSeed = 1;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// How a network is trained here: as its authors did, at a rate that keeps random photos from blowing up.
struct Rule {
  const char* words;
  UpdateRule rule;
  double rate;
};

Rule rule_of(const std::string& network) {
  if (network == "tutorial") {
    return {"Adam", Adam{}, 1e-3};
  }
  return {"SGD, momentum 0.9, decay 5e-4", Sgd{.momentum = 0.9, .decay = 5e-4}, 1e-5};
}

std::int64_t peak_resident_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

/// A program over one batch, step by step.
class Steps {
 public:
  Steps(std::unique_ptr<Program> program, const Batch& batch, double rate)
      : program_(std::move(program)), batch_(batch), rate_{rate} {}

  /// Milliseconds of each of `count` steps.
  std::vector<double> run(int count) {
    std::vector<double> times;
    for (int i = 0; i < count; ++i) {
      const auto start = std::chrono::steady_clock::now();
      loss_ = program_->train(batch_, {.rates = rate_}).loss;
      const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
      times.push_back(time.count());
      batch_.position += static_cast<std::uint32_t>(batch_.rows);  // new draws of dropout
    }
    return times;
  }
  [[nodiscard]] double loss() const { return loss_; }
  [[nodiscard]] Program& program() { return *program_; }

 private:
  std::unique_ptr<Program> program_;
  Batch batch_;
  std::array<double, 1> rate_;
  double loss_ = 0;
};

}  // namespace

double StepMeasurement::median_ms() const { return median(step_ms); }

double StepMeasurement::best_ms() const { return *std::ranges::min_element(step_ms); }

double StepMeasurement::rows_ms() const {
  return std::accumulate(rows.begin(), rows.end(), 0.0,
                         [](double sum, const ProfileRow& row) { return sum + row.milliseconds; }) /
         options.steps;
}

StepMeasurement measure_steps(const StepOptions& options) {
  StepMeasurement result;
  result.options = options;
  result.options.threads = options.threads > 0 ? options.threads : default_threads();
  const Network network = models::by_name(options.network);
  const auto backend = make_backend("cpu");
  const auto parameters = backend->parameters(network, start_weights(network, kSeed));
  const Rule rule = rule_of(options.network);
  CompileOptions compile{.batch = options.batch,
                         .statistics = Statistics::kTraining,
                         .backward = Backward::kAll,
                         .update = rule.rule,
                         .seed = kSeed,
                         .threads = result.options.threads};
  const Batch batch = random_batch(network, options.batch, kSeed);
  result.backend = backend->description();
  result.rule = rule.words;
  result.macs = network.macs();
  {
    Steps steps(backend->compile(network, parameters, compile), batch, rule.rate);
    steps.run(1);
    result.first_loss = steps.loss();
    steps.run(options.warm_up - 1);
    result.step_ms = steps.run(options.steps);
    result.peak_bytes = peak_resident_bytes();
  }
  compile.profile = true;
  Steps profiled(backend->compile(network, parameters, compile), batch, rule.rate);
  profiled.run(options.warm_up);
  profiled.program().reset_profile();
  result.profiled_step_ms = median(profiled.run(options.steps));
  result.rows = profiled.program().profile();
  result.peak = measure_peak(result.options.threads);
  return result;
}

}  // namespace alexnet::benchmarks
