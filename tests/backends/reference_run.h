#pragma once

#include <initializer_list>
#include <memory>
#include <vector>

#include "alexnet/runtime/backend.h"

namespace alexnet::test {

[[nodiscard]] Tensor numbers(Shape shape, std::initializer_list<double> values);
[[nodiscard]] std::vector<double> values_of(const Tensor& tensor);

/// A batch of numbers whose rows all count, with class id 0.
[[nodiscard]] Batch batch_of(Tensor input);

/// A network on the reference backend in double: fresh weights, those in `weights` replaced.
class ReferenceRun {
 public:
  ReferenceRun(Shape input, std::vector<Layer> layers, const Weights& weights = {}, CompileOptions options = {});

  [[nodiscard]] std::vector<double> infer(const Batch& batch) { return values_of(program->infer(batch)); }
  [[nodiscard]] std::vector<double> infer(Tensor input) { return infer(batch_of(std::move(input))); }

  std::shared_ptr<Backend> backend;
  std::shared_ptr<Parameters> parameters;
  std::unique_ptr<Program> program;
};

/// The gradient of the input of a one-layer network, from that of its activation.
[[nodiscard]] std::vector<double> input_gradient(const Shape& input, const Layer& layer, const Weights& weights,
                                                 const Batch& batch, const Tensor& gradient);

}  // namespace alexnet::test
