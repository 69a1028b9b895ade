#include "backends/lower_precision.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "alexnet/registry/registry.h"
#include "alexnet/runtime/input_ranges.h"

namespace alexnet::test {
namespace {

InputRanges ranges_of(const LayerCase& layer_case) {
  const auto reference = make_backend("reference");
  InputRangeObserver observer(*reference, reference->parameters(layer_case.network, make_weights(layer_case)),
                              kMostRows);
  observer.add(make_batch(layer_case, kMostRows, kMostRows));
  return observer.ranges();
}

}  // namespace

bool is_possible(Precision precision) { return make_backend("cpu")->support(precision) != Support::kNone; }

Lower::Lower(const LayerCase& layer_case, const std::string& backend, Precision precision, CompileOptions options)
    : parameters(make_backend(backend)->parameters(layer_case.network, make_weights(layer_case), precision)) {
  options.batch = kMostRows;
  options.precision = precision;
  options.emulate = true;
  if (precision == Precision::kI8) {
    options.input_ranges = ranges_of(layer_case);
  }
  program = make_backend(backend)->compile(layer_case.network, parameters, options);
}

Batch exact_batch(const LayerCase& layer_case, int rows) {
  Batch batch = make_batch(layer_case, rows, rows);
  batch.divisor = 8;
  return batch;
}

CompileOptions training_options(Backward backward) {
  CompileOptions options;
  options.statistics = Statistics::kTraining;
  options.backward = backward;
  options.loss = Loss::kHinge;
  return options;
}

std::vector<double> doubles(const Tensor& tensor) {
  const Tensor converted = tensor.converted(ElementType::kF64);
  return {converted.as<double>().begin(), converted.as<double>().end()};
}

double difference(const Tensor& got, const Tensor& expected) {
  const auto a = doubles(got);
  const auto b = doubles(expected);
  double largest = 1e-4;
  double worst = a.size() == b.size() ? 0 : INFINITY;
  for (std::size_t i = 0; i < b.size() && i < a.size(); ++i) {
    largest = std::max(largest, std::abs(b[i]));
    const double here = std::abs(a[i] - b[i]);
    worst = here <= worst ? worst : here;  // a NaN stays
  }
  return worst / largest;
}

double mean_difference(std::span<const double> got, std::span<const double> expected) {
  double error = 0;
  double power = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    error += (got[i] - expected[i]) * (got[i] - expected[i]);
    power += expected[i] * expected[i];
  }
  return std::sqrt(error / power);
}

std::vector<LayerCase> cases_of_kinds(const std::vector<std::string>& kinds) {
  std::vector<LayerCase> all;
  for (const std::string& kind : kinds) {
    std::ranges::move(cases_of(kind), std::back_inserter(all));
  }
  return all;
}

LayerCase learnable() {
  return {
      .name = "learnable",
      .kind = "learnable",
      .network = Network({.name = "learnable",
                          .input = {3, 16, 16},
                          .layers = {Conv2D{.name = "conv1", .filters = 16, .kernel = 5, .padding = Padding::all(2)},
                                     ReLU{"relu1"}, LRN{.name = "lrn1"}, MaxPool2D{.name = "pool1"},
                                     Conv2D{.name = "conv2", .filters = 24, .kernel = 3}, ReLU{"relu2"},
                                     Flatten{"flat"}, Dense{.name = "fc", .units = 4}}}),
      .statistics = Statistics::kTraining};
}

}  // namespace alexnet::test
