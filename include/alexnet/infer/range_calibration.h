#pragma once

#include <cstddef>
#include <vector>

#include "alexnet/data/dataset.h"
#include "alexnet/data/loader.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/runtime/backend.h"

namespace alexnet {

struct RangeCalibrationOptions {
  int batch = 16;   ///< photos at a time
  int threads = 0;  ///< 0 = the backend's default
};

/// What precision i8 needs to know of a model.
struct RangeCalibration {
  InputRanges ranges;
  std::vector<BadPhoto> skipped = {};
};

/// Shows photos to a model, at f32 and cut as it sees them, and notes how large the inputs of its layers get
/// (InputRangeObserver). Throws kNetworkInvalid (see check_geometry), kTooFewPhotos where no photo could be read.
[[nodiscard]] RangeCalibration calibrate_ranges(const Model& model, const Backend& backend, const Dataset& dataset,
                                                const std::vector<std::size_t>& items,
                                                const RangeCalibrationOptions& options = {});

/// At most `count` of the items, evenly from the first to the last.
[[nodiscard]] std::vector<std::size_t> spread(const std::vector<std::size_t>& items, std::size_t count);

/// Rounds the weights of convolutions and dense layers to an element type. Throws kTensorNotFinite where one has no
/// room in it.
void narrow_weights(Model& model, ElementType type);

}  // namespace alexnet
