#include "backends/reference/layers.h"

namespace alexnet::reference {
namespace {

/// Calls f(output element, weight, input element) for each product of one photo: every output pixel has filters of its
/// own. Taps on the padding are left out: they are zeros.
template <class F>
void for_each_product(const LocallyConnected2D& layer, const LayerFacts& facts, F f) {
  const Image in(facts.input);
  const Image out(facts.output);
  const Padding padding = layer.padding.resolved(in.height, in.width, layer.kernel, layer.stride);
  std::int64_t weight = 0;
  for (std::int64_t i = 0; i < out.height; ++i) {
    for (std::int64_t j = 0; j < out.width; ++j) {
      for (std::int64_t o = 0; o < out.channels; ++o) {
        const std::int64_t output = (o * out.height + i) * out.width + j;
        for (std::int64_t c = 0; c < in.channels; ++c) {
          for (std::int64_t p = 0; p < layer.kernel; ++p) {
            for (std::int64_t q = 0; q < layer.kernel; ++q, ++weight) {
              const std::int64_t row = i * layer.stride + p - padding.top;
              const std::int64_t column = j * layer.stride + q - padding.left;
              if (row >= 0 && row < in.height && column >= 0 && column < in.width) {
                f(output, weight, (c * in.height + row) * in.width + column);
              }
            }
          }
        }
      }
    }
  }
}

}  // namespace

/// y[n,o,i,j] = b[o,i,j] + sum over c, p, q of w[i,j,o,c,p,q] * x[n,c, i*stride + p - top, j*stride + q - left]
template <class T>
void forward(const LocallyConnected2D& layer, const Call& call, LayerData<T>& data) {
  const std::int64_t inputs = element_count(data.facts->input);
  const std::int64_t outputs = element_count(data.facts->output);
  const T* w = data.parameters[0].data();
  for (std::int64_t n = 0; n < call.rows; ++n) {
    if (layer.has_bias) {
      data.sums.assign(data.parameters[1].begin(), data.parameters[1].end());
    } else {
      data.sums.assign(static_cast<std::size_t>(outputs), 0.0);
    }
    const T* x = at(data.x, n * inputs);
    for_each_product(layer, *data.facts, [&](std::int64_t output, std::int64_t weight, std::int64_t input) {
      data.sums[static_cast<std::size_t>(output)] += static_cast<double>(w[weight]) * static_cast<double>(x[input]);
    });
    for (std::int64_t o = 0; o < outputs; ++o) {
      *at(data.y, n * outputs + o) = static_cast<T>(data.sums[static_cast<std::size_t>(o)]);
    }
  }
}

template <class T>
void backward_data(const LocallyConnected2D& layer, const Call& call, LayerData<T>& data) {
  const std::int64_t inputs = element_count(data.facts->input);
  const std::int64_t outputs = element_count(data.facts->output);
  const T* w = data.parameters[0].data();
  for (std::int64_t n = 0; n < call.rows; ++n) {
    data.sums.assign(static_cast<std::size_t>(inputs), 0.0);
    const T* dy = at(data.dy, n * outputs);
    for_each_product(layer, *data.facts, [&](std::int64_t output, std::int64_t weight, std::int64_t input) {
      data.sums[static_cast<std::size_t>(input)] += static_cast<double>(w[weight]) * static_cast<double>(dy[output]);
    });
    for (std::int64_t i = 0; i < inputs; ++i) {
      *at(data.dx, n * inputs + i) = static_cast<T>(data.sums[static_cast<std::size_t>(i)]);
    }
  }
}

template <class T>
void backward_weights(const LocallyConnected2D& layer, const Call& call, LayerData<T>& data) {
  const std::int64_t inputs = element_count(data.facts->input);
  const std::int64_t outputs = element_count(data.facts->output);
  data.sums.assign(data.gradients[0].size(), 0.0);
  for (std::int64_t n = 0; n < call.rows; ++n) {
    const T* x = at(data.x, n * inputs);
    const T* dy = at(data.dy, n * outputs);
    for_each_product(layer, *data.facts, [&](std::int64_t output, std::int64_t weight, std::int64_t input) {
      data.sums[static_cast<std::size_t>(weight)] += static_cast<double>(dy[output]) * static_cast<double>(x[input]);
    });
  }
  for (std::size_t w = 0; w < data.sums.size(); ++w) {
    data.gradients[0][w] = static_cast<T>(data.sums[w]);
  }
  for (std::int64_t o = 0; layer.has_bias && o < outputs; ++o) {
    double sum = 0;
    for (std::int64_t n = 0; n < call.rows; ++n) {
      sum += static_cast<double>(*at(data.dy, n * outputs + o));
    }
    *at(data.gradients[1], o) = static_cast<T>(sum);
  }
}

template void forward(const LocallyConnected2D&, const Call&, LayerData<float>&);
template void forward(const LocallyConnected2D&, const Call&, LayerData<double>&);
template void backward_data(const LocallyConnected2D&, const Call&, LayerData<float>&);
template void backward_data(const LocallyConnected2D&, const Call&, LayerData<double>&);
template void backward_weights(const LocallyConnected2D&, const Call&, LayerData<float>&);
template void backward_weights(const LocallyConnected2D&, const Call&, LayerData<double>&);

}  // namespace alexnet::reference
