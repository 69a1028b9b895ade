#include "alexnet/runtime/input_ranges.h"

#include <algorithm>
#include <cmath>

namespace alexnet {
namespace {

constexpr double kShare = 0.99;  ///< of the photos that a range holds whole

/// The least number that a share kShare of them does not exceed.
double within(std::vector<double> reach) {
  const auto last = static_cast<std::size_t>(std::ceil(kShare * static_cast<double>(reach.size()))) - 1;
  std::ranges::nth_element(reach, reach.begin() + static_cast<std::ptrdiff_t>(last));
  return reach[last];
}

}  // namespace

InputRangeObserver::InputRangeObserver(const Backend& backend, std::shared_ptr<Parameters> parameters, int batch,
                                       int threads)
    : parameters_(std::move(parameters)) {
  const std::vector<Layer>& layers = parameters_->network().layers();
  CompileOptions options{.batch = batch, .threads = threads};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (std::holds_alternative<Conv2D>(layers[i]) || std::holds_alternative<Dense>(layers[i])) {
      layers_.emplace_back(name_of(layers[i]), i > 0 ? name_of(layers[i - 1]) : std::string());
      if (i > 0) {
        options.kept.push_back(layers_.back().second);
      }
    }
  }
  program_ = backend.compile(parameters_->network(), parameters_, options);
}

void InputRangeObserver::add(const Batch& batch) {
  static_cast<void>(program_->infer(batch));
  for (const auto& [layer, before] : layers_) {
    const Tensor input = (before.empty() ? batch.input : program_->kept(before)).converted(ElementType::kF32);
    const auto rows = static_cast<std::size_t>(batch.rows);
    const std::size_t each = rows > 0 ? input.as<float>().size() / static_cast<std::size_t>(input.shape()[0]) : 0;
    for (std::size_t row = 0; row < rows; ++row) {
      const auto [least, most] = std::ranges::minmax_element(input.as<float>().subspan(row * each, each));
      photos_[layer].push_back({*least, *most});
    }
  }
}

InputRanges InputRangeObserver::ranges() const {
  InputRanges ranges;
  for (const auto& [layer, photos] : photos_) {
    std::vector<double> reach(photos.size());
    std::ranges::transform(photos, reach.begin(),
                           [](const ValueRange& photo) { return std::max(-photo.least, photo.most); });
    const double held = within(std::move(reach));
    const bool has_negatives = std::ranges::any_of(photos, [](const ValueRange& photo) { return photo.least < 0; });
    ranges[layer] = {has_negatives ? -held : 0, held};
  }
  return ranges;
}

}  // namespace alexnet
