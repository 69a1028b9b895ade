#pragma once

#include <cstdint>
#include <span>

#include "alexnet/runtime/backend.h"

namespace alexnet {

/// The loss of a batch (sum of weight * loss of row, over the batch's divisor) in double, and its gradient with respect
/// to the scores. Shapes: scores and gradient (rows, classes); an empty gradient is not written. T is float or double.
/// The batch's labels are checked before (check_labels). 0 for a tower without scores (classes 0).
template <class T>
double loss_and_gradient(Loss loss, const Batch& batch, std::int64_t classes, std::span<const T> scores,
                         std::span<T> gradient);

}  // namespace alexnet
