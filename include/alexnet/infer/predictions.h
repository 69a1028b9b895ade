#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "alexnet/formats/run_folder.h"
#include "alexnet/infer/calibration.h"
#include "alexnet/infer/evaluation.h"

/// Rows of predictions.csv, from scores and back: what stands in them is enough for every number of an evaluation.
namespace alexnet {

[[nodiscard]] std::vector<PredictionRow> prediction_rows(const PhotoScores& scores, const Dataset& dataset,
                                                         const std::string& part,
                                                         const std::optional<Calibration>& calibration);

/// Photos of an evaluation over `dataset` that it has wrong, at most `most` of them, the surest first.
[[nodiscard]] std::vector<PredictionRow> wrong_rows(const Evaluation& evaluation, const Dataset& dataset,
                                                    const std::string& part, std::size_t most);

/// The evaluation that gave such rows; its photos are numbered as the rows. Ranks that are not known do not count as
/// top-5. Throws kUnknownName for a class that is none of `classes`.
[[nodiscard]] Evaluation evaluation_of(std::span<const PredictionRow> rows, const std::vector<std::string>& classes,
                                       OutputKind output);
/// Their calibration report; that after temperature only where each row has a calibrated probability.
[[nodiscard]] CalibrationReport calibration_report_of(std::span<const PredictionRow> rows,
                                                      const std::optional<Calibration>& calibration);

}  // namespace alexnet
