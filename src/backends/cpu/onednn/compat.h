#pragma once

// The one place that knows oneDNN 2.x from 3.x (Debian 12 has 2.6, Debian 13 has 3.7).

#include <unordered_map>
#include <utility>
#include <vector>

#include <dnnl.hpp>

namespace alexnet::cpu::onednn {

#if DNNL_VERSION_MAJOR >= 3

template <class P, class... A>
typename P::primitive_desc describe(const dnnl::engine& engine, const dnnl::primitive_attr& attr, A&&... args) {
  return typename P::primitive_desc(engine, std::forward<A>(args)..., attr);
}
template <class P, class Hint, class... A>
typename P::primitive_desc describe_backward(const dnnl::engine& engine, const dnnl::primitive_attr& attr,
                                             const Hint& hint, A&&... args) {
  return typename P::primitive_desc(engine, std::forward<A>(args)..., hint, attr);
}
inline void append_relu(dnnl::post_ops& ops) { ops.append_eltwise(dnnl::algorithm::eltwise_relu, 0.F, 0.F); }
/// Sums of integer products are multiplied by a number of their output channel, given at each call; then the bias
/// joins.
constexpr bool kScalesBias = false;
inline void set_channel_scales(dnnl::primitive_attr& attr, const std::vector<float>&, bool grouped) {
  attr.set_scales_mask(DNNL_ARG_WEIGHTS, grouped ? 3 : 1);
}
inline void add_channel_scales(std::unordered_map<int, dnnl::memory>& arguments, const dnnl::memory& scales) {
  arguments.insert({DNNL_ARG_ATTR_SCALES | DNNL_ARG_WEIGHTS, scales});
}
inline dnnl::memory::dims extents_of(const dnnl::memory::desc& md) { return md.get_dims(); }
inline dnnl::memory::data_type type_of(const dnnl::memory::desc& md) { return md.get_data_type(); }
inline dnnl::memory::dims strides_of(const dnnl::memory::desc& md) { return md.get_strides(); }
inline dnnl::memory::dims inner_blocks_of(const dnnl::memory::desc& md) { return md.get_inner_blks(); }
inline dnnl::memory::dims inner_dims_of(const dnnl::memory::desc& md) { return md.get_inner_idxs(); }

#else

template <class P, class... A>
typename P::primitive_desc describe(const dnnl::engine& engine, const dnnl::primitive_attr& attr, A&&... args) {
  return typename P::primitive_desc(typename P::desc(std::forward<A>(args)...), attr, engine);
}
template <class P, class Hint, class... A>
typename P::primitive_desc describe_backward(const dnnl::engine& engine, const dnnl::primitive_attr& attr,
                                             const Hint& hint, A&&... args) {
  return typename P::primitive_desc(typename P::desc(std::forward<A>(args)...), attr, engine, hint);
}
inline void append_relu(dnnl::post_ops& ops) { ops.append_eltwise(1.F, dnnl::algorithm::eltwise_relu, 0.F, 0.F); }
/// The numbers are part of the primitive, and multiply the bias too.
constexpr bool kScalesBias = true;
inline void set_channel_scales(dnnl::primitive_attr& attr, const std::vector<float>& scales, bool) {
  attr.set_output_scales(1 << 1, scales);
}
inline void add_channel_scales(std::unordered_map<int, dnnl::memory>&, const dnnl::memory&) {}
inline dnnl::memory::dims extents_of(const dnnl::memory::desc& md) { return md.dims(); }
inline dnnl::memory::data_type type_of(const dnnl::memory::desc& md) { return md.data_type(); }
inline dnnl::memory::dims strides_of(const dnnl::memory::desc& md) {
  const auto& s = md.data.format_desc.blocking.strides;
  return {s, s + md.data.ndims};
}
inline dnnl::memory::dims inner_blocks_of(const dnnl::memory::desc& md) {
  const auto& b = md.data.format_desc.blocking;
  return {b.inner_blks, b.inner_blks + b.inner_nblks};
}
inline dnnl::memory::dims inner_dims_of(const dnnl::memory::desc& md) {
  const auto& b = md.data.format_desc.blocking;
  return {b.inner_idxs, b.inner_idxs + b.inner_nblks};
}

#endif

}  // namespace alexnet::cpu::onednn
