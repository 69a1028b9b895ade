#include "backends/reference/update.h"

#include <cmath>

#include "alexnet/network/layer.h"

namespace alexnet::reference {
namespace {

/// rate_inside: v := momentum * v - rate * (g + decay * w); w := w + v.
/// Otherwise:   b := momentum * b + g + decay * w;          w := w - rate * b.
/// nesterov: the step is made as if the next one had no gradient of its own.
template <class T>
void step(const Sgd& rule, double rate, double decay, std::span<T> w, std::span<const T> g, std::span<T> v) {
  for (std::size_t i = 0; i < w.size(); ++i) {
    const double slope = static_cast<double>(g[i]) + decay * static_cast<double>(w[i]);
    const double old = rule.momentum * static_cast<double>(v[i]);
    const double velocity = rule.rate_inside ? old - rate * slope : old + slope;
    const double ahead =
        rule.nesterov ? rule.momentum * velocity + (rule.rate_inside ? -rate * slope : slope) : velocity;
    const double change = rule.rate_inside ? ahead : -rate * ahead;
    v[i] = static_cast<T>(velocity);
    w[i] = static_cast<T>(static_cast<double>(w[i]) + change);
  }
}

/// s = g + decay * w; m := b1 m + (1-b1) s; v := b2 v + (1-b2) s^2;
/// w := w - rate * sqrt(1 - b2^t) / (1 - b1^t) * m / (sqrt(v) + epsilon). decoupled: s = g, and w shrinks first.
template <class T>
void step(const Adam& rule, double rate, double decay, std::int64_t t, std::span<T> w, std::span<const T> g,
          std::span<T> m, std::span<T> v) {
  const auto steps = static_cast<double>(t);
  const double corrected = rate * std::sqrt(1 - std::pow(rule.beta2, steps)) / (1 - std::pow(rule.beta1, steps));
  for (std::size_t i = 0; i < w.size(); ++i) {
    const double slope = static_cast<double>(g[i]) + (rule.decoupled ? 0 : decay * static_cast<double>(w[i]));
    const double start = static_cast<double>(w[i]) * (rule.decoupled ? 1 - rate * decay : 1);
    const double first = rule.beta1 * static_cast<double>(m[i]) + (1 - rule.beta1) * slope;
    const double second = rule.beta2 * static_cast<double>(v[i]) + (1 - rule.beta2) * slope * slope;
    m[i] = static_cast<T>(first);
    v[i] = static_cast<T>(second);
    w[i] = static_cast<T>(start - corrected * first / (std::sqrt(second) + rule.epsilon));
  }
}

}  // namespace

template <class T>
void update(const UpdateRule& rule, double rate, double decay, std::int64_t t, std::span<T> w, std::span<const T> g,
            std::span<const std::span<T>> slots) {
  std::visit(Overload{[&](const Sgd& sgd) { step(sgd, rate, decay, w, g, slots[0]); },
                      [&](const Adam& adam) { step(adam, rate, decay, t, w, g, slots[0], slots[1]); }},
             rule);
}

template void update(const UpdateRule&, double, double, std::int64_t, std::span<float>, std::span<const float>,
                     std::span<const std::span<float>>);
template void update(const UpdateRule&, double, double, std::int64_t, std::span<double>, std::span<const double>,
                     std::span<const std::span<double>>);

}  // namespace alexnet::reference
