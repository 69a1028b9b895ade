#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alexnet/data/dataset.h"
#include "alexnet/data/loader.h"
#include "alexnet/explain/photo_pass.h"
#include "alexnet/infer/evaluation.h"

namespace alexnet::explain {

/// Photos that a model is compared with, or looked for what excites it.
struct PhotoSet {
  std::string name = {};  ///< folder, set or run
  std::shared_ptr<const Dataset> dataset = {};
  std::vector<std::optional<Part>> parts = {};  ///< one an item of the dataset
  std::vector<std::size_t> items = {};          ///< those that are meant

  [[nodiscard]] const std::string& file_of(std::size_t item) const { return dataset->items()[item].path; }
  /// Empty where there are no class folders.
  [[nodiscard]] const std::string& class_of(std::size_t item) const;
  /// "train", "val", "test" or empty.
  [[nodiscard]] std::string part_of(std::size_t item) const;
};

/// Called with each batch and what the kept layers of the program made of it.
using SetSink = std::function<void(const LoadedBatch& loaded, const Program& program)>;

/// What a kept layer made of a batch, as f32.
[[nodiscard]] Tensor kept_floats(const Program& program, const std::string& layer);

/// Takes the centre cuts of some photos of a set through the model, decoded on a thread of their own. `kept` are the
/// layers that can be read. Memory: some batches. Returns the photos that could not be read.
std::vector<BadPhoto> pass_set(const PhotoPass& pass, const PhotoSet& set, const std::vector<std::size_t>& items,
                               const std::vector<std::string>& kept, const SetSink& sink,
                               const EvaluationProgress& progress = {});

}  // namespace alexnet::explain
