#include "alexnet/runtime/loss.h"

#include <algorithm>
#include <cmath>

#include "alexnet/runtime/checks.h"

namespace alexnet {
namespace {

/// Loss of the row: sum over j of t_j * (lse(s) - s_j), lse(s) = max + ln(sum of exp(s_j - max)); t is 1 at the class
/// id and 0 elsewhere, or the soft label. ds_j = factor * (sum(t) * p_j - t_j), p = softmax(s); nowhere where ds is
/// empty.
template <class T>
double softmax_cross_entropy(const Batch& batch, std::size_t row, double factor, std::span<const T> s,
                             std::span<T> ds) {
  const auto target = [&](std::size_t j) {
    return batch.soft_labels.empty() ? static_cast<double>(static_cast<std::size_t>(batch.labels[row]) == j)
                                     : static_cast<double>(batch.soft_labels.as<float>()[row * s.size() + j]);
  };
  const auto largest = static_cast<double>(*std::max_element(s.begin(), s.end()));
  double exponentials = 0;
  for (const T score : s) {
    exponentials += std::exp(static_cast<double>(score) - largest);
  }
  const double lse = largest + std::log(exponentials);
  double loss = 0;
  double targets = 0;
  for (std::size_t j = 0; j < s.size(); ++j) {
    loss += target(j) * (lse - static_cast<double>(s[j]));
    targets += target(j);
  }
  for (std::size_t j = 0; j < ds.size(); ++j) {
    const double probability = std::exp(static_cast<double>(s[j]) - lse);
    ds[j] = static_cast<T>(factor * (targets * probability - target(j)));
  }
  return loss;
}

/// Loss of the row: sum over j != y of max(0, 1 + s_j - s_y). ds_j = factor where the term is above 0, ds_y = -factor *
/// the number of such terms; nowhere where ds is empty. A score that is no number makes the loss none.
template <class T>
double hinge(const Batch& batch, std::size_t row, double factor, std::span<const T> s, std::span<T> ds) {
  const auto label = static_cast<std::size_t>(batch.labels[row]);
  double loss = 0;
  double violations = 0;
  for (std::size_t j = 0; j < s.size(); ++j) {
    const double margin = 1 + static_cast<double>(s[j]) - static_cast<double>(s[label]);
    const bool violated = j != label && !(margin <= 0);
    if (!ds.empty()) {
      ds[j] = violated ? static_cast<T>(factor) : T{0};
    }
    loss += violated ? margin : 0;
    violations += violated ? 1 : 0;
  }
  if (!ds.empty()) {
    ds[label] = static_cast<T>(-factor * violations);
  }
  return loss;
}

}  // namespace

template <class T>
double loss_and_gradient(Loss loss, const Batch& batch, std::int64_t classes, std::span<const T> scores,
                         std::span<T> gradient) {
  if (classes == 0) {
    return 0;
  }
  const double divisor = loss_divisor(batch);
  const auto width = static_cast<std::size_t>(classes);
  double sum = 0;
  for (std::size_t row = 0; row < static_cast<std::size_t>(batch.rows); ++row) {
    const double weight = batch.weights.empty() ? 1 : static_cast<double>(batch.weights[row]);
    const std::span<const T> s = scores.subspan(row * width, width);
    const std::span<T> ds = gradient.empty() ? gradient : gradient.subspan(row * width, width);
    const double of_row = loss == Loss::kHinge ? hinge(batch, row, weight / divisor, s, ds)
                                               : softmax_cross_entropy(batch, row, weight / divisor, s, ds);
    sum += weight * of_row;
  }
  return sum / divisor;
}

template double loss_and_gradient(Loss, const Batch&, std::int64_t, std::span<const float>, std::span<float>);
template double loss_and_gradient(Loss, const Batch&, std::int64_t, std::span<const double>, std::span<double>);

}  // namespace alexnet
