#pragma once

#include <cstdint>
#include <string>

namespace alexnet {

/// Statistics `training`: y = m * x with m = 0 at probability `rate`, else 1 (or 1/(1-rate) when `inverted`).
/// Statistics `inference`: y = x when inverted, else (1-rate) * x.
/// Element u = first_unit + (index in C,H,W order) of the photo at `position` in `epoch` is dropped when word u%4 of
/// philox((u/4, position, epoch, dropout_purpose(mask_name or name)), seed) < floor(rate * 2^32).
/// Any shape. Source: Krizhevsky 2012, section 4.2; inverted: Keras, PyTorch, Caffe.
struct Dropout {
  std::string name;
  double rate = 0.5;
  bool inverted = true;
  /// Where this layer is a part of a wider one (towers): that layer's name, and the first unit of this part.
  std::string mask_name = {};
  std::int64_t first_unit = 0;

  friend bool operator==(const Dropout&, const Dropout&) = default;
};

}  // namespace alexnet
