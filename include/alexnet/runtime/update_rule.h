#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "alexnet/network/network.h"

namespace alexnet {

/// The 2012 code's and Caffe's: v := momentum * v - rate * (g + decay * w); w := w + v. Slot: "momentum" (v).
/// With `rate_inside` false PyTorch's: b := momentum * b + g + decay * w; w := w - rate * b. Equal at a constant rate.
/// With `nesterov` the step looks ahead, as PyTorch has it: w := w + momentum * v - rate * (g + decay * w), or
/// w := w - rate * (g + decay * w + momentum * b), with the new v or b.
/// Source: the weight update of the original code, computerhistory/AlexNet-Source-Code; docs/numerics.md.
struct Sgd {
  double momentum = 0.9;
  double decay = 0;
  bool rate_inside = true;
  bool nesterov = false;
  friend bool operator==(const Sgd&, const Sgd&) = default;
};

/// Keras's: m := b1 m + (1-b1) g; v := b2 v + (1-b2) g^2; w -= rate * sqrt(1-b2^t) / (1-b1^t) * m / (sqrt(v) +
/// epsilon). Decay is added to g; with `decoupled` (AdamW) it is not, and w := w - rate * decay * w first. t counts
/// steps from 1. Slots: "adam_m", "adam_v". Source: Kingma and Ba 2015, as Keras 3 has it; Loshchilov and Hutter 2019.
struct Adam {
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-7;
  double decay = 0;
  bool decoupled = false;
  friend bool operator==(const Adam&, const Adam&) = default;
};

/// Layer-wise rates for large batches: each parameter's rate is multiplied by trust * |w| / (|g| + decay * |w|), then
/// v := momentum * v - rate * (g + decay * w); w := w + v. The ratio is 1 where |w| or |g| is 0, and for biases and the
/// parameters of batch normalisation (has_trust_ratio). Slot: "momentum". Source: You, Gitman and Ginsburg 2017,
/// algorithm 1; that biases and batch normalisation go without it is the use of the field, not of that text.
struct Lars {
  double momentum = 0.9;
  double decay = 0;
  double trust = 0.001;
  friend bool operator==(const Lars&, const Lars&) = default;
};

/// A parameter's decay is the rule's times its ParameterOptions::decay.
using UpdateRule = std::variant<Sgd, Adam, Lars>;

/// Whether Lars gives the parameter a rate of its own: all but biases and vectors.
[[nodiscard]] bool has_trust_ratio(const ParameterSpec& parameter);

/// What Lars multiplies a rate by, from the norms of weights and gradient.
[[nodiscard]] double trust_ratio(const Lars& rule, double decay, double weight_norm, double gradient_norm);

/// The slot of the moving average of the weights (CompileOptions::average).
inline constexpr const char* kAverageSlot = "average";
/// The share of the average that the update after `updates` others keeps: min(average, (1 + t) / (10 + t)) with t =
/// updates, so that the first weights are soon forgotten. Source: TensorFlow's ExponentialMovingAverage, num_updates.
[[nodiscard]] double kept_average(double average, std::int64_t updates);

[[nodiscard]] std::vector<std::string> slots_of(const UpdateRule& rule);

}  // namespace alexnet
