#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "alexnet/runtime/backend.h"

#include "backends/layer_cases.h"

// What tests of precisions below f32 share.
namespace alexnet::test {

constexpr int kMostRows = 9;

/// Whether the processor at hand, limited as oneDNN is, computes at the precision at all.
bool is_possible(Precision precision);

/// A network's parameters and a program over them, with the ranges that integers need.
struct Lower {
  Lower(const LayerCase& layer_case, const std::string& backend, Precision precision, CompileOptions options = {});
  std::shared_ptr<Parameters> parameters;
  std::unique_ptr<Program> program;
};

/// The gradients of a hinge loss over a divisor of 8 are whole 32nds: bf16 holds them, so that both sides go back from
/// the same numbers.
Batch exact_batch(const LayerCase& layer_case, int rows);
/// With that loss.
CompileOptions training_options(Backward backward);

std::vector<double> doubles(const Tensor& tensor);
/// The largest difference, relative to the largest number expected.
double difference(const Tensor& got, const Tensor& expected);
/// The root of the mean squared difference, relative to that of the expected numbers.
double mean_difference(std::span<const double> got, std::span<const double> expected);

std::vector<LayerCase> cases_of_kinds(const std::vector<std::string>& kinds);
/// Convolutions, an LRN and a dense layer, which learn photos of classes that can be seen.
LayerCase learnable();

}  // namespace alexnet::test
