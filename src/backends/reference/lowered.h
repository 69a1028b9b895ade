#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "alexnet/runtime/backend.h"
#include "alexnet/runtime/quantization.h"

#include "backends/reference/layers.h"

namespace alexnet::reference {

/// What a convolution or dense layer multiplies at a precision below f32: its input, its weights and the gradient of
/// its output, each rounded to a number of that precision and held as T. The layer's loops then compute as ever; this
/// is what the other backends' kernels of such precisions are held against.
template <class T>
class Lowered {
 public:
  /// The options have been checked.
  Lowered(const Layer& layer, const CompileOptions& options);

  /// The tensors that the layer's loops are to work on: the given ones, or at lower precision rounded copies beside
  /// outputs of the given ones.
  LayerData<T>& operator()(LayerData<T>& data);

 private:
  [[nodiscard]] T rounded(T x) const;

  bool is_lower_ = false;
  std::optional<InputSteps> steps_;  ///< of i8
  std::vector<T> x_;
  std::vector<T> dy_;
  std::vector<T> weights_;
  LayerData<T> data_;
};

extern template class Lowered<float>;
extern template class Lowered<double>;

}  // namespace alexnet::reference
