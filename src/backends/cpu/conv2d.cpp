#include "adapted_convolution.h"
#include "first_convolution.h"
#include "fourier_convolution.h"
#include "linear_step.h"
#include "onednn/linear.h"
#include "rounded_to_bf16.h"
#include "tile_gradient.h"
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
  const auto& output = context.network->facts(context.layer).output;
  const auto at_f32 = [&](const LinearOptions& o) {
    if (context.free_input) {
      return folded_convolution_pays(input, output, o)  ? make_folded_convolution(input, output, o)
             : first_convolution_pays(input, output, o) ? make_first_convolution(input, output, o)
                                                        : onednn::make_convolution(input, true, output, o);
    }
    return fourier_pays(input, output, o)    ? make_fourier_convolution(input, output, o)
           : winograd_pays(input, output, o) ? make_winograd_convolution(input, output, o)
                                             : onednn::make_convolution(input, false, output, o);
  };
  return make_linear_step(context, options, [&](const LinearOptions& o) {
    if (o.precision == Precision::kI8) {
      return onednn::has_int8()
                 ? onednn::make_int8_convolution(input, output, o)
                 : make_rounded_convolution({output[0], input.channels / o.groups, o.kernel, o.kernel}, o, at_f32);
    }
    if (o.precision == Precision::kBF16) {
      const auto direct = [&](const LinearOptions& with) {
        return onednn::make_convolution(input, context.free_input, output, with);
      };
      return !context.free_input && fourier_pays_at_bf16(input, output, o) ? make_rounded_to_bf16(o, at_f32)
             : tile_gradient_pays(input, output, o) ? make_tile_gradient(input, output, o, direct)
                                                    : direct(o);
    }
    return at_f32(o);
  });
}

}  // namespace alexnet::cpu
