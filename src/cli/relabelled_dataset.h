#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "alexnet/data/dataset.h"

namespace alexnet::cli {

/// Folder name -> class of a model.
using ClassMap = std::map<std::string, std::string>;

/// A CSV file with the header `folder,class`. Several folders may hold one class. Throws kFileMissing, kFileFormat (a
/// folder that stands twice too).
[[nodiscard]] ClassMap read_class_map(const std::filesystem::path& path);

/// The photos of `dataset` with the class numbers of a model. A class that `map` does not name keeps its name. Classes
/// of the model without photos are allowed; a class that the model does not know, and a folder of the map that is not
/// there, is kClassCountDiffers, which lists both sides. `classes` empty: classes are numbers; without a map theirs
/// must agree.
[[nodiscard]] std::unique_ptr<Dataset> relabelled(std::unique_ptr<Dataset> dataset,
                                                  const std::vector<std::string>& classes, std::size_t class_count,
                                                  const std::string& model, const ClassMap& map = {});

}  // namespace alexnet::cli
