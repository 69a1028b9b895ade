#include "alexnet/bench/measurement.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <numeric>

#include <sys/resource.h>

#include "bench/bench_program.h"

namespace alexnet::bench {
namespace {

constexpr double kSeconds = 3;
constexpr int kLeastSteps = 3;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::int64_t peak_resident_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

/// A program over one batch, call by call.
class Calls {
 public:
  Calls(std::unique_ptr<Program> program, const Batch& batch, bool train)
      : program_(std::move(program)), batch_(batch), train_(train) {}

  /// Milliseconds of each of `count` calls.
  std::vector<double> run(int count) {
    std::vector<double> times;
    times.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      times.push_back(once());
    }
    return times;
  }
  /// `steps` calls, or where that is 0 as many as the time allows.
  std::vector<double> run_measured(int steps) {
    std::vector<double> times = run(steps > 0 ? steps : kLeastSteps);
    for (double sum = std::accumulate(times.begin(), times.end(), 0.0); steps == 0 && sum < kSeconds * 1000;) {
      times.push_back(once());
      sum += times.back();
    }
    return times;
  }
  [[nodiscard]] double loss() const { return loss_; }
  [[nodiscard]] Program& program() { return *program_; }

 private:
  double once() {
    const auto start = std::chrono::steady_clock::now();
    loss_ = call(*program_, batch_, train_);
    const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
    batch_.position += static_cast<std::uint32_t>(batch_.rows);  // new draws of dropout
    return time.count();
  }

  std::unique_ptr<Program> program_;
  Batch batch_;
  bool train_;
  double loss_ = 0;
};

}  // namespace

double Measurement::median_ms() const { return median(step_ms); }

double Measurement::best_ms() const { return *std::ranges::min_element(step_ms); }

double Measurement::rows_ms() const {
  return std::accumulate(rows.begin(), rows.end(), 0.0,
                         [](double sum, const ProfileRow& row) { return sum + row.milliseconds; });
}

Measurement measure(const Network& network, const Backend& backend, const Options& options) {
  Measurement result;
  result.network = network.name();
  result.options = options;
  result.backend = backend.description();
  result.macs = network.macs();
  for (const ParameterSpec& spec : network.parameters()) {
    result.weight_bytes += element_count(spec.shape) * static_cast<std::int64_t>(sizeof(float));
  }
  auto [parameters, batch, compile] = bench_setup(network, backend, options);
  {
    Calls calls(backend.compile(network, parameters, compile), batch, options.train);
    calls.run(1);
    result.first_loss = calls.loss();
    calls.run(std::max(0, options.warm_up - 1));
    result.step_ms = calls.run_measured(options.steps);
    result.peak_bytes = peak_resident_bytes();
  }
  compile.profile = true;
  Calls profiled(backend.compile(network, parameters, compile), batch, options.train);
  profiled.run(options.warm_up);
  profiled.program().reset_profile();
  const std::vector<double> times = profiled.run_measured(options.steps);
  result.profiled_step_ms = std::accumulate(times.begin(), times.end(), 0.0) / static_cast<double>(times.size());
  result.rows = profiled.program().profile();
  for (ProfileRow& row : result.rows) {
    const auto calls = static_cast<double>(times.size());
    row.milliseconds /= calls;
    row.operations /= calls;
    row.bytes /= calls;
  }
  result.memory = profiled.program().memory();
  result.peak = measure_peak(options.threads);
  result.read_gbs = measure_read_speed(options.threads);
  return result;
}

}  // namespace alexnet::bench
