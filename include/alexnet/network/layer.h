#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "alexnet/core/tensor.h"
#include "alexnet/network/all_gather.h"
#include "alexnet/network/avg_pool2d.h"
#include "alexnet/network/batch_norm.h"
#include "alexnet/network/conv2d.h"
#include "alexnet/network/dense.h"
#include "alexnet/network/dropout.h"
#include "alexnet/network/flatten.h"
#include "alexnet/network/gather.h"
#include "alexnet/network/locally_connected2d.h"
#include "alexnet/network/lrn.h"
#include "alexnet/network/max_pool2d.h"
#include "alexnet/network/normalize.h"
#include "alexnet/network/relu.h"
#include "alexnet/network/sigmoid.h"
#include "alexnet/network/tanh.h"

namespace alexnet {

/// All kinds of layer: a closed set, so that the compiler names every place that a new kind must reach.
using Layer = std::variant<Normalize, Conv2D, LocallyConnected2D, MaxPool2D, AvgPool2D, ReLU, Tanh, Sigmoid, LRN,
                           BatchNorm, Dropout, Flatten, Dense, AllGather, Gather>;

enum class ParameterRole { kTrainable, kStatistic, kConstant };

/// A named parameter of a layer.
struct ParameterSpec {
  std::string name;  ///< "conv1.weight"
  Shape shape;
  ParameterRole role = ParameterRole::kTrainable;
  ParameterOptions options;
  std::int64_t fan_in = 1;
  std::int64_t fan_out = 1;
};

[[nodiscard]] const std::string& name_of(const Layer& layer);
/// The kind as it stands in files: "conv2d", "max_pool2d", "relu", ...
[[nodiscard]] std::string_view kind_of(const Layer& layer);

/// The shape rule: (C,H,W) or (C) of one photo in, the same of its output.
/// Throws kNetworkInvalid, naming the layer, what it needs and what it was given.
[[nodiscard]] Shape output_shape(const Layer& layer, const Shape& input);
[[nodiscard]] std::vector<ParameterSpec> parameters(const Layer& layer, const Shape& input);
/// Multiply-accumulates of one photo, forward: convolutions and dense layers, as the literature counts.
[[nodiscard]] std::int64_t macs(const Layer& layer, const Shape& input);

/// A visitor made of lambdas, for std::visit.
template <class... F>
struct Overload : F... {
  using F::operator()...;
};
template <class... F>
Overload(F...) -> Overload<F...>;

}  // namespace alexnet
