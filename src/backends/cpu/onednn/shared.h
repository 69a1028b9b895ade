#pragma once

// What the sources of this folder share; nobody else includes it.

#include <string>

#include "../layout.h"
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

dnnl::memory::desc activation_desc(const Layout& layout);
dnnl::memory::desc any_activation(const Layout& extents);
/// The Layout of a descriptor that a primitive chose; an order that is none of ours is refused with false.
bool to_layout(const dnnl::memory::desc& md, Layout& layout);

inline dnnl::memory view(const dnnl::memory::desc& md, const float* data) {
  return dnnl::memory(md, engine(), const_cast<float*>(data));
}

/// True for the library's slow plain loops.
bool is_reference(const std::string& implementation);

}  // namespace alexnet::cpu::onednn
