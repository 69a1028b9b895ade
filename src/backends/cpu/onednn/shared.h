#pragma once

// What the sources of this folder share; nobody else includes it.

#include <string>

#include "../linear.h"
#include "compat.h"
#include "weight_layout.h"

namespace alexnet::cpu::onednn {

struct WeightDesc {
  dnnl::memory::desc md;
  bool is_logical = false;
};

/// One engine and one stream a process: oneDNN's CPU engine has no state of its own.
dnnl::engine& engine();
dnnl::stream& stream();

/// Attributes with scratch memory given by the caller.
dnnl::primitive_attr attributes(bool relu = false);

using DataType = dnnl::memory::data_type;

dnnl::memory::desc activation_desc(const Layout& layout, DataType type = DataType::f32);
/// Of an activation without height and width.
dnnl::memory::desc rows_desc(const Layout& layout, DataType type = DataType::f32);
dnnl::memory::desc any_activation(const Layout& extents, DataType type = DataType::f32);
/// The Layout of a descriptor that a primitive chose; an order that is none of ours is refused with false.
bool to_layout(const dnnl::memory::desc& md, DataType type, Layout& layout);
/// Weights (O,...) in whatever order a primitive chooses.
dnnl::memory::desc weight_desc(const Shape& shape, int groups, DataType type);

inline dnnl::memory view(const dnnl::memory::desc& md, const void* data) {
  return dnnl::memory(md, engine(), const_cast<void*>(data));
}

/// Only as much padding after the image as the last window of a convolution reaches.
dnnl::memory::dims padding_after(const Layout& input, const Shape& output, const LinearOptions& options);

/// True for the library's slow plain loops.
bool is_reference(const std::string& implementation);

}  // namespace alexnet::cpu::onednn
