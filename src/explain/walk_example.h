#pragma once

#include <cstdint>
#include <span>

#include <nlohmann/json.hpp>

#include "alexnet/core/tensor.h"
#include "alexnet/network/layer.h"
#include "alexnet/network/network.h"
#include "alexnet/network/weights.h"

/// One value of a layer, with all that it was computed from.
namespace alexnet::explain {

/// A value of a layer: unit (map or dense unit), row and column of its map.
struct Spot {
  std::int64_t unit = 0;
  std::int64_t row = 0;
  std::int64_t column = 0;
};

/// A layer with what it read and made, in f64: (C,H,W) or (C).
struct LayerPass {
  const Network& network;
  std::size_t index;
  const Tensor& input;
  const Tensor& output;
  Weights weights;  ///< of this layer

  [[nodiscard]] const Layer& layer() const { return network.layers()[index]; }
  /// A parameter's values; empty where the layer has none of that name.
  [[nodiscard]] std::span<const float> parameter(const char* name) const;
};

/// With seven digits, so that a float's own stay.
[[nodiscard]] double short_value(double value);

/// A value of an activation; the row and column of a dense one are 0.
[[nodiscard]] double value_at(const Tensor& activation, const Spot& spot);

/// The sum, maximum or formula behind the value at `spot`, term by term: an object whose keys docs/serve.md names.
[[nodiscard]] nlohmann::ordered_json example_of(const LayerPass& pass, const Spot& spot);

/// Of the kinds of layer; walk_windows.cpp has the pools and LRN.
[[nodiscard]] nlohmann::ordered_json pool_example(const LayerPass& pass, const MaxPool2D& layer, const Spot& spot);
[[nodiscard]] nlohmann::ordered_json pool_example(const LayerPass& pass, const AvgPool2D& layer, const Spot& spot);
[[nodiscard]] nlohmann::ordered_json lrn_example(const LayerPass& pass, const LRN& layer, const Spot& spot);

}  // namespace alexnet::explain
