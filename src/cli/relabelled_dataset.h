#pragma once

#include <memory>
#include <string>
#include <vector>

#include "alexnet/data/dataset.h"

namespace alexnet::cli {

/// The photos of `dataset` with the class numbers of a model. Classes of the model without photos are allowed; a class
/// that the model does not know is kClassCountDiffers, naming it. `classes` empty: the numbers must agree.
[[nodiscard]] std::unique_ptr<Dataset> relabelled(std::unique_ptr<Dataset> dataset,
                                                  const std::vector<std::string>& classes, std::size_t class_count,
                                                  const std::string& model);

}  // namespace alexnet::cli
