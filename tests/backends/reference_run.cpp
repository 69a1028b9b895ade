#include "backends/reference_run.h"

#include <algorithm>
#include <utility>

#include "alexnet/backends/reference_backend.h"

namespace alexnet::test {

Tensor numbers(Shape shape, std::initializer_list<double> values) {
  return Tensor::of<double>(std::move(shape), std::span<const double>(values.begin(), values.size()));
}

std::vector<double> values_of(const Tensor& tensor) {
  const Tensor converted = tensor.converted(ElementType::kF64);
  const std::span<const double> values = converted.as<double>();
  return {values.begin(), values.end()};
}

Batch batch_of(Tensor input) {
  Batch batch;
  batch.rows = static_cast<int>(input.shape().front());
  batch.labels.assign(static_cast<std::size_t>(batch.rows), 0);
  batch.input = std::move(input);
  return batch;
}

ReferenceRun::ReferenceRun(Shape input, std::vector<Layer> layers, const Weights& weights, CompileOptions options)
    : backend(make_reference_backend()) {
  const Network network({.name = "test", .input = std::move(input), .layers = std::move(layers)});
  parameters = backend->parameters(network, initial_weights(network, 1, ElementType::kF64), Precision::kF64);
  parameters->write(weights);
  options.precision = Precision::kF64;
  options.batch = std::max(options.batch, 8);
  program = backend->compile(network, parameters, options);
}

std::vector<double> input_gradient(const Shape& input, const Layer& layer, const Weights& weights, const Batch& batch,
                                   const Tensor& gradient) {
  CompileOptions options;
  options.backward = Backward::kInput;
  options.statistics = Statistics::kTraining;
  options.kept = {name_of(layer)};
  ReferenceRun run(input, {layer}, weights, options);
  static_cast<void>(run.program->infer(batch));
  run.program->backward(name_of(layer), gradient);
  return values_of(run.program->input_gradient());
}

}  // namespace alexnet::test
