#include "first_convolution.h"
#include "fourier_convolution.h"
#include "linear_step.h"
#include "onednn/linear.h"
#include "winograd_convolution.h"

namespace alexnet::cpu {

std::unique_ptr<Step> make_step(const Conv2D& layer, const StepContext& context) {
  const Layout& input = context.input;
  const auto padding = layer.padding.resolved(input.height, input.width, layer.kernel, layer.stride);
  LinearOptions options;
  options.kernel = layer.kernel;
  options.stride = layer.stride;
  options.groups = layer.groups;
  options.top = padding.top;
  options.left = padding.left;
  options.bottom = padding.bottom;
  options.right = padding.right;
  options.has_bias = layer.has_bias;
  return make_linear_step(context, options, [&](const LinearOptions& o) {
    const auto& output = context.network->facts(context.layer).output;
    if (o.precision == Precision::kI8) {
      return onednn::make_int8_convolution(input, output, o);
    }
    if (o.precision == Precision::kF32 && !context.free_input && fourier_pays(input, output, o)) {
      return make_fourier_convolution(input, output, o);
    }
    if (o.precision == Precision::kF32 && !context.free_input && winograd_pays(input, output, o)) {
      return make_winograd_convolution(input, output, o);
    }
    if (o.precision == Precision::kF32 && context.free_input && first_convolution_pays(input, output, o)) {
      return make_first_convolution(input, output, o);
    }
    return onednn::make_convolution(input, context.free_input, output, o);
  });
}

}  // namespace alexnet::cpu
