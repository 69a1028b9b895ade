#include "cli/calibration_words.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/words.h"
#include "core/text.h"

namespace alexnet::cli {
namespace {

std::int64_t photos_of(const Reliability& reliability) {
  std::int64_t photos = 0;
  for (const auto& bin : reliability.bins) {
    photos += bin.count;
  }
  return photos;
}

/// "120 of 204 photos are answered, 97.5 % of them right"
std::string answered_words(const CalibrationReport& report) {
  const auto answered = *report.answered;
  const auto right =
      static_cast<double>(report.answered_right) / static_cast<double>(std::max<std::int64_t>(1, answered));
  return fmt::format("{} of {} photos are answered{}", with_commas(answered), with_commas(photos_of(report.before)),
                     answered > 0 ? fmt::format(", {} of them right", percent(right)) : "");
}

std::string bin_cells(const ReliabilityBin& bin) {
  return bin.count == 0 ? fmt::format("{:>7}  {:>7}  {:>7}", 0, "-", "-")
                        : fmt::format("{:>7}  {:>7}  {:>7}", bin.count, percent(bin.confidence), percent(bin.accuracy));
}

std::string bins_table(const CalibrationReport& report) {
  std::string out =
      fmt::format("  confidence          photos     sure    right{}\n", report.after ? "  with temperature" : "");
  for (std::size_t b = 0; b < report.before.bins.size(); ++b) {
    const auto& before = report.before.bins[b];
    if (before.count == 0 && (!report.after || report.after->bins[b].count == 0)) {
      continue;
    }
    const auto range = fmt::format("{:.1f} to {:.1f} %", 100 * before.low, 100 * before.high);
    out += fmt::format("  {:<17}  {}{}\n", range, bin_cells(before),
                       report.after ? "  " + bin_cells(report.after->bins[b]) : "");
  }
  return out;
}

}  // namespace

std::string calibration_words(const Calibration& c, const std::optional<CalibrationReport>& on_test) {
  std::string out = fmt::format("calibration: temperature {:.3f}, from {} photos of {}", c.temperature,
                                with_commas(c.photos), c.part);
  if (on_test) {
    out += fmt::format("; ECE on test {} without it, {} with it", percent(on_test->before.ece),
                       percent(on_test->after->ece));
  }
  out += "\n";
  if (c.threshold) {
    out += fmt::format("sure enough from {} confidence on ({} of such answers right on {})", percent(*c.threshold),
                       percent(kTrustedPrecision), c.part);
    out += on_test ? fmt::format("; on test {}\n", answered_words(*on_test)) : "\n";
  }
  return out;
}

std::string calibration_table(const CalibrationReport& report, bool same_photos) {
  std::string out = fmt::format("\ncalibration (ECE: {} bins of equal width of the confidence)\n", kReliabilityBins);
  const auto line = [](const std::string& what, const Reliability& r, const std::string& remark) {
    return fmt::format("  {:<22}  ECE {:>7}  NLL {:7.4f}{}\n", what, percent(r.ece), r.nll, remark);
  };
  if (!report.calibration) {
    return out + line("without temperature", report.before, "") + bins_table(report);
  }
  const auto& c = *report.calibration;
  const auto found = same_photos ? fmt::format("  (found on these {} photos: no fair measure)", with_commas(c.photos))
                                 : fmt::format("  (found on {} photos of {})", with_commas(c.photos), c.part);
  out += line("without temperature", report.before, "");
  out += line(fmt::format("with temperature {:.3f}", c.temperature), *report.after, found);
  if (report.answered) {
    out += fmt::format("  from {} confidence on, {}; the others are unknown (predict --min-confidence auto)\n",
                       percent(*c.threshold), answered_words(report));
  } else {
    out += fmt::format("  no threshold: on {} no confidence had {} of its answers right\n", c.part,
                       percent(kTrustedPrecision));
  }
  return out + bins_table(report);
}

}  // namespace alexnet::cli
