#include "report/paired.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>

#include "report/analysis.h"

namespace alexnet::report {

PairedRows paired_rows(const RunRecord& first, const RunRecord& second) {
  std::unordered_map<std::string_view, std::size_t> by_path;
  for (std::size_t i = 0; i < second.predictions.size(); ++i) {
    by_path.emplace(second.predictions[i].path, i);
  }
  PairedRows rows;
  for (std::size_t i = 0; i < first.predictions.size(); ++i) {
    const PredictionRow& a = first.predictions[i];
    const auto found = by_path.find(a.path);
    if (found == by_path.end()) {
      continue;
    }
    const PredictionRow& b = second.predictions[found->second];
    if (a.label != b.label || a.part != b.part) {
      continue;
    }
    auto& kind =
        is_right(a) ? (is_right(b) ? rows.both_right : rows.broken) : (is_right(b) ? rows.fixed : rows.both_wrong);
    kind.emplace_back(i, found->second);
  }
  return rows;
}

McNemar mcnemar(std::int64_t fixed, std::int64_t broken) {
  const std::int64_t n = fixed + broken;
  if (n == 0) {
    return {};
  }
  if (n < kExactBelow) {
    // p = 2 sum over k <= min(fixed, broken) of C(n, k) / 2^n
    double term = std::pow(0.5, static_cast<double>(n));
    double sum = 0;
    for (std::int64_t k = 0; k <= std::min(fixed, broken); ++k) {
      sum += term;
      term *= static_cast<double>(n - k) / static_cast<double>(k + 1);
    }
    return {.exact = true, .p = std::min(1.0, 2 * sum)};
  }
  const double distance = std::max(0.0, std::abs(static_cast<double>(fixed - broken)) - 1);
  const double statistic = distance * distance / static_cast<double>(n);
  // P(chi-square with 1 degree >= x) = erfc(sqrt(x / 2))
  return {.exact = false, .statistic = statistic, .p = std::erfc(std::sqrt(statistic / 2))};
}

}  // namespace alexnet::report
