#include "benchmarks/training_step/report.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace alexnet::benchmarks {
namespace {

constexpr double kMega = 1e6;

/// GFLOP/s of a row, 0 where its operations are not counted.
double gflops(const ProfileRow& row) { return row.milliseconds > 0 ? row.operations / row.milliseconds * 1e-6 : 0; }

std::string row_line(const ProfileRow& row, std::size_t width, const StepMeasurement& m) {
  const double speed = gflops(row);
  const std::string of_peak = speed > 0 ? fmt::format("{:.0f} %", 100 * speed / m.peak.gflops) : "";
  return fmt::format("{:<{}}  {:<16}  {:>8.2f}  {:>8}  {:>7}  {}\n", row.layers, width, row.pass,
                     row.milliseconds / m.options.steps, speed > 0 ? fmt::format("{:.1f}", speed) : "", of_peak,
                     row.kernel);
}

}  // namespace

std::string to_text(const StepMeasurement& m) {
  std::size_t width = 6;
  for (const ProfileRow& row : m.rows) {
    width = std::max(width, row.layers.size());
  }
  const double median = m.median_ms();
  std::string text =
      fmt::format("{}, batch {}, {}, {} threads\n", m.options.network, m.options.batch, m.rule, m.options.threads);
  for (const std::string& line : m.backend) {
    text += "  " + line + "\n";
  }
  text +=
      fmt::format("{:.1f} photos/s (median of {} steps: {:.1f} ms), {:.1f} at best ({:.1f} ms)\n",
                  m.photos_per_second(median), m.options.steps, median, m.photos_per_second(m.best_ms()), m.best_ms());
  text +=
      fmt::format("loss of the first step {:.6f}; peak memory {:.0f} MB; machine's f32 peak {:.0f} GFLOP/s ({})\n\n",
                  m.first_loss, static_cast<double>(m.peak_bytes) / kMega, m.peak.gflops, m.peak.instructions);
  text += fmt::format("{:<{}}  {:<16}  {:>8}  {:>8}  {:>7}  {}\n", "layers", width, "pass", "ms/step", "GFLOP/s",
                      "of peak", "kernel");
  for (const ProfileRow& row : m.rows) {
    text += row_line(row, width, m);
  }
  text += fmt::format("\nsum of the rows {:.1f} ms, {:.1f} % of the {:.1f} ms that a step took while it was measured\n",
                      m.rows_ms(), 100 * m.rows_ms() / m.profiled_step_ms, m.profiled_step_ms);
  return text;
}

std::string to_json(const StepMeasurement& m) {
  nlohmann::ordered_json json;
  json["schema"] = "alexnet.benchmark.training_step";
  json["version"] = 1;
  json["network"] = m.options.network;
  json["batch"] = m.options.batch;
  json["threads"] = m.options.threads;
  json["rule"] = m.rule;
  json["backend"] = m.backend;
  json["photos_per_second"] = {{"median", m.photos_per_second(m.median_ms())},
                               {"best", m.photos_per_second(m.best_ms())}};
  json["step_ms"] = m.step_ms;
  json["first_loss"] = m.first_loss;
  json["peak_bytes"] = m.peak_bytes;
  json["macs"] = m.macs;
  json["machine_peak"] = {{"gflops", m.peak.gflops}, {"instructions", m.peak.instructions}};
  json["profile"] = {{"step_ms", m.profiled_step_ms}, {"sum_ms", m.rows_ms()}, {"rows", nlohmann::json::array()}};
  for (const ProfileRow& row : m.rows) {
    json["profile"]["rows"].push_back({{"layers", row.layers},
                                       {"pass", row.pass},
                                       {"kernel", row.kernel},
                                       {"ms", row.milliseconds / m.options.steps},
                                       {"gflops", gflops(row)},
                                       {"share_of_peak", gflops(row) / m.peak.gflops}});
  }
  return json.dump(2) + "\n";
}

}  // namespace alexnet::benchmarks
