#include "blocked_dense.h"
#include "integer_dense.h"
#include "linear_step.h"
#include "onednn/linear.h"
#include "row_dense.h"

namespace alexnet::cpu {

std::unique_ptr<Step> make_step(const Dense& layer, const StepContext& context) {
  LinearOptions options;
  options.has_bias = layer.has_bias;
  return make_linear_step(context, options, [&](const LinearOptions& o) {
    if (o.precision == Precision::kI8) {
      return integer_dense_pays(context.input) ? make_integer_dense(context.input, layer.units, o)
                                               : onednn::make_int8_inner_product(context.input, layer.units, o);
    }
    if (row_dense_pays(context.input, layer.units, o)) {
      return make_row_dense(context.input, layer.units, o);
    }
    if (o.precision == Precision::kF32 && blocked_dense_pays(context.input, layer.units, o)) {
      return make_blocked_dense(context.input, layer.units, o);
    }
    return onednn::make_inner_product(context.input, layer.units, o);
  });
}

}  // namespace alexnet::cpu
