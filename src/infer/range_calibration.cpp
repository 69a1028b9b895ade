#include "alexnet/infer/range_calibration.h"

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/infer/predictor.h"
#include "alexnet/infer/views.h"
#include "alexnet/runtime/input_ranges.h"
#include "alexnet/runtime/quantization.h"

namespace alexnet {

RangeCalibration calibrate_ranges(const Model& model, const Backend& backend, const Dataset& dataset,
                                  const std::vector<std::size_t>& items, const RangeCalibrationOptions& options) {
  check_geometry(model.geometry, model.network);
  LoaderOptions loading;
  loading.geometry = model.geometry;
  loading.cuts = cuts_of(Views::kCenter, model.geometry);
  loading.batch = options.batch;
  loading.cache_bytes = 0;  // each photo is seen once
  InputRangeObserver observer(backend, backend.parameters(model.network, model.weights), options.batch,
                              options.threads);
  Loader loader(dataset, items, loading);
  loader.start(0);
  RangeCalibration result;
  while (const LoadedBatch* loaded = loader.next()) {
    result.skipped.insert(result.skipped.end(), loaded->bad.begin(), loaded->bad.end());
    if (loaded->batch.rows > 0) {
      observer.add(loaded->batch);
    }
  }
  result.ranges = observer.ranges();
  if (result.ranges.empty()) {
    throw Error(Message::kTooFewPhotos, {{"where", dataset.root().string()},
                                         {"expected", "at least 1 photo that can be read"},
                                         {"got", fmt::format("{} of {}", 0, items.size())}});
  }
  return result;
}

std::vector<std::size_t> spread(const std::vector<std::size_t>& items, std::size_t count) {
  if (count >= items.size()) {
    return items;
  }
  std::vector<std::size_t> some;
  some.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    some.push_back(items[i * items.size() / count]);
  }
  return some;
}

void narrow_weights(Model& model, ElementType type) {
  for (const std::string& layer : quantized_layers(model.network)) {
    Tensor& weights = model.weights.at(layer + ".weight");
    weights = weights.converted(ElementType::kF32).converted(type);
    check_finite(layer + ".weight", weights, std::string(name_of(type)));
  }
}

}  // namespace alexnet
