#include "serve/metrics.h"

#include <cstdio>
#include <iterator>

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "alexnet/core/version.h"

namespace alexnet::serve {
namespace {

template <class Histogram, class Bounds>
void observe(Histogram& histogram, const Bounds& bounds, double value) {
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    if (value <= bounds[i]) {
      ++histogram.counts[i];
      break;
    }
  }
  ++histogram.count;
  histogram.sum += value;
}

void put_head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  fmt::format_to(std::back_inserter(out), "# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
}

/// A text between the quotes of a label.
std::string label_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out += c == '\n' ? "\\n" : c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  }
  return out;
}

/// `label`: empty, or "route=\"/v1/predict\"".
template <class Histogram, class Bounds>
void put(std::string& out, std::string_view name, const std::string& label, const Histogram& histogram,
         const Bounds& bounds) {
  const std::string comma = label.empty() ? "" : label + ",";
  const std::string braces = label.empty() ? "" : "{" + label + "}";
  std::uint64_t up_to = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    up_to += histogram.counts[i];
    fmt::format_to(std::back_inserter(out), "{}_bucket{{{}le=\"{}\"}} {}\n", name, comma, bounds[i], up_to);
  }
  fmt::format_to(std::back_inserter(out), "{0}_bucket{{{1}le=\"+Inf\"}} {2}\n{0}_sum{3} {4}\n{0}_count{3} {2}\n", name,
                 comma, histogram.count, braces, histogram.sum);
}

/// Resident memory in bytes, of /proc/self/statm; 0 where there is none.
std::int64_t resident_bytes() {
  long pages = 0;
  long resident = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%ld %ld", &pages, &resident) != 2) {
      resident = 0;
    }
    std::fclose(file);
  }
  return std::int64_t{resident} * sysconf(_SC_PAGESIZE);
}

double processor_seconds() {
  rusage used = {};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace

void Metrics::request(const std::string& route, int status, double seconds) {
  const std::lock_guard lock(mutex_);
  ++requests_[{route, status}];
  observe(request_seconds_[route], kSeconds, seconds);
}

void Metrics::batch(std::size_t photos, double seconds) {
  const std::lock_guard lock(mutex_);
  observe(batch_photos_, kPhotos, static_cast<double>(photos));
  observe(compute_seconds_, kSeconds, seconds);
}

void Metrics::queued(double seconds) {
  const std::lock_guard lock(mutex_);
  observe(queue_seconds_, kSeconds, seconds);
}

void Metrics::predicted(std::size_t photos) {
  const std::lock_guard lock(mutex_);
  predictions_ += photos;
}

void Metrics::rejected(const std::string& reason) {
  const std::lock_guard lock(mutex_);
  ++rejected_[reason];
}

void Metrics::model_loaded(bool accepted) {
  const std::lock_guard lock(mutex_);
  ++loads_[accepted ? "accepted" : "refused"];
}

std::string Metrics::text(const std::vector<AnsweringModel>& models) const {
  const std::lock_guard lock(mutex_);
  std::string out;
  const auto add = std::back_inserter(out);
  put_head(out, "alexnet_http_requests_total", "counter", "Requests by route and status.");
  for (const auto& [key, count] : requests_) {
    fmt::format_to(add, "alexnet_http_requests_total{{route=\"{}\",code=\"{}\"}} {}\n", key.first, key.second, count);
  }
  put_head(out, "alexnet_http_request_duration_seconds", "histogram", "From the head of a request to its answer.");
  for (const auto& [route, times] : request_seconds_) {
    put(out, "alexnet_http_request_duration_seconds", fmt::format("route=\"{}\"", route), times, kSeconds);
  }
  put_head(out, "alexnet_queue_duration_seconds", "histogram", "Time that a photo waited for the network.");
  put(out, "alexnet_queue_duration_seconds", "", queue_seconds_, kSeconds);
  put_head(out, "alexnet_compute_duration_seconds", "histogram", "Time of one call of the network.");
  put(out, "alexnet_compute_duration_seconds", "", compute_seconds_, kSeconds);
  put_head(out, "alexnet_batch_size", "histogram", "Photos that went through the network together.");
  put(out, "alexnet_batch_size", "", batch_photos_, kPhotos);
  put_head(out, "alexnet_predictions_total", "counter", "Photos that were named.");
  fmt::format_to(add, "alexnet_predictions_total {}\n", predictions_);
  put_head(out, "alexnet_photos_rejected_total", "counter", "Photos that got no answer.");
  for (const auto& [reason, count] : rejected_) {
    fmt::format_to(add, "alexnet_photos_rejected_total{{reason=\"{}\"}} {}\n", reason, count);
  }
  put_head(out, "alexnet_model_loads_total", "counter", "Model files that were replaced while serving.");
  for (const auto& [result, count] : loads_) {
    fmt::format_to(add, "alexnet_model_loads_total{{result=\"{}\"}} {}\n", result, count);
  }
  put_head(out, "alexnet_build_info", "gauge", "Version of the program.");
  fmt::format_to(add, "alexnet_build_info{{version=\"{}\"}} 1\n", version());
  put_head(out, "alexnet_model_info", "gauge", "Models that answer, and what they compute in.");
  for (const AnsweringModel& model : models) {
    fmt::format_to(add, "alexnet_model_info{{model=\"{}\",version=\"{}\",precision=\"{}\"}} 1\n",
                   label_text(model.name), model.version, name_of(model.precision));
  }
  put_head(out, "process_resident_memory_bytes", "gauge", "Resident memory.");
  fmt::format_to(add, "process_resident_memory_bytes {}\n", resident_bytes());
  put_head(out, "process_cpu_seconds_total", "counter", "Processor time.");
  fmt::format_to(add, "process_cpu_seconds_total {}\n", processor_seconds());
  return out;
}

}  // namespace alexnet::serve
