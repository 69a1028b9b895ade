#include "train/layer_norms.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace alexnet {
namespace {

template <class T>
double sum_of_squares(std::span<const T> values) {
  double sum = 0;
  for (const T value : values) {
    sum += static_cast<double>(value) * static_cast<double>(value);
  }
  return sum;
}

double sum_of_squares(const Tensor& tensor) {
  return tensor.type() == ElementType::kF64 ? sum_of_squares<double>(tensor.as<double>())
                                            : sum_of_squares<float>(tensor.as<float>());
}

std::vector<double> roots(std::vector<double> squares) {
  std::ranges::transform(squares, squares.begin(), [](double value) { return std::sqrt(value); });
  return squares;
}

}  // namespace

LayerNorms::LayerNorms(const Network& network) {
  for (const ParameterSpec& parameter : network.trainable()) {
    const std::string layer = parameter.name.substr(0, parameter.name.rfind('.'));
    if (layers_.empty() || layers_.back() != layer) {
      layers_.push_back(layer);
    }
    parameters_.push_back(parameter.name);
    layer_of_.push_back(layers_.size() - 1);
  }
  squares_.resize(layers_.size());
}

GradientObserver LayerNorms::observer() {
  std::ranges::fill(squares_, 0.0);
  return [this](const GradientView& view) {
    squares_[layer_of_[view.parameter]] +=
        view.values64.empty() ? sum_of_squares<float>(view.values) : sum_of_squares<double>(view.values64);
  };
}

std::vector<double> LayerNorms::gradient_norms() const { return roots(squares_); }

std::vector<LayerRow> LayerNorms::rows(int epoch, const Weights& weights,
                                       const std::vector<double>& gradient_norms) const {
  std::vector<double> squares(layers_.size());
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    squares[layer_of_[i]] += sum_of_squares(weights.at(parameters_[i]));
  }
  const std::vector<double> weight_norms = roots(std::move(squares));
  std::vector<LayerRow> rows;
  rows.reserve(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    rows.push_back({epoch, layers_[i], weight_norms[i],
                    gradient_norms.empty() ? std::numeric_limits<double>::quiet_NaN() : gradient_norms[i]});
  }
  return rows;
}

}  // namespace alexnet
