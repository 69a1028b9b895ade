#pragma once

#include <filesystem>
#include <optional>

#include "alexnet/infer/calibration.h"
#include "alexnet/infer/evaluation.h"

#include "cli/evaluated_photos.h"

namespace alexnet::cli {

/// Writes predictions.csv, classes.csv and confusion.csv into a folder, which is made; columns: docs/formats.md.
void write_evaluation_files(const std::filesystem::path& folder, const Evaluation& evaluation,
                            const ChosenPhotos& photos, const PhotoScores& scores,
                            const std::optional<Calibration>& calibration);

}  // namespace alexnet::cli
