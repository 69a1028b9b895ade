#include "backends/reference/update.h"

#include <cmath>

#include "alexnet/network/layer.h"

namespace alexnet::reference {
namespace {

/// rate_inside: v := momentum * v - rate * (g + decay * w); w := w + v.
/// Otherwise:   b := momentum * b + g + decay * w;          w := w - rate * b.
/// nesterov: the step is made as if the next one had no gradient of its own.
template <class T>
void take(const Sgd& rule, const UpdateStep& step, std::span<T> w, std::span<const T> g, std::span<T> v) {
  for (std::size_t i = 0; i < w.size(); ++i) {
    const double slope = step.scale * static_cast<double>(g[i]) + step.decay * static_cast<double>(w[i]);
    const double old = rule.momentum * static_cast<double>(v[i]);
    const double velocity = rule.rate_inside ? old - step.rate * slope : old + slope;
    const double ahead =
        rule.nesterov ? rule.momentum * velocity + (rule.rate_inside ? -step.rate * slope : slope) : velocity;
    const double change = rule.rate_inside ? ahead : -step.rate * ahead;
    v[i] = static_cast<T>(velocity);
    w[i] = static_cast<T>(static_cast<double>(w[i]) + change);
  }
}

/// Sgd at rate * trust * |w| / (|g| + decay * |w|).
template <class T>
void take(const Lars& rule, UpdateStep step, std::span<T> w, std::span<const T> g, std::span<T> v) {
  if (step.trusted) {
    const double gradient = step.scale * std::sqrt(sum_of_squares<T>(g));
    step.rate *= trust_ratio(rule, step.decay, std::sqrt(sum_of_squares<T>(w)), gradient);
  }
  take(Sgd{.momentum = rule.momentum}, step, w, g, v);
}

/// s = g + decay * w; m := b1 m + (1-b1) s; v := b2 v + (1-b2) s^2;
/// w := w - rate * sqrt(1 - b2^t) / (1 - b1^t) * m / (sqrt(v) + epsilon). decoupled: s = g, and w shrinks first.
template <class T>
void take(const Adam& rule, const UpdateStep& step, std::span<T> w, std::span<const T> g, std::span<T> m,
          std::span<T> v) {
  const auto steps = static_cast<double>(step.t);
  const double corrected = step.rate * std::sqrt(1 - std::pow(rule.beta2, steps)) / (1 - std::pow(rule.beta1, steps));
  for (std::size_t i = 0; i < w.size(); ++i) {
    const double slope =
        step.scale * static_cast<double>(g[i]) + (rule.decoupled ? 0 : step.decay * static_cast<double>(w[i]));
    const double start = static_cast<double>(w[i]) * (rule.decoupled ? 1 - step.rate * step.decay : 1);
    const double first = rule.beta1 * static_cast<double>(m[i]) + (1 - rule.beta1) * slope;
    const double second = rule.beta2 * static_cast<double>(v[i]) + (1 - rule.beta2) * slope * slope;
    m[i] = static_cast<T>(first);
    v[i] = static_cast<T>(second);
    w[i] = static_cast<T>(start - corrected * first / (std::sqrt(second) + rule.epsilon));
  }
}

}  // namespace

template <class T>
void update(const UpdateRule& rule, const UpdateStep& step, std::span<T> w, std::span<const T> g,
            std::span<const std::span<T>> slots) {
  std::visit(Overload{[&](const Sgd& sgd) { take(sgd, step, w, g, slots[0]); },
                      [&](const Lars& lars) { take(lars, step, w, g, slots[0]); },
                      [&](const Adam& adam) { take(adam, step, w, g, slots[0], slots[1]); }},
             rule);
}

template <class T>
void follow(double kept, std::span<const T> w, std::span<T> average) {
  for (std::size_t i = 0; i < w.size(); ++i) {
    average[i] = static_cast<T>(kept * static_cast<double>(average[i]) + (1 - kept) * static_cast<double>(w[i]));
  }
}

template <class T>
double sum_of_squares(std::span<const T> values) {
  double sum = 0;
  for (const T value : values) {
    sum += static_cast<double>(value) * static_cast<double>(value);
  }
  return sum;
}

template void update(const UpdateRule&, const UpdateStep&, std::span<float>, std::span<const float>,
                     std::span<const std::span<float>>);
template void update(const UpdateRule&, const UpdateStep&, std::span<double>, std::span<const double>,
                     std::span<const std::span<double>>);
template void follow(double, std::span<const float>, std::span<float>);
template void follow(double, std::span<const double>, std::span<double>);
template double sum_of_squares(std::span<const float>);
template double sum_of_squares(std::span<const double>);

}  // namespace alexnet::reference
