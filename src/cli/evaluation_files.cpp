#include "cli/evaluation_files.h"

#include <fmt/format.h>

#include "alexnet/core/files.h"

#include "core/text.h"
#include "formats/csv.h"

namespace alexnet::cli {
namespace {

std::string predictions_csv(const Evaluation& evaluation, const ChosenPhotos& photos, const PhotoScores& scores,
                            const std::optional<Calibration>& calibration) {
  const auto& classes = photos.dataset->classes();
  std::string text = "path,part,label,predicted,probability,label_probability,loss,calibrated\n";
  for (std::size_t i = 0; i < evaluation.photos.size(); ++i) {
    const auto& [item, label, verdict] = evaluation.photos[i];
    const auto predicted = static_cast<std::size_t>(verdict.predicted);
    const auto calibrated =
        calibration ? csv_number(calibrated_values(scores.scores[i], scores.output, calibration)[predicted]) : "";
    text +=
        fmt::format("{},{},{},{},{},{},{},{}\n", csv_field(photos.dataset->items()[item].path), photos.part,
                    csv_field(classes[static_cast<std::size_t>(label)]), csv_field(classes[predicted]),
                    csv_number(verdict.value), csv_number(verdict.label_value), csv_number(verdict.loss), calibrated);
  }
  return text;
}

}  // namespace

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
  write_file_atomically(folder / "predictions.csv", predictions_csv(evaluation, photos, scores, calibration));
  write_file_atomically(folder / "classes.csv", classes_csv(evaluation));
  write_file_atomically(folder / "confusion.csv", confusion_csv(evaluation));
}

}  // namespace alexnet::cli
