#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "alexnet/runtime/precision.h"

#include "layout.h"
#include "onednn/weight_layout.h"
#include "parameters.h"

namespace alexnet::cpu {

/// A convolution or dense layer for fixed extents, in all passes that are asked for, with its kernels built once.
struct LinearOptions {
  int kernel = 1, stride = 1, groups = 1;
  int top = 0, left = 0, bottom = 0, right = 0;
  bool has_bias = true;
  bool relu = false;  ///< max(y, 0) in the forward pass
  /// What it multiplies: f32, bf16 or, in forward alone, i8 with the range of the input. Activations and stored weights
  /// are f32 at all of them.
  Precision precision = Precision::kF32;
  ValueRange input_range = {};
  bool training = false;       ///< the forward pass of a training
  bool backward_data = false;  ///< the passes to build beside forward
  bool backward_weights = false;
  /// Order in which the weights are stored; nothing = this object may choose (weights()).
  std::optional<onednn::WeightLayout> stored = {};
  WeightSource source = {};  ///< of the weights
  std::size_t weight = 0;    ///< their index among the network's parameters
};

class Linear {
 public:
  virtual ~Linear() = default;

  [[nodiscard]] virtual const Layout& input() const = 0;   ///< the order that it reads
  [[nodiscard]] virtual const Layout& output() const = 0;  ///< the order that it writes
  [[nodiscard]] virtual const onednn::WeightLayout& weights()
      const = 0;  ///< order of stored weights and of their gradient
  [[nodiscard]] virtual std::size_t scratch_bytes() const = 0;
  /// Floats of re-ordered weights and gradients that it alone holds for passes that want another order than the stored
  /// one.
  [[nodiscard]] virtual std::size_t derived_floats() const { return 0; }

  virtual void forward(const float* x, const float* w, const float* bias, float* y, std::byte* scratch) = 0;
  /// The backward passes, and their kernels, of objects that LinearOptions may ask for them.
  virtual void backward_data(const float* /*dy*/, const float* /*w*/, float* /*dx*/, std::byte* /*scratch*/) {}
  virtual void backward_weights(const float* /*x*/, const float* /*dy*/, float* /*dw*/, float* /*dbias*/,
                                std::byte* /*scratch*/) {}
  /// Tells that the stored weights changed: derived forms are made anew at their next use.
  virtual void weights_changed() {}

  [[nodiscard]] virtual std::string forward_kernel() const = 0;
  [[nodiscard]] virtual std::string backward_data_kernel() const { return {}; }
  [[nodiscard]] virtual std::string backward_weights_kernel() const { return {}; }
};

}  // namespace alexnet::cpu
