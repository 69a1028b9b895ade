#include <algorithm>
#include <cmath>

#include "backends/reference/layers.h"
#include "runtime/shared_statistics.h"

namespace alexnet::reference {
namespace {

// Order of network/batch_norm's parameters.
constexpr std::size_t kWeight = 0;
constexpr std::size_t kBias = 1;
constexpr std::size_t kRunningMean = 2;
constexpr std::size_t kRunningVariance = 3;

/// f(index) for every element of channel c, over the valid rows.
template <class F>
void for_each_element(const Call& call, const Image& image, std::int64_t c, F f) {
  for (std::int64_t n = 0; n < call.rows; ++n) {
    const std::int64_t first = (n * image.channels + c) * image.pixels();
    for (std::int64_t k = 0; k < image.pixels(); ++k) {
      f(first + k);
    }
  }
}

struct Moments {
  double mean = 0;
  double variance = 0;
};

/// What forward leaves for backward: mean (C), inverse (C) or, until that is known, variance (C), and over how many
/// values they were taken.
struct Saved {
  Saved(std::vector<double>& saved, std::int64_t channels)
      : mean(std::span(saved).first(static_cast<std::size_t>(channels))),
        inverse(std::span(saved).subspan(mean.size(), mean.size())),
        count(saved.back()) {}
  std::span<double> mean;
  std::span<double> inverse;
  double& count;
};

/// mean = (1/m) sum x, variance = (1/m) sum (x - mean)^2, over the m values of channel c.
template <class T>
Moments moments(const Call& call, const Image& image, std::int64_t c, std::span<const T> x) {
  const double count = std::max<double>(1, static_cast<double>(call.rows * image.pixels()));
  Moments m;
  for_each_element(call, image, c, [&](std::int64_t i) { m.mean += static_cast<double>(*at(x, i)) / count; });
  for_each_element(call, image, c, [&](std::int64_t i) {
    const double deviation = static_cast<double>(*at(x, i)) - m.mean;
    m.variance += deviation * deviation / count;
  });
  return m;
}

/// running = momentum * running + (1 - momentum) * batch
template <class T>
void move_running(const BatchNorm& layer, double count, const Moments& batch, T& mean, T& variance) {
  const double unbiased = layer.unbiased_running_variance && count > 1 ? count / (count - 1) : 1;
  const auto move = [&](T running, double value) {
    return static_cast<T>(layer.momentum * static_cast<double>(running) + (1 - layer.momentum) * value);
  };
  mean = move(mean, batch.mean);
  variance = move(variance, batch.variance * unbiased);
}

/// Sums over channel c that the gradients are made of; xhat = (x - mean) * inverse.
struct Sums {
  double dy = 0;       // sum of dy
  double dy_xhat = 0;  // sum of dy * xhat
};

template <class T>
Sums gradient_sums(const Call& call, const Image& image, std::int64_t c, const LayerData<T>& data) {
  const double mean = data.saved[static_cast<std::size_t>(c)];
  const double inverse = data.saved[static_cast<std::size_t>(image.channels + c)];
  Sums sums;
  for_each_element(call, image, c, [&](std::int64_t i) {
    const auto dy = static_cast<double>(*at(data.dy, i));
    sums.dy += dy;
    sums.dy_xhat += dy * (static_cast<double>(*at(data.x, i)) - mean) * inverse;
  });
  return sums;
}

}  // namespace

/// y = weight * (x - mean) * inverse + bias, inverse = 1 / sqrt(variance + epsilon).
template <class T>
void forward(const BatchNorm& layer, const Call& call, LayerData<T>& data) {
  const Image image(data.facts->input);
  data.saved.resize(static_cast<std::size_t>(2 * image.channels + 1));
  Saved saved(data.saved, image.channels);
  const std::span<double> variance = saved.inverse;
  saved.count = static_cast<double>(call.rows * image.pixels());
  for (std::int64_t c = 0; c < image.channels; ++c) {
    const Moments m = call.training ? moments(call, image, c, data.x)
                                    : Moments{static_cast<double>(*at(data.parameters[kRunningMean], c)),
                                              static_cast<double>(*at(data.parameters[kRunningVariance], c))};
    *at(saved.mean, c) = m.mean;
    *at(variance, c) = m.variance;
  }
  if (call.training && call.ranks != nullptr) {
    saved.count = merge_moments(*call.ranks, saved.count, saved.mean, variance);
  }
  for (std::int64_t c = 0; c < image.channels; ++c) {
    const Moments m{*at(saved.mean, c), *at(variance, c)};
    if (call.keep_statistics && saved.count > 0) {
      move_running(layer, saved.count, m, *at(data.parameters[kRunningMean], c),
                   *at(data.parameters[kRunningVariance], c));
    }
    const double inverse = 1 / std::sqrt(m.variance + layer.epsilon);
    const double scale = static_cast<double>(*at(data.parameters[kWeight], c)) * inverse;
    const auto bias = static_cast<double>(*at(data.parameters[kBias], c));
    for_each_element(call, image, c, [&](std::int64_t i) {
      *at(data.y, i) = static_cast<T>((static_cast<double>(*at(data.x, i)) - m.mean) * scale + bias);
    });
    *at(saved.inverse, c) = inverse;
  }
}

/// Training: dx = weight * inverse * (dy - sum(dy)/m - xhat * sum(dy * xhat)/m), since mean and variance depend on x.
/// Inference: dx = weight * inverse * dy.
template <class T>
void backward_data(const BatchNorm&, const Call& call, LayerData<T>& data) {
  const Image image(data.facts->input);
  const Saved saved(data.saved, image.channels);
  data.sums.assign(static_cast<std::size_t>(2 * image.channels), 0);  // dy (C), dy * xhat (C)
  const std::span<double> dy = std::span(data.sums).first(saved.mean.size());
  const std::span<double> dy_xhat = std::span(data.sums).subspan(saved.mean.size());
  for (std::int64_t c = 0; c < image.channels && call.training; ++c) {
    const Sums sums = gradient_sums(call, image, c, data);
    *at(dy, c) = sums.dy;
    *at(dy_xhat, c) = sums.dy_xhat;
  }
  if (call.training && call.ranks != nullptr) {
    call.ranks->all_reduce(std::span(data.sums));
  }
  for (std::int64_t c = 0; c < image.channels; ++c) {
    const double mean = *at(saved.mean, c);
    const double inverse = *at(saved.inverse, c);
    const double scale = static_cast<double>(*at(data.parameters[kWeight], c)) * inverse;
    for_each_element(call, image, c, [&](std::int64_t i) {
      const double xhat = (static_cast<double>(*at(data.x, i)) - mean) * inverse;
      const double centred = static_cast<double>(*at(data.dy, i)) - (*at(dy, c) + xhat * *at(dy_xhat, c)) / saved.count;
      *at(data.dx, i) = static_cast<T>(scale * centred);
    });
  }
}

/// dweight = sum(dy * xhat), dbias = sum(dy)
template <class T>
void backward_weights(const BatchNorm&, const Call& call, LayerData<T>& data) {
  const Image image(data.facts->input);
  for (std::int64_t c = 0; c < image.channels; ++c) {
    const Sums sums = gradient_sums(call, image, c, data);
    *at(data.gradients[kWeight], c) = static_cast<T>(sums.dy_xhat);
    *at(data.gradients[kBias], c) = static_cast<T>(sums.dy);
  }
}

template void forward(const BatchNorm&, const Call&, LayerData<float>&);
template void forward(const BatchNorm&, const Call&, LayerData<double>&);
template void backward_data(const BatchNorm&, const Call&, LayerData<float>&);
template void backward_data(const BatchNorm&, const Call&, LayerData<double>&);
template void backward_weights(const BatchNorm&, const Call&, LayerData<float>&);
template void backward_weights(const BatchNorm&, const Call&, LayerData<double>&);

}  // namespace alexnet::reference
