#include "linear.h"

#include <algorithm>

#include "../memory.h"
#include "shared.h"

namespace alexnet::cpu::onednn {
namespace {

using dnnl::memory;

/// An activation as a pass wants it, and room for it where that is not how it lies.
struct Wanted {
  memory::desc desc;
  FloatBuffer copy = {};
};

/// One pass of the layer: its primitive, and the order in which it wants the weights (or makes their gradient).
struct Pass {
  dnnl::primitive primitive;
  std::optional<WeightLayout> weights;
  Wanted x;
  Wanted y;
  std::size_t scratch = 0;
  std::string kernel;
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
      if (pass->x.desc != activation_desc(in)) {
        pass->x.copy = FloatBuffer(pass->x.desc.get_size() / sizeof(float));
      }
      if (pass->y.desc != activation_desc(out)) {
        pass->y.copy = FloatBuffer(pass->y.desc.get_size() / sizeof(float));
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
      floats += pass->derived.size() + pass->x.copy.size() + pass->y.copy.size();
    }
    return floats;
  }

  void forward(const float* x, const float* w, const float* bias, float* y, std::byte* scratch) override {
    run(forward_pass,
        {{DNNL_ARG_SRC, view(activation_desc(in), x)},
         {DNNL_ARG_WEIGHTS, view(forward_pass.weights->desc().md, weights_for(forward_pass, w))},
         {DNNL_ARG_BIAS, view(bias_desc, bias)},
         {DNNL_ARG_DST, view(activation_desc(out), y)}},
        scratch);
  }

  void backward_data(const float* dy, const float* w, float* dx, std::byte* scratch) override {
    memory there = view(activation_desc(in), dx);
    const memory made = data_pass.x.copy.size() > 0 ? view(data_pass.x.desc, data_pass.x.copy.data()) : there;
    run(data_pass,
        {{DNNL_ARG_DIFF_DST, activation_for(data_pass.y, out, dy)},
         {DNNL_ARG_WEIGHTS, view(data_pass.weights->desc().md, weights_for(data_pass, w))},
         {DNNL_ARG_DIFF_SRC, made}},
        scratch);
    if (data_pass.x.copy.size() > 0) {
      copy(made, there);
    }
  }

  void backward_weights(const float* x, const float* dy, float* dw, float* dbias, std::byte* scratch) override {
    float* target = weights_pass.derived.size() > 0 ? weights_pass.derived.data() : dw;
    run(weights_pass,
        {{DNNL_ARG_SRC, activation_for(weights_pass.x, in, x)},
         {DNNL_ARG_DIFF_DST, activation_for(weights_pass.y, out, dy)},
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

  /// The activation in the order that the pass wants.
  static memory activation_for(Wanted& wanted, const Layout& layout, const float* values) {
    memory there = view(activation_desc(layout), values);
    if (wanted.copy.size() == 0) {
      return there;
    }
    memory here = view(wanted.desc, wanted.copy.data());
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
    const memory::desc scratch_desc({static_cast<memory::dim>(pass.scratch)}, memory::data_type::u8,
                                    memory::format_tag::a);
    arguments.insert({DNNL_ARG_SCRATCHPAD, memory(scratch_desc, engine(), scratch)});
    pass.primitive.execute(stream(), arguments);
  }
};

memory::desc any_weights(const Shape& shape, int groups) {
  memory::dims dims(shape.begin(), shape.end());
  if (groups > 1) {
    dims[0] /= groups;
    dims.insert(dims.begin(), groups);
  }
  return {dims, memory::data_type::f32, memory::format_tag::any};
}

/// Only as much padding after the image as the last window reaches.
memory::dims padding_after(const Layout& input, const Shape& output, const LinearOptions& o) {
  const auto reach = [&](std::int64_t out, std::int64_t in, int before) {
    return std::max<std::int64_t>(0, (out - 1) * o.stride + o.kernel - in - before);
  };
  return {reach(output[1], input.height, o.top), reach(output[2], input.width, o.left)};
}

/// Builds with the stored order of weights if the library has a fast kernel for it, else with its own choice.
template <class Build>
auto with_weights(const std::optional<WeightLayout>& stored, const memory::desc& any, Build build) {
  if (stored) {
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

}  // namespace

std::unique_ptr<Linear> make_convolution(const Layout& input, bool free_input, const Shape& output,
                                         const LinearOptions& o) {
  using Forward = dnnl::convolution_forward;
  using Data = dnnl::convolution_backward_data;
  using BackwardWeights = dnnl::convolution_backward_weights;
  auto layer = std::make_unique<LinearLayer>();
  layer->has_bias = o.has_bias;
  layer->in = input;
  layer->out = Layout::planes(input.rows, output[0], output[1], output[2]);

  const memory::dims strides = {o.stride, o.stride};
  const memory::dims before = {o.top, o.left};
  const memory::dims after = padding_after(input, output, o);
  const auto any = any_weights({output[0], input.channels / o.groups, o.kernel, o.kernel}, o.groups);
  layer->bias_desc =
      o.has_bias ? memory::desc({output[0]}, memory::data_type::f32, memory::format_tag::a) : memory::desc();
  const auto kind = o.training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
  const auto algorithm = dnnl::algorithm::convolution_direct;

  const auto forward_with = [&](const memory::desc& x, const memory::desc& y, const memory::desc& w) {
    return describe<Forward>(engine(), attributes(o.relu), kind, algorithm, x, w, layer->bias_desc, y, strides, before,
                             after);
  };
  const auto any_y = any_activation(layer->out);
  // The order at hand if a fast kernel reads it, else the library's choice.
  const auto chosen_x = [&]() -> memory::desc {
    if (!free_input) {
      const auto desc = forward_with(activation_desc(input), any_y, any);
      const std::string name = desc.impl_info_str();
      if (!is_reference(name) && name.find("gemm") == std::string::npos) {
        return activation_desc(input);
      }
    }
    return any_activation(input);
  }();
  const auto forward =
      with_weights(o.stored, any, [&](const memory::desc& w) { return forward_with(chosen_x, any_y, w); });
  auto final_forward = forward;
  if (!to_layout(forward.src_desc(), layer->in) || !to_layout(forward.dst_desc(), layer->out)) {
    layer->in = Layout::planes(input.rows, input.channels, input.height, input.width);
    layer->out = Layout::planes(input.rows, output[0], output[1], output[2]);
    final_forward = with_weights(o.stored, any, [&](const memory::desc& w) {
      return forward_with(activation_desc(layer->in), activation_desc(layer->out), w);
    });
  }
  const auto x = activation_desc(layer->in);
  const auto y = activation_desc(layer->out);
  layer->forward_pass = make_pass(final_forward, final_forward.weights_desc(), x, y);
  layer->stored = o.stored ? *o.stored : layout_of(final_forward.weights_desc());
  // The hint of the backward passes must not carry the fused ReLU.
  const auto hint = describe<Forward>(engine(), attributes(), dnnl::prop_kind::forward_training, algorithm, x, any,
                                      layer->bias_desc, y, strides, before, after);
  // The activations as they lie, if a fast kernel takes them so, else in the library's own order.
  const auto with_activations = [&](const auto& build) {
    auto desc = build(x, y);
    return is_reference(desc.impl_info_str()) ? build(any_activation(layer->in), any_activation(layer->out)) : desc;
  };
  if (o.backward_data) {
    const auto desc = with_activations([&](const memory::desc& dx, const memory::desc& dy) {
      return with_weights(layer->stored, any, [&](const memory::desc& w) {
        return describe_backward<Data>(engine(), attributes(), hint, algorithm, dx, w, dy, strides, before, after);
      });
    });
    layer->data_pass = make_pass(desc, desc.weights_desc(), desc.diff_src_desc(), desc.diff_dst_desc());
  }
  if (o.backward_weights) {
    const auto desc = with_activations([&](const memory::desc& from, const memory::desc& dy) {
      return with_weights(layer->stored, any, [&](const memory::desc& w) {
        return describe_backward<BackwardWeights>(engine(), attributes(), hint, algorithm, from, w, layer->bias_desc,
                                                  dy, strides, before, after);
      });
    });
    layer->weights_pass = make_pass(desc, desc.diff_weights_desc(), desc.src_desc(), desc.diff_dst_desc());
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
  const auto x = activation_desc(layer->in);
  const auto y = activation_desc(layer->out);
  const auto any = any_weights({units, input.channels}, 1);
  layer->bias_desc = o.has_bias ? memory::desc({units}, memory::data_type::f32, memory::format_tag::a) : memory::desc();
  const auto kind = o.training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;

  const auto forward = with_weights(o.stored, any, [&](const memory::desc& w) {
    return describe<Forward>(engine(), attributes(o.relu), kind, x, w, layer->bias_desc, y);
  });
  layer->forward_pass = make_pass(forward, forward.weights_desc(), x, y);
  layer->stored = o.stored ? *o.stored : layout_of(forward.weights_desc());
  const auto hint =
      describe<Forward>(engine(), attributes(), dnnl::prop_kind::forward_training, x, any, layer->bias_desc, y);
  if (o.backward_data) {
    const auto desc = with_weights(layer->stored, any, [&](const memory::desc& w) {
      return describe_backward<Data>(engine(), attributes(), hint, x, w, y);
    });
    layer->data_pass = make_pass(desc, desc.weights_desc(), x, y);
  }
  if (o.backward_weights) {
    const auto desc = with_weights(layer->stored, any, [&](const memory::desc& w) {
      return describe_backward<BackwardWeights>(engine(), attributes(), hint, x, w, layer->bias_desc, y);
    });
    layer->weights_pass = make_pass(desc, desc.diff_weights_desc(), x, y);
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
