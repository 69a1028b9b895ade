#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alexnet/serve/model_server.h"

namespace alexnet::serve {

/// What /metrics shows, in the text format of Prometheus. Threads: any.
class Metrics {
 public:
  /// `route` is one of the service's own, never what a stranger asked for: labels stay few.
  void request(const std::string& route, int status, double seconds);
  void batch(std::size_t photos, double seconds);
  void queued(double seconds);
  void predicted(std::size_t photos);
  /// "unreadable", "too-large", "queue-full", "late"
  void rejected(const std::string& reason);
  void model_loaded(bool accepted);

  [[nodiscard]] std::string text(const std::vector<AnsweringModel>& models) const;

 private:
  static constexpr std::array kSeconds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0};
  static constexpr std::array kPhotos = {1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0};

  template <std::size_t N>
  struct Histogram {
    std::array<std::uint64_t, N> counts = {};  ///< of values up to each bound, and not to an earlier one
    std::uint64_t count = 0;
    double sum = 0;
  };
  using Times = Histogram<kSeconds.size()>;

  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;
  std::map<std::string, Times> request_seconds_;
  Times queue_seconds_;
  Times compute_seconds_;
  Histogram<kPhotos.size()> batch_photos_;
  std::uint64_t predictions_ = 0;
  std::map<std::string, std::uint64_t> rejected_;
  std::map<std::string, std::uint64_t> loads_;
};

}  // namespace alexnet::serve
