#include "shared.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace alexnet::cpu::onednn {

using dnnl::memory;

dnnl::engine& engine() {
  static dnnl::engine instance(dnnl::engine::kind::cpu, 0);
  return instance;
}

dnnl::stream& stream() {
  static dnnl::stream instance(engine());
  return instance;
}

memory::desc weight_desc(const Shape& shape, int groups, memory::data_type type) {
  memory::dims dims(shape.begin(), shape.end());
  if (groups > 1) {
    dims[0] /= groups;
    dims.insert(dims.begin(), groups);
  }
  return {dims, type, memory::format_tag::any};
}

dnnl::primitive_attr attributes(bool relu) {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  if (relu) {
    dnnl::post_ops ops;
    append_relu(ops);
    attr.set_post_ops(ops);
  }
  return attr;
}

memory::desc activation_desc(const Layout& l, memory::data_type type) {
  const memory::dims dims = {l.rows, l.channels, l.height, l.width};
  switch (l.order) {
    case Layout::Order::kPlanes:
      return {dims, type, memory::format_tag::abcd};
    case Layout::Order::kPixels:
      return {dims, type, memory::format_tag::acdb};
    case Layout::Order::kBlocked:
      break;
  }
  return {dims, type, l.lanes == 16 ? memory::format_tag::aBcd16b : memory::format_tag::aBcd8b};
}

memory::desc rows_desc(const Layout& l, memory::data_type type) {
  return {{l.rows, l.channels}, type, memory::format_tag::ab};
}

memory::desc any_activation(const Layout& e, memory::data_type type) {
  return {{e.rows, e.channels, e.height, e.width}, type, memory::format_tag::any};
}

bool to_layout(const memory::desc& md, memory::data_type type, Layout& l) {
  for (const auto& candidate :
       {Layout::blocked(l.rows, l.channels, l.height, l.width, 16),
        Layout::blocked(l.rows, l.channels, l.height, l.width, 8),
        Layout::planes(l.rows, l.channels, l.height, l.width), Layout::pixels(l.rows, l.channels, l.height, l.width)}) {
    const memory::dims dims = {l.rows, l.channels, l.height, l.width};
    const auto tag = candidate.order == Layout::Order::kPlanes   ? memory::format_tag::abcd
                     : candidate.order == Layout::Order::kPixels ? memory::format_tag::acdb
                     : candidate.lanes == 16                     ? memory::format_tag::aBcd16b
                                                                 : memory::format_tag::aBcd8b;
    if (md == memory::desc(dims, type, tag)) {
      l = candidate;
      return true;
    }
  }
  return false;
}

memory::dims padding_after(const Layout& input, const Shape& output, const LinearOptions& o) {
  const auto reach = [&](std::int64_t out, std::int64_t in, int before) {
    return std::max<std::int64_t>(0, (out - 1) * o.stride + o.kernel - in - before);
  };
  return {reach(output[1], input.height, o.top), reach(output[2], input.width, o.left)};
}

bool is_reference(const std::string& implementation) { return implementation.find("ref") == 0; }

// ---- WeightLayout ---------------------------------------------------------------------------------------------------

namespace {

memory::dims weight_dims(const Shape& shape, int groups) {
  memory::dims dims(shape.begin(), shape.end());
  if (groups > 1) {
    dims[0] /= groups;
    dims.insert(dims.begin(), groups);
  }
  return dims;
}

memory::dims dense_strides(const memory::dims& dims) {
  memory::dims strides(dims.size(), 1);
  for (auto i = dims.size() - 1; i > 0; --i) {
    strides[i - 1] = strides[i] * dims[i];
  }
  return strides;
}

}  // namespace

WeightLayout WeightLayout::logical(const Shape& shape, int groups) {
  const auto dims = weight_dims(shape, groups);
  return WeightLayout(std::make_shared<const WeightDesc>(
      WeightDesc{memory::desc(dims, memory::data_type::f32, dense_strides(dims)), true}));
}

WeightLayout WeightLayout::by_filter_lanes(const Shape& shape, int groups, int lanes) {
  using tag = memory::format_tag;
  const bool grouped = groups > 1;
  const auto order = lanes == 32   ? (grouped ? tag::aBcde32b : tag::Abcd32a)
                     : lanes == 16 ? (grouped ? tag::aBcde16b : tag::Abcd16a)
                                   : (grouped ? tag::aBcde8b : tag::Abcd8a);
  return WeightLayout(std::make_shared<const WeightDesc>(
      WeightDesc{memory::desc(weight_dims(shape, groups), memory::data_type::f32, order)}));
}

std::size_t WeightLayout::floats() const { return (desc_->md.get_size() + sizeof(float) - 1) / sizeof(float); }

std::uint64_t WeightLayout::id() const {
  if (desc_->is_logical) {
    return 0;
  }
  // FNV-1a over strides and blocks.
  std::uint64_t hash = 1469598103934665603ULL;
  for (const auto& list : {strides_of(desc_->md), inner_blocks_of(desc_->md), inner_dims_of(desc_->md)}) {
    for (const auto value : list) {
      hash = (hash ^ static_cast<std::uint64_t>(value)) * 1099511628211ULL;
    }
  }
  return hash | 1;
}

namespace {

/// Of a dense layer's weights, (units, channels), as those of a convolution: (units, channels, 1, 1).
memory::desc with_axes(const memory::desc& md, std::size_t axes) {
  memory::dims extents = extents_of(md);
  extents.resize(axes, 1);
  return md.reshape(extents);
}

}  // namespace

bool operator==(const WeightLayout& a, const WeightLayout& b) { return a.desc_->md == b.desc_->md; }

void reorder(const WeightLayout& from, const float* source, const WeightLayout& to, float* target) {
  if (from == to) {
    std::memcpy(target, source, from.floats() * sizeof(float));
    return;
  }
  const auto axes = std::max(extents_of(from.desc().md).size(), extents_of(to.desc().md).size());
  auto in = view(with_axes(from.desc().md, axes), source);
  auto out = view(with_axes(to.desc().md, axes), target);
  dnnl::reorder(in, out).execute(stream(), in, out);
}

std::string library_version() {
  const auto* v = dnnl::version();
  return "oneDNN " + std::to_string(v->major) + "." + std::to_string(v->minor) + "." + std::to_string(v->patch);
}

std::string instruction_set() {
  const auto isa = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
  struct Name {
    dnnl::cpu_isa isa;
    const char* name;
  };
  // Best first; a set holds the bits of those below it.
  for (const auto& [set, name] : {Name{dnnl::cpu_isa::avx512_core_amx, "AVX-512 with AMX (bf16, int8)"},
                                  Name{dnnl::cpu_isa::avx512_core_bf16, "AVX-512 with bf16"},
                                  Name{dnnl::cpu_isa::avx512_core_vnni, "AVX-512 with VNNI"},
                                  Name{dnnl::cpu_isa::avx512_core, "AVX-512"}, Name{dnnl::cpu_isa::avx2, "AVX2"}}) {
    if ((isa & static_cast<unsigned>(set)) == static_cast<unsigned>(set)) {
      return name;
    }
  }
  return "SSE4.1 or less";
}

namespace {

bool processor_has(dnnl::cpu_isa set) {
  const auto isa = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
  return (isa & static_cast<unsigned>(set)) == static_cast<unsigned>(set);
}

}  // namespace

Support bf16_support() {
  if (processor_has(dnnl::cpu_isa::avx512_core_amx)) {
    return Support::kFast;
  }
  // Its dot products do at best twice the f32 work of direct convolutions, and Fourier ones need a fraction of that.
  if (processor_has(dnnl::cpu_isa::avx512_core_bf16)) {
    return Support::kNative;
  }
  return processor_has(dnnl::cpu_isa::avx512_core) ? Support::kEmulated : Support::kNone;
}

// Without VNNI two products are added in 16 bits, which they may not fit: the sums would be wrong.
bool has_int8() { return processor_has(dnnl::cpu_isa::avx512_core_vnni); }

VectorSet vector_set() {
  if (processor_has(dnnl::cpu_isa::avx512_core)) {
    return VectorSet::kAvx512;
  }
  return processor_has(dnnl::cpu_isa::avx2) && __builtin_cpu_supports("fma") ? VectorSet::kAvx2 : VectorSet::kBaseline;
}

}  // namespace alexnet::cpu::onednn
