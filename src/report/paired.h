#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "report/run_record.h"

/// Two runs on the same photos.
namespace alexnet::report {

/// Rows of the one record and of the other that are the same photo of the same class and part.
using RowPair = std::pair<std::size_t, std::size_t>;

struct PairedRows {
  std::vector<RowPair> fixed;   ///< wrong, then right
  std::vector<RowPair> broken;  ///< right, then wrong
  std::vector<RowPair> both_wrong;
  std::vector<RowPair> both_right;
  [[nodiscard]] std::size_t count() const {
    return fixed.size() + broken.size() + both_wrong.size() + both_right.size();
  }
};
[[nodiscard]] PairedRows paired_rows(const RunRecord& first, const RunRecord& second);

/// McNemar's test of whether two runs differ, on the photos that only one of them has right.
struct McNemar {
  bool exact = true;                     ///< by the binomial distribution; else by chi-square with one degree
  std::optional<double> statistic = {};  ///< (|fixed - broken| - 1)^2 / (fixed + broken), of the latter
  double p = 1;                          ///< two-sided
};
/// Exact below kExactBelow such photos. Source: McNemar 1947; continuity correction of Edwards 1948.
[[nodiscard]] McNemar mcnemar(std::int64_t fixed, std::int64_t broken);
inline constexpr std::int64_t kExactBelow = 25;

}  // namespace alexnet::report
