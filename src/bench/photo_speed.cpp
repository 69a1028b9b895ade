#include <algorithm>
#include <chrono>
#include <utility>

#include "alexnet/bench/measurement.h"

#include "bench/bench_program.h"

namespace alexnet::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kSeconds = 3;
constexpr int kLeastCalls = 3;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// The photos, epoch after epoch.
class EndlessPhotos {
 public:
  EndlessPhotos(const Dataset& dataset, std::vector<std::size_t> items, const LoaderOptions& loading)
      : loader_(dataset, std::move(items), loading) {
    loader_.start(epoch_);
  }

  LoadedBatch& next() {
    LoadedBatch* loaded = loader_.next();
    while (loaded == nullptr) {
      waited_ += loader_.waited_seconds();
      loader_.start(++epoch_);
      loaded = loader_.next();
    }
    return *loaded;
  }
  [[nodiscard]] double waited_seconds() const { return waited_ + loader_.waited_seconds(); }

 private:
  Loader loader_;
  std::uint32_t epoch_ = 0;
  double waited_ = 0;  // in the epochs before
};

}  // namespace

PhotoSpeed measure_with_photos(const Network& network, const Backend& backend, const Options& options,
                               const Dataset& dataset, std::vector<std::size_t> items, const LoaderOptions& loading) {
  BenchSetup setup = bench_setup(network, backend, options);
  const auto program = backend.compile(network, setup.parameters, setup.compile);
  EndlessPhotos photos(dataset, std::move(items), loading);
  const auto classes = static_cast<std::int32_t>(std::max<std::int64_t>(1, network.classes()));
  const auto step = [&] {
    Batch& batch = photos.next().batch;
    for (std::int32_t& label : batch.labels) {
      label %= classes;  // classes of a network that is not of these photos
    }
    call(*program, batch, options.train);
    return batch.rows;
  };
  for (int i = 0; i < options.warm_up; ++i) {
    step();
  }
  const double waited = photos.waited_seconds();
  const auto begin = Clock::now();
  PhotoSpeed speed{.photos = dataset.name(), .loader_threads = loading.threads};
  std::int64_t rows = 0;
  const int least = options.steps > 0 ? options.steps : kLeastCalls;
  for (int i = 0; i < least || (options.steps == 0 && seconds_since(begin) < kSeconds); ++i) {
    rows += step();
  }
  const double seconds = seconds_since(begin);
  speed.photos_per_second = static_cast<double>(rows) / seconds;
  speed.wait_share = (photos.waited_seconds() - waited) / seconds;
  return speed;
}

}  // namespace alexnet::bench
