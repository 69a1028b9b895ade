#include "cli/evaluation_files.h"

#include "alexnet/core/files.h"
#include "alexnet/infer/predictions.h"

namespace alexnet::cli {

std::vector<std::string> evaluation_files(const std::string& folder) {
  if (folder.empty()) {
    return {};
  }
  return {folder + "/predictions.csv", folder + "/classes.csv", folder + "/confusion.csv"};
}

void write_evaluation_files(const std::filesystem::path& folder, const Evaluation& evaluation,
                            const ChosenPhotos& photos, const PhotoScores& scores,
                            const std::optional<Calibration>& calibration) {
  make_folder(folder);
  write_file_atomically(folder / "predictions.csv",
                        predictions_csv(prediction_rows(scores, *photos.dataset, photos.part, calibration)));
  write_file_atomically(folder / "classes.csv", classes_csv(evaluation));
  write_file_atomically(folder / "confusion.csv", confusion_csv(evaluation));
}

}  // namespace alexnet::cli
