#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "alexnet/formats/model_file.h"
#include "alexnet/formats/run_folder.h"
#include "alexnet/infer/calibration.h"
#include "alexnet/infer/evaluation.h"
#include "alexnet/train/recipe.h"
#include "alexnet/train/run_document.h"

namespace alexnet::report {

/// Equal photos (by SHA-256) of a split.
struct CopyFacts {
  std::int64_t copies = 0;      ///< photos beyond the first of each group
  std::int64_t leaks = 0;       ///< photos of val and test that have a copy in another part
  std::string first_leak = {};  ///< one of them
};

/// All that a run folder tells: what every number of a report comes from.
struct RunRecord {
  std::string folder;     ///< as a shell word
  std::string root = {};  ///< folder that the paths of photos begin from; empty where the photos are no files, or gone
  RunDocument document = {};
  std::vector<EpochRow> epochs = {};
  std::optional<ResolvedRecipe> recipe = {};
  std::string recipe_text = {};
  std::vector<std::array<std::int64_t, 3>> photos = {};  ///< of each class, by split.csv: train, val, test; or empty
  CopyFacts copies = {};
  std::optional<Model> model = {};  ///< the best one
  OutputKind output = OutputKind::kProbabilities;
  std::optional<Calibration> calibration = {};
  /// What the best model says of the photos of `part`: by predictions.csv of a run that is done, else as it is now.
  std::string part = {};
  std::vector<PredictionRow> predictions = {};
  Evaluation evaluation = {};  ///< of these; its photos are numbered as the rows

  [[nodiscard]] bool done() const { return document.state == RunState::kDone; }
  [[nodiscard]] const std::vector<std::string>& classes() const { return document.classes; }
};

/// Without predictions where the run is not done, or its predictions.csv is missing. Throws kFileMissing, kFileFormat.
[[nodiscard]] RunRecord read_run_record(const RunFolder& run);
/// Takes the rows of test, else of val.
void set_predictions(RunRecord& record, const std::vector<PredictionRow>& rows);
[[nodiscard]] CopyFacts copies_of(const std::filesystem::path& split_csv,
                                  std::vector<std::array<std::int64_t, 3>>& photos, std::size_t classes);

}  // namespace alexnet::report
