#include <functional>
#include <utility>

#include "alexnet/runtime/quantization.h"

#include "../kernels/kernels.h"
#include "../memory.h"
#include "linear.h"
#include "shared.h"

namespace alexnet::cpu::onednn {
namespace {

using dnnl::memory;

std::size_t aligned(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

/// What the library makes of the layer. Orders that are `any` in the descriptors that it is built from are chosen.
struct Built {
  dnnl::primitive primitive;
  memory::desc x, weights, y;
  std::size_t scratch = 0;
  std::string kernel;
};
using Build = std::function<Built(const dnnl::primitive_attr& attributes, const memory::desc& x,
                                  const memory::desc& weights, const memory::desc& y)>;

template <class Desc>
Built built(const Desc& desc) {
  return {dnnl::primitive(desc.get()),       desc.src_desc(),     desc.weights_desc(), desc.dst_desc(),
          desc.scratchpad_desc().get_size(), desc.impl_info_str()};
}

/// A convolution or dense layer whose input and weights become 8-bit integers on their way in.
class Int8Linear final : public Linear {
 public:
  Int8Linear(const Layout& input, const Layout& output, Shape weights, const LinearOptions& options, Build build)
      : options_(options),
        steps_(input_steps(options.input_range)),
        shape_(std::move(weights)),
        build_(std::move(build)),
        in_(input),
        out_(output),
        stored_(options.stored.value_or(WeightLayout::logical(shape_, options.groups))),
        scales_(static_cast<std::size_t>(output.channels)),
        bias_(options.has_bias ? scales_.size() : 0) {
    const auto type = steps_.is_signed() ? DataType::s8 : DataType::u8;
    const auto any_weights = weight_desc(shape_, options_.groups, DataType::s8);
    const auto build_for = [&](const memory::desc& x, const memory::desc& y) {
      built_ = build_(scaled({}), x, any_weights, y);
    };
    if (shape_.size() == 2) {
      build_for(rows_desc(in_, type), rows_desc(out_));
    } else {
      build_for(any_activation(in_, type), any_activation(out_));
      if (!to_layout(built_.x, type, in_) || !to_layout(built_.y, DataType::f32, out_)) {
        in_ = Layout::pixels(in_.rows, in_.channels, in_.height, in_.width);
        out_ = Layout::pixels(out_.rows, out_.channels, out_.height, out_.width);
        build_for(activation_desc(in_, type), activation_desc(out_));
      }
    }
    integers_ = FloatBuffer((built_.weights.get_size() + sizeof(float) - 1) / sizeof(float));
  }

  const Layout& input() const override { return in_; }
  const Layout& output() const override { return out_; }
  const WeightLayout& weights() const override { return stored_; }
  std::size_t scratch_bytes() const override { return aligned(built_.scratch) + built_.x.get_size(); }
  std::size_t derived_floats() const override { return integers_.size() + scales_.size() + bias_.size(); }

  void forward(const float* x, const float* w, const float* bias, float* y, std::byte* scratch) override {
    if (stale_) {
      renew(w, bias);
    }
    std::byte* quantized = scratch + aligned(built_.scratch);
    if (steps_.is_signed()) {
      kernels().quantize_signed(x, steps_.inverse, reinterpret_cast<std::int8_t*>(quantized), in_.size());
    } else {
      kernels().quantize_unsigned(x, steps_.inverse, reinterpret_cast<std::uint8_t*>(quantized), in_.size());
    }
    const memory::desc scratch_desc({static_cast<memory::dim>(built_.scratch)}, DataType::u8, memory::format_tag::a);
    const memory::desc channels({out_.channels}, DataType::f32, memory::format_tag::a);
    std::unordered_map<int, memory> arguments = {{DNNL_ARG_SRC, view(built_.x, quantized)},
                                                 {DNNL_ARG_WEIGHTS, view(built_.weights, integers_.data())},
                                                 {DNNL_ARG_DST, view(built_.y, y)},
                                                 {DNNL_ARG_SCRATCHPAD, view(scratch_desc, scratch)}};
    if (options_.has_bias) {
      arguments.insert({DNNL_ARG_BIAS, view(channels, bias_.data())});
    }
    add_channel_scales(arguments, view(channels, scales_.data()));
    built_.primitive.execute(stream(), arguments);
  }

  void weights_changed() override { stale_ = true; }

  std::string forward_kernel() const override { return built_.kernel; }

 private:
  [[nodiscard]] dnnl::primitive_attr scaled(std::vector<float> scales) const {
    dnnl::primitive_attr attr = attributes(options_.relu);
    scales.resize(scales_.size(), 1);
    set_channel_scales(attr, scales, options_.groups > 1);
    return attr;
  }

  /// Integers of the weights in the kernel's order, what the sums are multiplied by, and the bias.
  void renew(const float* w, const float* bias) {
    const auto logical = WeightLayout::logical(shape_, options_.groups);
    std::vector<float> values(logical.floats());
    reorder(stored_, w, logical, values.data());
    scales_ = weight_steps(values, out_.channels);
    const std::vector<std::int8_t> integers = weight_integers(values, scales_);
    memory from =
        view(memory::desc(extents_of(logical.desc().md), DataType::s8, strides_of(logical.desc().md)), integers.data());
    memory to = view(built_.weights, integers_.data());
    dnnl::reorder(from, to).execute(stream(), from, to);
    for (std::size_t o = 0; o < scales_.size(); ++o) {
      scales_[o] *= steps_.step;
      if (options_.has_bias) {
        bias_[o] = kScalesBias ? bias[o] / scales_[o] : bias[o];
      }
    }
    built_ = build_(scaled(scales_), built_.x, built_.weights, built_.y);
    stale_ = false;
  }

  LinearOptions options_;
  InputSteps steps_;
  Shape shape_;
  Build build_;
  Layout in_;
  Layout out_;
  WeightLayout stored_;
  Built built_;
  FloatBuffer integers_;
  std::vector<float> scales_;  ///< a channel: input step * weight step
  std::vector<float> bias_;
  bool stale_ = true;
};

memory::desc bias_desc(std::int64_t outputs, const LinearOptions& o) {
  return o.has_bias ? memory::desc({outputs}, DataType::f32, memory::format_tag::a) : memory::desc();
}

}  // namespace

std::unique_ptr<Linear> make_int8_convolution(const Layout& input, const Shape& output, const LinearOptions& o) {
  const Shape shape = {output[0], input.channels / o.groups, o.kernel, o.kernel};
  const auto build = [bias = bias_desc(output[0], o), strides = memory::dims{o.stride, o.stride},
                      before = memory::dims{o.top, o.left},
                      after = padding_after(input, output, o)](const dnnl::primitive_attr& attr, const memory::desc& x,
                                                               const memory::desc& w, const memory::desc& y) {
    return built(describe<dnnl::convolution_forward>(engine(), attr, dnnl::prop_kind::forward_inference,
                                                     dnnl::algorithm::convolution_direct, x, w, bias, y, strides,
                                                     before, after));
  };
  return std::make_unique<Int8Linear>(input, Layout::planes(input.rows, output[0], output[1], output[2]), shape, o,
                                      build);
}

std::unique_ptr<Linear> make_int8_inner_product(const Layout& input, std::int64_t units, const LinearOptions& o) {
  const auto build = [bias = bias_desc(units, o)](const dnnl::primitive_attr& attr, const memory::desc& x,
                                                  const memory::desc& w, const memory::desc& y) {
    return built(
        describe<dnnl::inner_product_forward>(engine(), attr, dnnl::prop_kind::forward_inference, x, w, bias, y));
  };
  return std::make_unique<Int8Linear>(Layout::plain_rows(input.rows, input.channels),
                                      Layout::plain_rows(input.rows, units), Shape{units, input.channels}, o, build);
}

}  // namespace alexnet::cpu::onednn
