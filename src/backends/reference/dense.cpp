#include "backends/reference/layers.h"

namespace alexnet::reference {

/// y[n,o] = b[o] + sum over i of w[o,i] * x[n,i]
template <class T>
void forward(const Dense& layer, const Call& call, LayerData<T>& data) {
  const std::int64_t inputs = data.facts->input[0];
  for (std::int64_t n = 0; n < call.rows; ++n) {
    const T* x = at(data.x, n * inputs);
    for (std::int64_t o = 0; o < layer.units; ++o) {
      const T* w = at(data.parameters[0], o * inputs);
      double sum = layer.has_bias ? static_cast<double>(*at(data.parameters[1], o)) : 0;
      for (std::int64_t i = 0; i < inputs; ++i) {
        sum += static_cast<double>(w[i]) * static_cast<double>(x[i]);
      }
      *at(data.y, n * layer.units + o) = static_cast<T>(sum);
    }
  }
}

/// dx[n,i] = sum over o of w[o,i] * dy[n,o]
template <class T>
void backward_data(const Dense& layer, const Call& call, LayerData<T>& data) {
  const std::int64_t inputs = data.facts->input[0];
  for (std::int64_t n = 0; n < call.rows; ++n) {
    data.sums.assign(static_cast<std::size_t>(inputs), 0.0);
    for (std::int64_t o = 0; o < layer.units; ++o) {
      const T* w = at(data.parameters[0], o * inputs);
      const auto dy = static_cast<double>(*at(data.dy, n * layer.units + o));
      for (std::int64_t i = 0; i < inputs; ++i) {
        data.sums[static_cast<std::size_t>(i)] += static_cast<double>(w[i]) * dy;
      }
    }
    for (std::int64_t i = 0; i < inputs; ++i) {
      *at(data.dx, n * inputs + i) = static_cast<T>(data.sums[static_cast<std::size_t>(i)]);
    }
  }
}

/// dw[o,i] = sum over n of dy[n,o] * x[n,i];  db[o] = sum over n of dy[n,o]
template <class T>
void backward_weights(const Dense& layer, const Call& call, LayerData<T>& data) {
  const std::int64_t inputs = data.facts->input[0];
  for (std::int64_t o = 0; o < layer.units; ++o) {
    data.sums.assign(static_cast<std::size_t>(inputs), 0.0);
    double bias = 0;
    for (std::int64_t n = 0; n < call.rows; ++n) {
      const T* x = at(data.x, n * inputs);
      const auto dy = static_cast<double>(*at(data.dy, n * layer.units + o));
      for (std::int64_t i = 0; i < inputs; ++i) {
        data.sums[static_cast<std::size_t>(i)] += dy * static_cast<double>(x[i]);
      }
      bias += dy;
    }
    for (std::int64_t i = 0; i < inputs; ++i) {
      *at(data.gradients[0], o * inputs + i) = static_cast<T>(data.sums[static_cast<std::size_t>(i)]);
    }
    if (layer.has_bias) {
      *at(data.gradients[1], o) = static_cast<T>(bias);
    }
  }
}

template void forward(const Dense&, const Call&, LayerData<float>&);
template void forward(const Dense&, const Call&, LayerData<double>&);
template void backward_data(const Dense&, const Call&, LayerData<float>&);
template void backward_data(const Dense&, const Call&, LayerData<double>&);
template void backward_weights(const Dense&, const Call&, LayerData<float>&);
template void backward_weights(const Dense&, const Call&, LayerData<double>&);

}  // namespace alexnet::reference
