#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "alexnet/infer/calibration.h"
#include "alexnet/infer/evaluation.h"

#include "cli/evaluated_photos.h"

namespace alexnet::cli {

/// The files that write_evaluation_files writes below a folder; none where it is empty.
[[nodiscard]] std::vector<std::string> evaluation_files(const std::string& folder);
/// Writes predictions.csv, classes.csv and confusion.csv into a folder, which is made; columns: docs/formats.md.
void write_evaluation_files(const std::filesystem::path& folder, const Evaluation& evaluation,
                            const ChosenPhotos& photos, const PhotoScores& scores,
                            const std::optional<Calibration>& calibration);

}  // namespace alexnet::cli
