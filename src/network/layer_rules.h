#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "alexnet/network/layer.h"

#include "network/field_visitor.h"

namespace alexnet {

/// How far an output pixel of a layer sees into its input: what receptive fields are computed from.
struct Reach {
  int window = 1;
  int stride = 1;
  bool everything = false;
};

/// The rules of a kind of layer, one specialisation each, implemented in the kind's own file:
///   kKind          its name in files;
///   output_shape   the shape rule (throws kNetworkInvalid); the others may count on a layer that passed it;
///   parameters     what it learns or stores;
///   macs           multiply-accumulates of one photo;
///   reach, geometry   for the summary;
///   fields         its options by name.
template <class L>
struct LayerRules;

/// Without parameters and work, seeing one pixel.
struct PlainRules {
  static std::vector<ParameterSpec> parameters(const auto& /*layer*/, const Shape& /*input*/) { return {}; }
  static std::int64_t macs(const auto& /*layer*/, const Shape& /*input*/, const Shape& /*output*/) { return 0; }
  static Reach reach(const auto& /*layer*/) { return {}; }
  static std::string geometry(const auto& /*layer*/) { return {}; }
};

/// A function of each element, without options.
struct ElementwiseRules : PlainRules {
  static Shape output_shape(const auto& /*layer*/, const Shape& input) { return input; }
  static void fields(FieldVisitor& /*visitor*/, auto& /*layer*/) {}
};

template <>
struct LayerRules<ReLU> : ElementwiseRules {
  static constexpr std::string_view kKind = "relu";
};

template <>
struct LayerRules<Tanh> : ElementwiseRules {
  static constexpr std::string_view kKind = "tanh";
};

template <>
struct LayerRules<Sigmoid> : ElementwiseRules {
  static constexpr std::string_view kKind = "sigmoid";
};

template <>
struct LayerRules<Normalize> : PlainRules {
  static constexpr std::string_view kKind = "normalize";
  static Shape output_shape(const Normalize& layer, const Shape& input);
  static std::vector<ParameterSpec> parameters(const Normalize& layer, const Shape& input);
  static std::string geometry(const Normalize& layer);
  static void fields(FieldVisitor& visitor, Normalize& layer);
};

template <>
struct LayerRules<Conv2D> {
  static constexpr std::string_view kKind = "conv2d";
  static Shape output_shape(const Conv2D& layer, const Shape& input);
  static std::vector<ParameterSpec> parameters(const Conv2D& layer, const Shape& input);
  static std::int64_t macs(const Conv2D& layer, const Shape& input, const Shape& output);
  static Reach reach(const Conv2D& layer);
  static std::string geometry(const Conv2D& layer);
  static void fields(FieldVisitor& visitor, Conv2D& layer);
};

template <>
struct LayerRules<LocallyConnected2D> {
  static constexpr std::string_view kKind = "locally_connected2d";
  static Shape output_shape(const LocallyConnected2D& layer, const Shape& input);
  static std::vector<ParameterSpec> parameters(const LocallyConnected2D& layer, const Shape& input);
  static std::int64_t macs(const LocallyConnected2D& layer, const Shape& input, const Shape& output);
  static Reach reach(const LocallyConnected2D& layer);
  static std::string geometry(const LocallyConnected2D& layer);
  static void fields(FieldVisitor& visitor, LocallyConnected2D& layer);
};

template <>
struct LayerRules<MaxPool2D> : PlainRules {
  static constexpr std::string_view kKind = "max_pool2d";
  static Shape output_shape(const MaxPool2D& layer, const Shape& input);
  static Reach reach(const MaxPool2D& layer);
  static std::string geometry(const MaxPool2D& layer);
  static void fields(FieldVisitor& visitor, MaxPool2D& layer);
};

template <>
struct LayerRules<AvgPool2D> : PlainRules {
  static constexpr std::string_view kKind = "avg_pool2d";
  static Shape output_shape(const AvgPool2D& layer, const Shape& input);
  static Reach reach(const AvgPool2D& layer);
  static std::string geometry(const AvgPool2D& layer);
  static void fields(FieldVisitor& visitor, AvgPool2D& layer);
};

/// The literature counts convolutions and pools in a receptive field; a normalisation's window is not counted.
template <>
struct LayerRules<LRN> : PlainRules {
  static constexpr std::string_view kKind = "lrn";
  static Shape output_shape(const LRN& layer, const Shape& input);
  static std::string geometry(const LRN& layer);
  static void fields(FieldVisitor& visitor, LRN& layer);
};

template <>
struct LayerRules<BatchNorm> : PlainRules {
  static constexpr std::string_view kKind = "batch_norm";
  static Shape output_shape(const BatchNorm& layer, const Shape& input);
  static std::vector<ParameterSpec> parameters(const BatchNorm& layer, const Shape& input);
  static std::string geometry(const BatchNorm& layer);
  static void fields(FieldVisitor& visitor, BatchNorm& layer);
};

template <>
struct LayerRules<Dropout> : PlainRules {
  static constexpr std::string_view kKind = "dropout";
  static Shape output_shape(const Dropout& layer, const Shape& input);
  static std::string geometry(const Dropout& layer);
  static void fields(FieldVisitor& visitor, Dropout& layer);
};

template <>
struct LayerRules<Flatten> : PlainRules {
  static constexpr std::string_view kKind = "flatten";
  static Shape output_shape(const Flatten& layer, const Shape& input);
  static void fields(FieldVisitor& visitor, Flatten& layer);
};

template <>
struct LayerRules<Dense> {
  static constexpr std::string_view kKind = "dense";
  static Shape output_shape(const Dense& layer, const Shape& input);
  static std::vector<ParameterSpec> parameters(const Dense& layer, const Shape& input);
  static std::int64_t macs(const Dense& layer, const Shape& input, const Shape& output);
  static Reach reach(const Dense& layer);
  static std::string geometry(const Dense& layer);
  static void fields(FieldVisitor& visitor, Dense& layer);
};

template <>
struct LayerRules<AllGather> : PlainRules {
  static constexpr std::string_view kKind = "all_gather";
  static Shape output_shape(const AllGather& layer, const Shape& input);
  static std::string geometry(const AllGather& layer);
  static void fields(FieldVisitor& visitor, AllGather& layer);
};

template <>
struct LayerRules<Gather> : PlainRules {
  static constexpr std::string_view kKind = "gather";
  static Shape output_shape(const Gather& layer, const Shape& input);
  static std::string geometry(const Gather& layer);
  static void fields(FieldVisitor& visitor, Gather& layer);
};

/// Of any layer.
[[nodiscard]] Reach reach(const Layer& layer);
[[nodiscard]] std::string geometry(const Layer& layer);

}  // namespace alexnet
