#include <algorithm>

#include "backends/reference/layers.h"

namespace alexnet::reference {
namespace {

/// Sizes of one convolution.
struct Sizes {
  Sizes(const Conv2D& layer, const LayerFacts& facts)
      : in(facts.input),
        out(facts.output),
        padding(layer.padding.resolved(in.height, in.width, layer.kernel, layer.stride)),
        kernel(layer.kernel),
        stride(layer.stride),
        group_in(in.channels / layer.groups),
        group_out(out.channels / layer.groups) {}

  /// First input channel of output channel o's group.
  [[nodiscard]] std::int64_t first_input(std::int64_t o) const { return o / group_out * group_in; }
  /// Where the weights of (o, c) begin.
  [[nodiscard]] std::int64_t weights_at(std::int64_t o, std::int64_t c) const {
    return (o * group_in + c) * kernel * kernel;
  }

  Image in;
  Image out;
  Padding padding;
  std::int64_t kernel;
  std::int64_t stride;
  std::int64_t group_in;
  std::int64_t group_out;
};

/// The outputs [begin, end) whose input pixel `output * stride + shift` lies inside [0, size).
struct Range {
  Range(std::int64_t shift, std::int64_t stride, std::int64_t size, std::int64_t outputs)
      : begin(shift < 0 ? (-shift + stride - 1) / stride : 0),
        end(size - 1 - shift < 0 ? 0 : std::min(outputs, (size - 1 - shift) / stride + 1)) {}
  std::int64_t begin;
  std::int64_t end;
};

/// For each kernel tap and each row of outputs: f(tap, output pixel, input pixel, count) stands for `count` outputs
/// side by side whose input pixels lie `stride` apart. Taps on the padding are left out: they are zeros.
template <class F>
void for_each_segment(const Sizes& s, F f) {
  for (std::int64_t p = 0; p < s.kernel; ++p) {
    const Range rows(p - s.padding.top, s.stride, s.in.height, s.out.height);
    for (std::int64_t q = 0; q < s.kernel; ++q) {
      const Range columns(q - s.padding.left, s.stride, s.in.width, s.out.width);
      const std::int64_t count = columns.end - columns.begin;
      for (std::int64_t i = rows.begin; i < rows.end && count > 0; ++i) {
        const std::int64_t row = i * s.stride + p - s.padding.top;
        const std::int64_t column = columns.begin * s.stride + q - s.padding.left;
        f(p * s.kernel + q, i * s.out.width + columns.begin, row * s.in.width + column, count);
      }
    }
  }
}

}  // namespace

/// y[n,o,i,j] = b[o] + sum over c in o's group, p, q of w[o,c,p,q] * x[n,c, i*stride + p - top, j*stride + q - left]
template <class T>
void forward(const Conv2D& layer, const Call& call, LayerData<T>& data) {
  const Sizes s(layer, *data.facts);
  const std::span<T> w = data.parameters[0];
  for (std::int64_t n = 0; n < call.rows; ++n) {
    for (std::int64_t o = 0; o < s.out.channels; ++o) {
      const double bias = layer.has_bias ? static_cast<double>(*at(data.parameters[1], o)) : 0;
      data.sums.assign(static_cast<std::size_t>(s.out.pixels()), bias);
      for (std::int64_t c = 0; c < s.group_in; ++c) {
        const T* x = at(data.x, (n * s.in.channels + s.first_input(o) + c) * s.in.pixels());
        const T* tap_weights = at(w, s.weights_at(o, c));
        double* sums = data.sums.data();
        for_each_segment(s, [&](std::int64_t tap, std::int64_t out, std::int64_t in, std::int64_t count) {
          const auto weight = static_cast<double>(tap_weights[tap]);
          for (std::int64_t k = 0; k < count; ++k) {
            sums[out + k] += weight * static_cast<double>(x[in + k * s.stride]);
          }
        });
      }
      std::transform(data.sums.begin(), data.sums.end(), at(data.y, (n * s.out.channels + o) * s.out.pixels()),
                     [](double v) { return static_cast<T>(v); });
    }
  }
}

/// dx[n,c,h,w] = sum over o of c's group and the taps (p,q) of outputs (i,j) that read (h,w): w[o,c,p,q] * dy[n,o,i,j]
template <class T>
void backward_data(const Conv2D& layer, const Call& call, LayerData<T>& data) {
  const Sizes s(layer, *data.facts);
  const std::span<T> w = data.parameters[0];
  for (std::int64_t n = 0; n < call.rows; ++n) {
    for (std::int64_t c = 0; c < s.in.channels; ++c) {
      data.sums.assign(static_cast<std::size_t>(s.in.pixels()), 0.0);
      double* sums = data.sums.data();
      const std::int64_t first = c / s.group_in * s.group_out;
      for (std::int64_t o = first; o < first + s.group_out; ++o) {
        const T* dy = at(data.dy, (n * s.out.channels + o) * s.out.pixels());
        const T* tap_weights = at(w, s.weights_at(o, c % s.group_in));
        for_each_segment(s, [&](std::int64_t tap, std::int64_t out, std::int64_t in, std::int64_t count) {
          const auto weight = static_cast<double>(tap_weights[tap]);
          for (std::int64_t k = 0; k < count; ++k) {
            sums[in + k * s.stride] += weight * static_cast<double>(dy[out + k]);
          }
        });
      }
      std::transform(data.sums.begin(), data.sums.end(), at(data.dx, (n * s.in.channels + c) * s.in.pixels()),
                     [](double v) { return static_cast<T>(v); });
    }
  }
}

/// dw[o,c,p,q] = sum over n, i, j of dy[n,o,i,j] * x[n,c, i*stride + p - top, j*stride + q - left]
/// db[o] = sum over n, i, j of dy[n,o,i,j]
template <class T>
void backward_weights(const Conv2D& layer, const Call& call, LayerData<T>& data) {
  const Sizes s(layer, *data.facts);
  for (std::int64_t o = 0; o < s.out.channels; ++o) {
    for (std::int64_t c = 0; c < s.group_in; ++c) {
      data.sums.assign(static_cast<std::size_t>(s.kernel * s.kernel), 0.0);
      double* sums = data.sums.data();
      for (std::int64_t n = 0; n < call.rows; ++n) {
        const T* x = at(data.x, (n * s.in.channels + s.first_input(o) + c) * s.in.pixels());
        const T* dy = at(data.dy, (n * s.out.channels + o) * s.out.pixels());
        for_each_segment(s, [&](std::int64_t tap, std::int64_t out, std::int64_t in, std::int64_t count) {
          double sum = 0;
          for (std::int64_t k = 0; k < count; ++k) {
            sum += static_cast<double>(dy[out + k]) * static_cast<double>(x[in + k * s.stride]);
          }
          sums[tap] += sum;
        });
      }
      std::transform(data.sums.begin(), data.sums.end(), at(data.gradients[0], s.weights_at(o, c)),
                     [](double v) { return static_cast<T>(v); });
    }
    if (layer.has_bias) {
      double sum = 0;
      for (std::int64_t n = 0; n < call.rows; ++n) {
        const T* dy = at(data.dy, (n * s.out.channels + o) * s.out.pixels());
        for (std::int64_t k = 0; k < s.out.pixels(); ++k) {
          sum += static_cast<double>(dy[k]);
        }
      }
      *at(data.gradients[1], o) = static_cast<T>(sum);
    }
  }
}

template void forward(const Conv2D&, const Call&, LayerData<float>&);
template void forward(const Conv2D&, const Call&, LayerData<double>&);
template void backward_data(const Conv2D&, const Call&, LayerData<float>&);
template void backward_data(const Conv2D&, const Call&, LayerData<double>&);
template void backward_weights(const Conv2D&, const Call&, LayerData<float>&);
template void backward_weights(const Conv2D&, const Call&, LayerData<double>&);

}  // namespace alexnet::reference
