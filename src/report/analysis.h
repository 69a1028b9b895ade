#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "report/run_record.h"

/// What can be said about classes and photos from a record alone: nothing here opens a photo.
namespace alexnet::report {

/// A value of a row with the temperature of the model: what `alexnet predict` says.
/// softmax(s / T)[j] = softmax(s / T)[i] (p[j] / p[i])^(1 / T), so that the calibrated value of one class gives all.
[[nodiscard]] double calibrated(const RunRecord& record, const PredictionRow& row, double value);

[[nodiscard]] inline bool is_right(const PredictionRow& row) { return row.predicted == row.label; }
/// Whether the rows have values with a temperature; those of earlier versions have none.
[[nodiscard]] bool has_calibrated(const RunRecord& record);
/// The value of the predicted class, as `calibrated`.
[[nodiscard]] double confidence(const RunRecord& record, const PredictionRow& row);

struct ClassFacts {
  ClassResult result;
  std::array<std::int64_t, 3> photos = {0, 0, 0};  ///< train, val, test
  Interval recall_interval = {};
  double mean_confidence = 0;                 ///< of its photos; 0 without
  std::optional<std::size_t> taken_for = {};  ///< the class it is most often taken for
  std::int64_t taken = 0;                     ///< how often
};
[[nodiscard]] std::vector<ClassFacts> class_facts(const RunRecord& record);

/// The class with most training photos (else most photos of the part), and the share of the part that is right by
/// always naming it.
struct Majority {
  std::size_t index = 0;
  double share = 0;
};
[[nodiscard]] Majority majority_of(const RunRecord& record);

/// Of rows that know their ranks, else what the run noted at its end; nothing where neither is known.
[[nodiscard]] std::optional<double> top5_of(const RunRecord& record);

/// Mean confidence less the share that is right.
[[nodiscard]] double overconfidence(const RunRecord& record);

/// The matrix shows all classes up to this number.
inline constexpr std::size_t kMostMatrixClasses = 40;
inline constexpr double kDoubtedLabel = 0.05;
inline constexpr double kLuckyMargin = 0.05;
inline constexpr std::size_t kListed = 12;

/// Rows of the record's predictions, the most telling first.
[[nodiscard]] std::vector<std::size_t> confidently_wrong(const RunRecord& record);
[[nodiscard]] std::vector<std::size_t> least_certain(const RunRecord& record);
[[nodiscard]] std::vector<std::size_t> highest_loss(const RunRecord& record);
/// Right, but the next class had less than kLuckyMargin fewer.
[[nodiscard]] std::vector<std::size_t> lucky(const RunRecord& record);
/// Photos whose label may be wrong: taken for another class with at least the probability that this class's own photos
/// have on average where they are right, while the label has less than kDoubtedLabel; the smallest of that first. Not
/// for hinge scores. Source: after Northcutt et al. 2021, "Confident learning", whose thresholds count all photos of a
/// class: of a network that is often wrong those name most of its errors.
[[nodiscard]] std::vector<std::size_t> possible_wrong_labels(const RunRecord& record);

/// The last row that was the best when it was written; nothing before the first trained epoch.
[[nodiscard]] const EpochRow* best_row(const std::vector<EpochRow>& epochs);

}  // namespace alexnet::report
