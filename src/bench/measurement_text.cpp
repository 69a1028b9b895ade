#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/bench/measurement.h"

#include "core/text.h"

namespace alexnet::bench {
namespace {

using nlohmann::ordered_json;

/// GFLOP/s of a row, 0 where its operations are not counted.
double gflops(const ProfileRow& row) { return row.milliseconds > 0 ? row.operations / row.milliseconds * 1e-6 : 0; }

std::string rule_words(const UpdateRule& rule) {
  if (const auto* sgd = std::get_if<Sgd>(&rule)) {
    return fmt::format("SGD, momentum {}, decay {}", sgd->momentum, short_number(sgd->decay));
  }
  return "Adam";
}

std::string what_words(const Measurement& m) {
  return m.options.train ? "training, " + rule_words(m.options.update) : "inference";
}

ordered_json profile_json(const Measurement& m) {
  ordered_json rows = ordered_json::array();
  for (const ProfileRow& row : m.rows) {
    rows.push_back({{"layers", row.layers},
                    {"pass", row.pass},
                    {"kernel", row.kernel},
                    {"ms", row.milliseconds},
                    {"gflops", gflops(row)},
                    {"share_of_peak", gflops(row) / m.peak.gflops},
                    {"bytes", row.bytes}});
  }
  return {{"step_ms", m.profiled_step_ms}, {"sum_ms", m.rows_ms()}, {"rows", std::move(rows)}};
}

ordered_json memory_json(const Measurement& m) {
  ordered_json rows = ordered_json::array();
  for (const MemoryRow& row : m.memory.rows) {
    rows.push_back({{"what", row.what},
                    {"bytes", row.bytes},
                    {"offset", row.offset < 0 ? ordered_json(nullptr) : ordered_json(row.offset)}});
  }
  return {
      {"arena_bytes", m.memory.arena_bytes}, {"parameter_bytes", m.memory.parameter_bytes}, {"rows", std::move(rows)}};
}

}  // namespace

std::string summary_text(const Measurement& m) {
  const double median = m.median_ms();
  const int threads = m.options.threads;
  std::string text =
      threads == 1
          ? fmt::format("{}, batch {}, {}, 1 thread\n", m.network, m.options.batch, what_words(m))
          : fmt::format("{}, batch {}, {}, {:d} threads\n", m.network, m.options.batch, what_words(m), threads);
  for (const std::string& line : m.backend) {
    text += "  " + line + "\n";
  }
  if (m.options.precision != Precision::kF32) {
    text += fmt::format("precision {}\n", name_of(m.options.precision));
  }
  text +=
      fmt::format("{:.1f} photos/s (median of {} calls: {:.2f} ms), {:.1f} at best ({:.2f} ms)\n",
                  m.photos_per_second(median), m.step_ms.size(), median, m.photos_per_second(m.best_ms()), m.best_ms());
  if (m.with_photos) {
    const PhotoSpeed& speed = *m.with_photos;
    text += fmt::format("with the photos of {}: {:.1f} photos/s; {:.1f} % of the time went by waiting for them ({})\n",
                        printable(speed.photos), speed.photos_per_second, 100 * speed.wait_share,
                        speed.loader_threads == 1 ? std::string("1 thread reads")
                                                  : fmt::format("{} threads read", speed.loader_threads));
  }
  text += fmt::format(
      "machine: {:.0f} GFLOP/s of f32 on registers ({}), reads {:.1f} GB/s; all weights ({}) once: {:.2f} "
      "ms\n",
      m.peak.gflops, m.peak.instructions, m.read_gbs, byte_text(m.weight_bytes),
      static_cast<double>(m.weight_bytes) / m.read_gbs * 1e-6);
  return text + fmt::format("most memory of the process: {}\n", byte_text(m.peak_bytes));
}

std::string layers_text(const Measurement& m) {
  std::vector<std::vector<std::string>> rows = {
      {"layers", "pass", "ms", "share", "GFLOP/s", "of peak", "MB", "GB/s", "kernel"}};
  for (const ProfileRow& row : m.rows) {
    const double speed = gflops(row);
    rows.push_back({row.layers, row.pass, fmt::format("{:.3f}", row.milliseconds),
                    fmt::format("{:.1f} %", 100 * row.milliseconds / m.rows_ms()),
                    speed > 0 ? fmt::format("{:.1f}", speed) : "",
                    speed > 0 ? fmt::format("{:.0f} %", 100 * speed / m.peak.gflops) : "",
                    row.bytes > 0 ? fmt::format("{:.1f}", row.bytes * 1e-6) : "",
                    row.bytes > 0 ? fmt::format("{:.1f}", row.bytes / row.milliseconds * 1e-6) : "", row.kernel});
  }
  return aligned(rows, {false, false, true, true, true, true, true, true, false}) +
         fmt::format("\nsum of the rows {:.2f} ms, {:.1f} % of the {:.2f} ms that a call took while it was measured\n",
                     m.rows_ms(), 100 * m.rows_ms() / m.profiled_step_ms, m.profiled_step_ms);
}

std::string memory_text(const Measurement& m) {
  auto sorted = m.memory.rows;
  std::ranges::stable_sort(sorted, std::ranges::greater(), &MemoryRow::bytes);
  std::vector<std::vector<std::string>> rows = {{"what", "size", "offset in the arena"}};
  for (const MemoryRow& row : sorted) {
    rows.push_back({row.what, byte_text(row.bytes), row.offset < 0 ? "outside" : with_commas(row.offset)});
  }
  return aligned(rows, {false, true, true}) +
         fmt::format("\narena {}, in which parts share places; weights, slots and derived forms {}\n",
                     byte_text(m.memory.arena_bytes), byte_text(m.memory.parameter_bytes));
}

std::string to_json(const Measurement& m) {
  ordered_json json = {{"schema", "alexnet.bench"}, {"version", 1}, {"network", m.network}};
  json["what"] = m.options.train ? "training" : "inference";
  json["rule"] = m.options.train ? ordered_json(rule_words(m.options.update)) : ordered_json(nullptr);
  json["batch"] = m.options.batch;
  json["threads"] = m.options.threads;
  json["precision"] = name_of(m.options.precision);
  json["backend"] = m.backend;
  json["photos_per_second"] = {{"median", m.photos_per_second(m.median_ms())},
                               {"best", m.photos_per_second(m.best_ms())}};
  json["step_ms"] = m.step_ms;
  json["first_loss"] = m.options.train ? ordered_json(m.first_loss) : ordered_json(nullptr);
  json["with_photos"] = nullptr;
  if (m.with_photos) {
    json["with_photos"] = {{"data", m.with_photos->photos},
                           {"loader_threads", m.with_photos->loader_threads},
                           {"photos_per_second", m.with_photos->photos_per_second},
                           {"wait_share", m.with_photos->wait_share}};
  }
  json["peak_bytes"] = m.peak_bytes;
  json["macs"] = m.macs;
  json["weight_bytes"] = m.weight_bytes;
  json["machine"] = {{"gflops", m.peak.gflops}, {"instructions", m.peak.instructions}, {"read_gbs", m.read_gbs}};
  json["profile"] = profile_json(m);
  json["memory"] = memory_json(m);
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace alexnet::bench
