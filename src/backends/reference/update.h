#pragma once

#include <cstdint>
#include <span>

#include "alexnet/runtime/update_rule.h"

namespace alexnet::reference {

/// How one parameter takes one step.
struct UpdateStep {
  double rate = 0;       ///< with the parameter's own multiplier
  double decay = 0;      ///< likewise
  double scale = 1;      ///< of the gradient
  std::int64_t t = 1;    ///< counts steps from 1
  bool trusted = false;  ///< has_trust_ratio
};

/// `slots` are those of slots_of(rule), in that order.
template <class T>
void update(const UpdateRule& rule, const UpdateStep& step, std::span<T> w, std::span<const T> g,
            std::span<const std::span<T>> slots);

/// average := kept * average + (1 - kept) * w
template <class T>
void follow(double kept, std::span<const T> w, std::span<T> average);

/// Sum of the squares of all.
template <class T>
double sum_of_squares(std::span<const T> values);

}  // namespace alexnet::reference
