#include "linear.h"

#include <algorithm>

#include "../memory.h"
#include "shared.h"

namespace alexnet::cpu::onednn {
namespace {

using dnnl::memory;

/// An activation as a pass wants it, and the place in scratch memory of a copy where that is not how it lies.
struct Wanted {
  memory::desc desc;
  std::optional<std::size_t> copy = {};
};

/// One pass of the layer: its primitive, and the order in which it wants the weights (or makes their gradient).
struct Pass {
  dnnl::primitive primitive;
  std::optional<WeightLayout> weights;
  Wanted x;
  Wanted y;
  std::size_t library_scratch = 0;
  std::string kernel;
  std::size_t scratch = 0;   ///< with the copies
  FloatBuffer derived = {};  ///< weights or gradient in that order, where it is not the stored one
  bool stale = true;
};

WeightLayout layout_of(const memory::desc& md) {
  return WeightLayout(std::make_shared<const WeightDesc>(WeightDesc{md}));
}

template <class Desc>
Pass make_pass(const Desc& desc, const memory::desc& weights, const memory::desc& x, const memory::desc& y) {
  return {dnnl::primitive(desc.get()),       layout_of(weights),  {x}, {y},
          desc.scratchpad_desc().get_size(), desc.impl_info_str()};
}

class LinearLayer final : public Linear {
 public:
  Layout in;
  Layout out;
  memory::desc in_desc;
  memory::desc out_desc;
  std::optional<WeightLayout> stored;
  Pass forward_pass;
  Pass data_pass;
  Pass weights_pass;
  memory::desc bias_desc;
  bool has_bias = true;

  /// After the passes are built: makes room where a pass wants another order than the stored one.
  void finish() {
    for (Pass* pass : {&forward_pass, &data_pass, &weights_pass}) {
      if (!pass->primitive) {
        continue;
      }
      if (!(*pass->weights == *stored)) {
        pass->derived = FloatBuffer(pass->weights->floats());
      }
      pass->scratch = aligned(pass->library_scratch);
      for (const auto& [wanted, there] : {std::pair(&pass->x, &in_desc), std::pair(&pass->y, &out_desc)}) {
        if (wanted->desc != *there) {
          wanted->copy = pass->scratch;
          pass->scratch += aligned(wanted->desc.get_size());
        }
      }
    }
  }

  const Layout& input() const override { return in; }
  const Layout& output() const override { return out; }
  const WeightLayout& weights() const override { return *stored; }
  std::size_t scratch_bytes() const override {
    return std::max({forward_pass.scratch, data_pass.scratch, weights_pass.scratch});
  }
  std::size_t derived_floats() const override {
    std::size_t floats = 0;
    for (const Pass* pass : {&forward_pass, &data_pass, &weights_pass}) {
      floats += pass->derived.size();
    }
    return floats;
  }

  void forward(const float* x, const float* w, const float* bias, float* y, std::byte* scratch) override {
    run(forward_pass,
        {{DNNL_ARG_SRC, activation_for(forward_pass.x, in_desc, x, scratch)},
         {DNNL_ARG_WEIGHTS, view(forward_pass.weights->desc().md, weights_for(forward_pass, w))},
         {DNNL_ARG_BIAS, view(bias_desc, bias)},
         {DNNL_ARG_DST, view(out_desc, y)}},
        scratch);
  }

  void backward_data(const float* dy, const float* w, float* dx, std::byte* scratch) override {
    memory there = view(in_desc, dx);
    const memory made = data_pass.x.copy ? view(data_pass.x.desc, scratch + *data_pass.x.copy) : there;
    run(data_pass,
        {{DNNL_ARG_DIFF_DST, activation_for(data_pass.y, out_desc, dy, scratch)},
         {DNNL_ARG_WEIGHTS, view(data_pass.weights->desc().md, weights_for(data_pass, w))},
         {DNNL_ARG_DIFF_SRC, made}},
        scratch);
    if (data_pass.x.copy) {
      copy(made, there);
    }
  }

  void backward_weights(const float* x, const float* dy, float* dw, float* dbias, std::byte* scratch) override {
    float* target = weights_pass.derived.size() > 0 ? weights_pass.derived.data() : dw;
    run(weights_pass,
        {{DNNL_ARG_SRC, activation_for(weights_pass.x, in_desc, x, scratch)},
         {DNNL_ARG_DIFF_DST, activation_for(weights_pass.y, out_desc, dy, scratch)},
         {DNNL_ARG_DIFF_WEIGHTS, view(weights_pass.weights->desc().md, target)},
         {DNNL_ARG_DIFF_BIAS, view(bias_desc, dbias)}},
        scratch);
    if (target != dw) {
      reorder(*weights_pass.weights, target, *stored, dw);
    }
  }

  void weights_changed() override {
    forward_pass.stale = true;
    data_pass.stale = true;
  }

  std::string forward_kernel() const override { return forward_pass.kernel; }
  std::string backward_data_kernel() const override { return data_pass.kernel; }
  std::string backward_weights_kernel() const override { return weights_pass.kernel; }

 private:
  static void copy(memory from, memory to) { dnnl::reorder(from, to).execute(stream(), from, to); }

  static std::size_t aligned(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

  /// The activation in the order and the type that the pass wants.
  static memory activation_for(const Wanted& wanted, const memory::desc& lies, const float* values,
                               std::byte* scratch) {
    memory there = view(lies, values);
    if (!wanted.copy) {
      return there;
    }
    memory here = view(wanted.desc, scratch + *wanted.copy);
    copy(there, here);
    return here;
  }

  const float* weights_for(Pass& pass, const float* w) {
    if (pass.derived.size() == 0) {
      return w;
    }
    if (pass.stale) {
      reorder(*stored, w, *pass.weights, pass.derived.data());
      pass.stale = false;
    }
    return pass.derived.data();
  }

  void run(Pass& pass, std::unordered_map<int, memory> arguments, std::byte* scratch) const {
    if (!has_bias) {
      arguments.erase(DNNL_ARG_BIAS);
      arguments.erase(DNNL_ARG_DIFF_BIAS);
    }
    const memory::desc scratch_desc({static_cast<memory::dim>(pass.library_scratch)}, memory::data_type::u8,
                                    memory::format_tag::a);
    arguments.insert({DNNL_ARG_SCRATCHPAD, memory(scratch_desc, engine(), scratch)});
    pass.primitive.execute(stream(), arguments);
  }
};

const WeightLayout* pointer_to(const std::optional<WeightLayout>& layout) { return layout ? &*layout : nullptr; }

/// Builds with the stored order of weights if the library has a fast kernel for it, else with its own choice.
template <class Build>
auto with_weights(const WeightLayout* stored, const memory::desc& any, Build build) {
  if (stored != nullptr) {
    try {
      auto desc = build(stored->desc().md);
      const std::string name = desc.impl_info_str();
      if (!is_reference(name) && name.find("gemm:jit") == std::string::npos) {
        return desc;
      }
    } catch (const dnnl::error&) {
      // No kernel for this order: the library chooses one below, and the weights are re-ordered for it.
    }
  }
  return build(any);
}

/// Builds for the activations as they lie, if a fast kernel takes them so, else in the library's own order.
template <class Build>
auto with_activations(const memory::desc& x, const memory::desc& y, Build build) {
  const auto any = [](const memory::desc& md) {
    return memory::desc(extents_of(md), type_of(md), memory::format_tag::any);
  };
  try {
    auto desc = build(x, y);
    if (!is_reference(desc.impl_info_str())) {
      return desc;
    }
  } catch (const dnnl::error&) {
    // No kernel for this order, as below.
  }
  return build(any(x), any(y));
}

DataType multiplied_type(const LinearOptions& o) {
  return o.precision == Precision::kBF16 ? DataType::bf16 : DataType::f32;
}

memory::desc bias_desc(std::int64_t outputs, const LinearOptions& o) {
  return o.has_bias ? memory::desc({outputs}, DataType::f32, memory::format_tag::a) : memory::desc();
}

/// The order of the stored weights: f32 kernels read them as they lie. Those of another type read copies: then the
/// order is that of their gradient, which is f32 (nothing: the caller knows it), or the logical one.
std::optional<WeightLayout> stored_order(const LinearOptions& o, DataType type, const memory::desc& of_forward,
                                         const Shape& shape) {
  if (o.stored) {
    return o.stored;
  }
  if (type == DataType::f32) {
    return layout_of(of_forward);
  }
  return o.backward_weights ? std::nullopt : std::optional(WeightLayout::logical(shape, o.groups));
}

}  // namespace

std::unique_ptr<Linear> make_convolution(const Layout& input, bool free_input, const Shape& output,
                                         const LinearOptions& o) {
  using Forward = dnnl::convolution_forward;
  using Data = dnnl::convolution_backward_data;
  using BackwardWeights = dnnl::convolution_backward_weights;
  auto layer = std::make_unique<LinearLayer>();
  layer->has_bias = o.has_bias;
  layer->out = Layout::planes(input.rows, output[0], output[1], output[2]);

  const DataType type = multiplied_type(o);
  const memory::dims strides = {o.stride, o.stride};
  const memory::dims before = {o.top, o.left};
  const memory::dims after = padding_after(input, output, o);
  const Shape shape = {output[0], input.channels / o.groups, o.kernel, o.kernel};
  const auto any = weight_desc(shape, o.groups, type);
  layer->bias_desc = bias_desc(output[0], o);
  const auto kind = o.training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
  const auto algorithm = dnnl::algorithm::convolution_direct;

  const auto forward_with = [&](const memory::desc& x, const memory::desc& y, const memory::desc& w) {
    return describe<Forward>(engine(), attributes(o.relu), kind, algorithm, x, w, layer->bias_desc, y, strides, before,
                             after);
  };
  const auto any_y = any_activation(layer->out);
  // The order at hand if a fast kernel reads it, else the library's choice.
  const auto chosen_x = [&]() -> memory::desc {
    if (!free_input && type == DataType::f32) {
      const auto desc = forward_with(activation_desc(input), any_y, any);
      const std::string name = desc.impl_info_str();
      if (!is_reference(name) && name.find("gemm") == std::string::npos) {
        return activation_desc(input);
      }
    }
    return any_activation(input, type);
  }();
  const auto* readable = type == DataType::f32 ? pointer_to(o.stored) : nullptr;
  auto forward = with_weights(readable, any, [&](const memory::desc& w) { return forward_with(chosen_x, any_y, w); });
  Layout read = input;
  if (!to_layout(forward.src_desc(), type, read) || !to_layout(forward.dst_desc(), DataType::f32, layer->out)) {
    read = Layout::planes(input.rows, input.channels, input.height, input.width);
    layer->out = Layout::planes(input.rows, output[0], output[1], output[2]);
    forward = with_weights(readable, any, [&](const memory::desc& w) {
      return forward_with(activation_desc(read, type), activation_desc(layer->out), w);
    });
  }
  // A copy of another type can change the order too.
  layer->in = free_input || type == DataType::f32 ? read : input;
  const auto x = activation_desc(read, type);
  layer->in_desc = activation_desc(layer->in);
  layer->out_desc = activation_desc(layer->out);
  const auto y = layer->out_desc;
  layer->forward_pass = make_pass(forward, forward.weights_desc(), x, y);
  layer->stored = stored_order(o, type, forward.weights_desc(), shape);
  // The hint of the backward passes must not carry the fused ReLU.
  const auto hint = describe<Forward>(engine(), attributes(), dnnl::prop_kind::forward_training, algorithm, x, any,
                                      layer->bias_desc, y, strides, before, after);
  const auto dy = activation_desc(layer->out, type);
  if (o.backward_weights) {
    const auto any_gradient = weight_desc(shape, o.groups, DataType::f32);
    const auto desc = with_activations(x, dy, [&](const memory::desc& from, const memory::desc& gradient) {
      return with_weights(pointer_to(layer->stored), any_gradient, [&](const memory::desc& w) {
        return describe_backward<BackwardWeights>(engine(), attributes(), hint, algorithm, from, w, layer->bias_desc,
                                                  gradient, strides, before, after);
      });
    });
    layer->weights_pass = make_pass(desc, desc.diff_weights_desc(), desc.src_desc(), desc.diff_dst_desc());
    layer->stored = layer->stored ? layer->stored : layout_of(desc.diff_weights_desc());
  }
  if (o.backward_data) {
    const auto desc = with_activations(layer->in_desc, dy, [&](const memory::desc& to, const memory::desc& gradient) {
      return with_weights(type == DataType::f32 ? pointer_to(layer->stored) : nullptr, any, [&](const memory::desc& w) {
        return describe_backward<Data>(engine(), attributes(), hint, algorithm, to, w, gradient, strides, before,
                                       after);
      });
    });
    layer->data_pass = make_pass(desc, desc.weights_desc(), desc.diff_src_desc(), desc.diff_dst_desc());
  }
  layer->finish();
  return layer;
}

std::unique_ptr<Linear> make_inner_product(const Layout& input, std::int64_t units, const LinearOptions& o) {
  using Forward = dnnl::inner_product_forward;
  using Data = dnnl::inner_product_backward_data;
  using BackwardWeights = dnnl::inner_product_backward_weights;
  auto layer = std::make_unique<LinearLayer>();
  layer->has_bias = o.has_bias;
  layer->in = Layout::plain_rows(input.rows, input.channels);
  layer->out = Layout::plain_rows(input.rows, units);
  const DataType type = multiplied_type(o);
  const auto x = rows_desc(layer->in, type);
  layer->in_desc = rows_desc(layer->in);
  layer->out_desc = rows_desc(layer->out);
  const auto y = layer->out_desc;
  const auto dy = rows_desc(layer->out, type);
  const Shape shape = {units, input.channels};
  const auto any = weight_desc(shape, 1, type);
  layer->bias_desc = bias_desc(units, o);
  const auto kind = o.training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;

  const auto* readable = type == DataType::f32 ? pointer_to(o.stored) : nullptr;
  const auto forward = with_weights(readable, any, [&](const memory::desc& w) {
    return describe<Forward>(engine(), attributes(o.relu), kind, x, w, layer->bias_desc, y);
  });
  layer->forward_pass = make_pass(forward, forward.weights_desc(), x, y);
  layer->stored = stored_order(o, type, forward.weights_desc(), shape);
  const auto hint =
      describe<Forward>(engine(), attributes(), dnnl::prop_kind::forward_training, x, any, layer->bias_desc, y);
  if (o.backward_weights) {
    const auto desc =
        with_weights(pointer_to(layer->stored), weight_desc(shape, 1, DataType::f32), [&](const memory::desc& w) {
          return describe_backward<BackwardWeights>(engine(), attributes(), hint, x, w, layer->bias_desc, dy);
        });
    layer->weights_pass = make_pass(desc, desc.diff_weights_desc(), x, dy);
    layer->stored = layer->stored ? layer->stored : layout_of(desc.diff_weights_desc());
  }
  if (o.backward_data) {
    const auto desc =
        with_weights(type == DataType::f32 ? pointer_to(layer->stored) : nullptr, any, [&](const memory::desc& w) {
          return describe_backward<Data>(engine(), attributes(), hint, layer->in_desc, w, dy);
        });
    layer->data_pass = make_pass(desc, desc.weights_desc(), layer->in_desc, dy);
  }
  layer->finish();
  return layer;
}

void reorder_activation(const Layout& from, const float* source, const Layout& to, float* target) {
  auto in = view(activation_desc(from), source);
  auto out = view(activation_desc(to), target);
  dnnl::reorder(in, out).execute(stream(), in, out);
}

}  // namespace alexnet::cpu::onednn
