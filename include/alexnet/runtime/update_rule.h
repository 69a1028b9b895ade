#pragma once

#include <string>
#include <variant>
#include <vector>

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

/// A parameter's decay is the rule's times its ParameterOptions::decay.
using UpdateRule = std::variant<Sgd, Adam>;

[[nodiscard]] std::vector<std::string> slots_of(const UpdateRule& rule);

}  // namespace alexnet
