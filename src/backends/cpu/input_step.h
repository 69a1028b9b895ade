#pragma once

#include <span>
#include <vector>

#include "step.h"

namespace alexnet::cpu {

/// The first step: pixels or numbers of a Batch into the order that the first layer wants, through Normalize if the
/// network has one. It has no input activation; `out` is what it makes.
class InputStep final : public Step {
 public:
  InputStep(const Normalize* layer, const StepContext& context, const Layout& output);

  void forward(StepCall& call) override;
  void backward_data(StepCall&) override {}  // see input_gradient

  /// The gradient with respect to the Batch's numbers (rows, C,H,W), from that of this step's output.
  [[nodiscard]] Tensor input_gradient(const float* gradient, const Shape& input) const;

 private:
  struct MeanRow {
    const float* first;
    std::int64_t step;
  };
  template <class T>
  void fill(std::span<const T> input, float* output);
  [[nodiscard]] MeanRow mean_row(const PhotoFacts& photo, std::int64_t c, std::int64_t h) const;
  [[nodiscard]] std::int64_t source_channel(std::int64_t c) const;
  [[nodiscard]] double mean_of(std::int64_t c) const;
  [[nodiscard]] double gain_of(std::int64_t c, const PhotoFacts& photo) const;

  bool has_layer_ = false;
  Normalize layer_;
  double scale_ = 1;
  const float* mean_image_ = nullptr;
  std::vector<PhotoFacts> photos_;  ///< of the last call
};

}  // namespace alexnet::cpu
