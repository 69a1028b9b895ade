#include <cmath>

#include "backends/reference/layers.h"

namespace alexnet::reference {

/// y = 1 / (1 + exp(-x))
template <class T>
void forward(const Sigmoid&, const Call& call, LayerData<T>& data) {
  const std::int64_t count = call.rows * Image(data.facts->output).size();
  for (std::int64_t i = 0; i < count; ++i) {
    *at(data.y, i) = static_cast<T>(1 / (1 + std::exp(-static_cast<double>(*at(data.x, i)))));
  }
}

/// dx = dy * y * (1 - y)
template <class T>
void backward_data(const Sigmoid&, const Call& call, LayerData<T>& data) {
  const std::int64_t count = call.rows * Image(data.facts->output).size();
  for (std::int64_t i = 0; i < count; ++i) {
    const auto y = static_cast<double>(*at(data.y, i));
    *at(data.dx, i) = static_cast<T>(static_cast<double>(*at(data.dy, i)) * y * (1 - y));
  }
}

template void forward(const Sigmoid&, const Call&, LayerData<float>&);
template void forward(const Sigmoid&, const Call&, LayerData<double>&);
template void backward_data(const Sigmoid&, const Call&, LayerData<float>&);
template void backward_data(const Sigmoid&, const Call&, LayerData<double>&);

}  // namespace alexnet::reference
