#include <algorithm>
#include <cmath>

#include "backends/reference/layers.h"

namespace alexnet::reference {
namespace {

/// sums_i = sum over j in W(i) of terms_j: the channels around i, clipped to its group.
void sums_across(const LRN& layer, const Image& image, std::span<const double> terms, std::span<double> sums) {
  const std::int64_t half = layer.size / 2;
  const std::int64_t group = image.channels / layer.groups;
  std::fill(sums.begin(), sums.end(), 0.0);
  for (std::int64_t c = 0; c < image.channels; ++c) {
    const std::int64_t first = c / group * group;
    for (std::int64_t j = std::max(first, c - half); j <= std::min(first + group - 1, c + half); ++j) {
      const double* term = at(terms, j * image.pixels());
      double* sum = at(sums, c * image.pixels());
      for (std::int64_t k = 0; k < image.pixels(); ++k) {
        sum[k] += term[k];
      }
    }
  }
}

/// sums_i = sum over j in W(i) of terms_j: the square around pixel i of its own map, clipped to the map.
void sums_within(const LRN& layer, const Image& image, std::span<const double> terms, std::span<double> sums) {
  const std::int64_t half = layer.size / 2;
  for (std::int64_t c = 0; c < image.channels; ++c) {
    const double* term = at(terms, c * image.pixels());
    for (std::int64_t h = 0; h < image.height; ++h) {
      for (std::int64_t w = 0; w < image.width; ++w) {
        double sum = 0;
        for (std::int64_t i = std::max<std::int64_t>(0, h - half); i <= std::min(image.height - 1, h + half); ++i) {
          for (std::int64_t j = std::max<std::int64_t>(0, w - half); j <= std::min(image.width - 1, w + half); ++j) {
            sum += term[i * image.width + j];
          }
        }
        *at(sums, c * image.pixels() + h * image.width + w) = sum;
      }
    }
  }
}

void window_sums(const LRN& layer, const Image& image, std::span<const double> terms, std::span<double> sums) {
  if (layer.span == LRN::Span::kAcross) {
    sums_across(layer, image, terms, sums);
  } else {
    sums_within(layer, image, terms, sums);
  }
}

/// Photo n of d_i = k + c * sum over j in W(i) of x_j^2. `terms` is scratch.
template <class T>
void denominators(const LRN& layer, const Image& image, const T* x, std::span<double> terms, std::span<double> d) {
  std::transform(x, x + image.size(), terms.begin(),
                 [](T v) { return static_cast<double>(v) * static_cast<double>(v); });
  window_sums(layer, image, terms, d);
  const double c = layer.coefficient();
  std::transform(d.begin(), d.end(), d.begin(), [&](double sum) { return layer.k + c * sum; });
}

}  // namespace

/// y_i = x_i * d_i^(-beta)
template <class T>
void forward(const LRN& layer, const Call& call, LayerData<T>& data) {
  const Image image(data.facts->input);
  const auto size = static_cast<std::size_t>(image.size());
  data.sums.resize(2 * size);
  const std::span<double> terms(data.sums.data(), size);
  const std::span<double> d(data.sums.data() + size, size);
  for (std::int64_t n = 0; n < call.rows; ++n) {
    const T* x = at(data.x, n * image.size());
    denominators(layer, image, x, terms, d);
    for (std::size_t i = 0; i < size; ++i) {
      data.y[static_cast<std::size_t>(n) * size + i] =
          static_cast<T>(static_cast<double>(x[i]) * std::pow(d[i], -layer.beta));
    }
  }
}

/// dx_i = dy_i * d_i^(-beta) - 2 * beta * c * x_i * sum over j with i in W(j) of dy_j * y_j / d_j.
/// The window is odd, so i is in W(j) where j is in W(i).
template <class T>
void backward_data(const LRN& layer, const Call& call, LayerData<T>& data) {
  const Image image(data.facts->input);
  const auto size = static_cast<std::size_t>(image.size());
  data.sums.resize(3 * size);
  const std::span<double> terms(data.sums.data(), size);
  const std::span<double> d(data.sums.data() + size, size);
  const std::span<double> sums(data.sums.data() + 2 * size, size);
  const double factor = 2 * layer.beta * layer.coefficient();
  for (std::int64_t n = 0; n < call.rows; ++n) {
    const T* x = at(data.x, n * image.size());
    const T* dy = at(data.dy, n * image.size());
    denominators(layer, image, x, terms, d);
    for (std::size_t i = 0; i < size; ++i) {
      terms[i] = static_cast<double>(dy[i]) * static_cast<double>(x[i]) * std::pow(d[i], -layer.beta - 1);
    }
    window_sums(layer, image, terms, sums);
    for (std::size_t i = 0; i < size; ++i) {
      data.dx[static_cast<std::size_t>(n) * size + i] = static_cast<T>(
          static_cast<double>(dy[i]) * std::pow(d[i], -layer.beta) - factor * static_cast<double>(x[i]) * sums[i]);
    }
  }
}

template void forward(const LRN&, const Call&, LayerData<float>&);
template void forward(const LRN&, const Call&, LayerData<double>&);
template void backward_data(const LRN&, const Call&, LayerData<float>&);
template void backward_data(const LRN&, const Call&, LayerData<double>&);

}  // namespace alexnet::reference
