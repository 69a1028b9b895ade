#include "alexnet/runtime/checks.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/runtime/quantization.h"

namespace alexnet {
namespace {

[[noreturn]] void wrong_call(std::string where, std::string expected, std::string got) {
  throw Error(Message::kWrongCall,
              {{"where", std::move(where)}, {"expected", std::move(expected)}, {"got", std::move(got)}});
}

[[noreturn]] void mismatch(std::string where, std::string expected, std::string got) {
  throw Error(Message::kShapeMismatch,
              {{"where", std::move(where)}, {"expected", std::move(expected)}, {"got", std::move(got)}});
}

/// Whether a batch has (N,H,W,C) for bytes, (N,C,H,W) or (N,C) for numbers. Allocates nothing.
bool has_input_shape(const Tensor& input, const Shape& photo) {
  const Shape& shape = input.shape();
  if (shape.size() != photo.size() + 1) {
    return false;
  }
  if (input.type() == ElementType::kU8) {
    return shape[1] == photo[1] && shape[2] == photo[2] && shape[3] == photo[0];
  }
  return std::equal(photo.begin(), photo.end(), shape.begin() + 1);
}

std::string input_words(const Tensor& input, const Shape& photo) {
  const Shape shape = input.type() == ElementType::kU8 ? Shape{photo[1], photo[2], photo[0]} : photo;
  return fmt::format("Nx{} {}", to_string(shape), name_of(input.type()));
}

bool is_number(double value) { return std::isfinite(value); }

void check_soft_labels(const Network& network, const Batch& batch, Loss loss) {
  if (loss == Loss::kHinge) {
    wrong_call("Batch::soft_labels", "class ids (Batch::labels): the hinge loss has no soft form", "soft labels");
  }
  const Tensor& soft = batch.soft_labels;
  if (soft.type() != ElementType::kF32 || soft.shape().size() != 2 || soft.shape()[0] < batch.rows ||
      soft.shape()[1] != network.classes()) {
    mismatch("Batch::soft_labels", fmt::format("F32 {}x{}", batch.rows, network.classes()),
             fmt::format("{} {}", name_of(soft.type()), to_string(soft.shape())));
  }
}

/// That the ranks are there which a tower exchanges activations with, and that sums over whole weights are not needed.
void check_towers(const Network& network, const CompileOptions& options) {
  const auto check_ranks = [&](const std::string& layer, int towers) {
    const int ranks = options.communicator == nullptr ? 1 : options.communicator->size();
    if (ranks != towers) {
      throw Error(Message::kTowerAlone,
                  {{"where", layer}, {"expected", std::to_string(towers)}, {"got", std::to_string(ranks)}});
    }
    if (options.update && std::holds_alternative<Lars>(*options.update)) {
      wrong_call("CompileOptions::update", "another rule than Lars in a tower, which holds no weight whole", "Lars");
    }
  };
  for (const Layer& layer : network.layers()) {
    if (const auto* all = std::get_if<AllGather>(&layer)) {
      check_ranks(all->name, all->towers);
    }
    if (const auto* gather = std::get_if<Gather>(&layer)) {
      check_ranks(gather->name, gather->towers);
      if (gather->rank != options.communicator->rank()) {
        wrong_call("CompileOptions::communicator", fmt::format("rank {}, as {} says", gather->rank, gather->name),
                   std::to_string(options.communicator->rank()));
      }
    }
  }
}

/// Whether the machine computes at the precision, and the options say what it needs.
void check_precision(const Backend& backend, const Network& network, const CompileOptions& options) {
  const Support support = backend.support(options.precision);
  if (support == Support::kNone || (support == Support::kEmulated && !options.emulate)) {
    throw Error(Message::kPrecisionUnsupported,
                {{"where", std::string(name_of(options.precision))},
                 {"backend", std::string(backend.name())},
                 {"reason", support == Support::kNone ? "it cannot" : "the processor has no instructions for it"}});
  }
  if (options.precision != Precision::kI8) {
    return;
  }
  if (options.backward != Backward::kNone) {
    wrong_call("CompileOptions::precision", "one that has gradients: f32 or bf16", "i8");
  }
  for (const std::string& layer : quantized_layers(network)) {
    const auto range = options.input_ranges.find(layer);
    if (range == options.input_ranges.end()) {
      throw Error(Message::kNotCalibrated, {{"where", "layer " + layer}});
    }
    if (!is_number(range->second.least) || !is_number(range->second.most) || range->second.least > range->second.most) {
      wrong_call("CompileOptions::input_ranges of " + layer, "two numbers in order",
                 fmt::format("{} to {}", range->second.least, range->second.most));
    }
  }
}

/// The rule of an update, and one finite rate or one for each of the `trainable` parameters.
void check_rates(const CompileOptions& options, std::size_t trainable, std::span<const double> rates) {
  if (!options.update) {
    wrong_call("Program::train", "CompileOptions::update, the rule of the update", "none");
  }
  if (rates.size() != 1 && rates.size() != trainable) {
    wrong_call("TrainCall::rates", fmt::format("1 rate, or one for each of {} trainable parameters", trainable),
               std::to_string(rates.size()));
  }
  if (!std::all_of(rates.begin(), rates.end(), is_number)) {
    wrong_call("TrainCall::rates", "finite numbers", "a rate that is not");
  }
}

}  // namespace

void check_compile(const Backend& backend, const Network& network, const CompileOptions& options) {
  if (options.batch < 1) {
    wrong_call("CompileOptions::batch", "at least 1", std::to_string(options.batch));
  }
  check_precision(backend, network, options);
  for (const Layer& layer : network.layers()) {
    if (!backend.supports(layer, options.precision)) {
      throw Error(Message::kLayerUnsupported, {{"where", name_of(layer)},
                                               {"backend", std::string(backend.name())},
                                               {"expected", "a kind that it supports at this precision"},
                                               {"got", std::string(kind_of(layer))}});
    }
  }
  if (!is_number(options.clip_norm) || options.clip_norm < 0) {
    wrong_call("CompileOptions::clip_norm", "0 (no limit) or a norm", fmt::format("{}", options.clip_norm));
  }
  if (!(options.average >= 0 && options.average < 1)) {
    wrong_call("CompileOptions::average", "a share from 0 to below 1", fmt::format("{}", options.average));
  }
  if (options.read_average && options.update) {
    wrong_call("CompileOptions::read_average", "a program without update", "one with");
  }
  check_towers(network, options);
  for (const auto* named : {&options.kept, &options.frozen}) {
    for (const std::string& layer : *named) {
      static_cast<void>(network.index_of(layer));
    }
  }
}

void check_batch(const Network& network, const Batch& batch, int most_rows) {
  const Tensor& input = batch.input;
  const bool bytes = input.type() == ElementType::kU8 && network.input().size() == 3;
  if (!bytes && input.type() != ElementType::kF32 && input.type() != ElementType::kF64) {
    wrong_call("Batch::input", network.input().size() == 3 ? "elements of type U8, F32 or F64" : "F32 or F64",
               std::string(name_of(input.type())));
  }
  if (!has_input_shape(input, network.input())) {
    mismatch("Batch::input", input_words(input, network.input()), to_string(input.shape()));
  }
  const std::int64_t n = input.shape().front();
  if (batch.rows < 0 || batch.rows > n || batch.rows > most_rows) {
    wrong_call("Batch::rows",
               fmt::format("0 to {} (the input has {} rows, the program was compiled for {})",
                           std::min<std::int64_t>(n, most_rows), n, most_rows),
               std::to_string(batch.rows));
  }
  if (!batch.photos.empty() && batch.photos.size() < static_cast<std::size_t>(batch.rows)) {
    wrong_call("Batch::photos", fmt::format("none, or one for each of {} rows", batch.rows),
               std::to_string(batch.photos.size()));
  }
}

void check_labels(const Network& network, const Batch& batch, Loss loss) {
  if (network.classes() == 0) {
    return;
  }
  const auto rows = static_cast<std::size_t>(std::max(batch.rows, 0));  // check_batch refuses less
  if (!batch.soft_labels.empty()) {
    check_soft_labels(network, batch, loss);
  } else if (batch.labels.size() < rows) {
    wrong_call("Batch::labels", fmt::format("one class id for each of {} rows, or soft labels", rows),
               std::to_string(batch.labels.size()));
  } else {
    for (std::size_t row = 0; row < rows; ++row) {
      if (batch.labels[row] < 0 || batch.labels[row] >= network.classes()) {
        wrong_call(fmt::format("Batch::labels[{}]", row), fmt::format("0 to {}", network.classes() - 1),
                   std::to_string(batch.labels[row]));
      }
    }
  }
  if (!batch.weights.empty() && batch.weights.size() < rows) {
    wrong_call("Batch::weights", fmt::format("none, or one for each of {} rows", rows),
               std::to_string(batch.weights.size()));
  }
  if (!is_number(batch.divisor) || batch.divisor < 0) {
    wrong_call("Batch::divisor", "0 (the sum of the weights) or more", fmt::format("{}", batch.divisor));
  }
}

std::vector<std::size_t> places_of(const Weights& weights, const std::vector<ParameterSpec>& specs) {
  std::vector<std::size_t> places;
  places.reserve(weights.size());
  for (const auto& [name, tensor] : weights) {
    const auto spec = std::ranges::find(specs, name, &ParameterSpec::name);
    if (spec == specs.end()) {
      throw Error(Message::kTensorSurplus, {{"where", name}, {"file", "the given weights"}});
    }
    if (spec->shape != tensor.shape()) {
      throw Error(Message::kTensorShape, {{"where", name},
                                          {"file", "the given weights"},
                                          {"expected", to_string(spec->shape)},
                                          {"got", to_string(tensor.shape())}});
    }
    places.push_back(static_cast<std::size_t>(spec - specs.begin()));
  }
  return places;
}

void check_train_call(const CompileOptions& options, std::size_t trainable, const TrainCall& call) {
  if (options.backward != Backward::kAll) {
    wrong_call("Program::train", "a program compiled with backward = all", "one without");
  }
  if (call.before_update && !options.hold_gradients) {
    wrong_call("TrainCall::before_update", "CompileOptions::hold_gradients", "none");
  }
  if (call.update) {
    check_rates(options, trainable, call.rates);
  }
}

void check_update(const CompileOptions& options, std::size_t trainable, std::span<const double> rates) {
  if (!options.accumulate && !options.hold_gradients) {
    wrong_call("Program::update", "CompileOptions::accumulate or hold_gradients", "neither");
  }
  check_rates(options, trainable, rates);
}

bool needs_input_gradient(const CompileOptions& options) {
  return options.backward == Backward::kInput || (options.backward == Backward::kAll && options.input_gradient);
}

double loss_divisor(const Batch& batch) {
  if (batch.divisor != 0) {
    return batch.divisor;
  }
  double sum = batch.weights.empty() ? batch.rows : 0;
  if (!batch.weights.empty()) {
    for (int row = 0; row < batch.rows; ++row) {
      sum += static_cast<double>(batch.weights[static_cast<std::size_t>(row)]);
    }
  }
  return sum == 0 ? 1 : sum;
}

bool is_frozen(const CompileOptions& options, const Layer& layer) {
  return std::find(options.frozen.begin(), options.frozen.end(), name_of(layer)) != options.frozen.end();
}

std::size_t kept_index(const Network& network, const CompileOptions& options, std::string_view layer) {
  const std::size_t index = network.index_of(layer);
  if (std::find(options.kept.begin(), options.kept.end(), layer) == options.kept.end()) {
    wrong_call(std::string(layer), "a layer named in CompileOptions::kept", "one that is not kept");
  }
  return index;
}

}  // namespace alexnet
