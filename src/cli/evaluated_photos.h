#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alexnet/core/log.h"
#include "alexnet/data/dataset.h"
#include "alexnet/formats/model_file.h"

/// Which photos a model, or several together, are measured on.
namespace alexnet::cli {

/// Photos whose classes are numbered as a model's.
struct PartedPhotos {
  std::string name;  ///< folder or set
  std::shared_ptr<const Dataset> dataset;
  std::vector<std::optional<Part>> parts;  ///< one an item: by the split of a run, or by folders named train, val, test
};

/// Those that a run was trained and measured on. Throws kResumeMissing, kDataChanged.
[[nodiscard]] PartedPhotos photos_of_run(const std::string& run, const Model& model, const LogSink& log);
/// Those of a folder or known set. `class_map` empty, or a CSV file (see read_class_map). Throws kClassCountDiffers for
/// a class that the model does not know.
[[nodiscard]] PartedPhotos photos_of_set(const std::string& folder_or_set, const Model& model,
                                         const std::string& model_name, const std::string& class_map,
                                         const LogSink& log);

/// Those of a run, a folder or a known set, with classes of their own, whatever a model knows; a folder without class
/// folders has one class of empty name.
[[nodiscard]] PartedPhotos photos_as_they_are(const std::string& run_or_folder, const LogSink& log);

/// Some photos of a set, and the part that they are.
struct ChosenPhotos {
  std::shared_ptr<const Dataset> dataset;
  std::vector<std::size_t> items;
  std::string part;  ///< "test", "val", "train", "all"
};

/// Those of a part, or "all"; empty = the first of test and val that has some, else all. Throws kTooFewPhotos.
[[nodiscard]] ChosenPhotos choose_photos(const PartedPhotos& photos, const std::string& part);

/// Throws kOptionInvalid where photos of val or test of one run are among those that trained another, of the same
/// photos.
void check_unseen(const ChosenPhotos& photos, const std::string& run, const std::string& other_run);

}  // namespace alexnet::cli
