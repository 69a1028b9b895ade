#include <cmath>

#include "backends/reference/layers.h"

namespace alexnet::reference {

/// y = tanh(x)
template <class T>
void forward(const Tanh&, const Call& call, LayerData<T>& data) {
  const std::int64_t count = call.rows * Image(data.facts->output).size();
  for (std::int64_t i = 0; i < count; ++i) {
    *at(data.y, i) = std::tanh(*at(data.x, i));
  }
}

/// dx = dy * (1 - y^2)
template <class T>
void backward_data(const Tanh&, const Call& call, LayerData<T>& data) {
  const std::int64_t count = call.rows * Image(data.facts->output).size();
  for (std::int64_t i = 0; i < count; ++i) {
    const auto y = static_cast<double>(*at(data.y, i));
    *at(data.dx, i) = static_cast<T>(static_cast<double>(*at(data.dy, i)) * (1 - y * y));
  }
}

template void forward(const Tanh&, const Call&, LayerData<float>&);
template void forward(const Tanh&, const Call&, LayerData<double>&);
template void backward_data(const Tanh&, const Call&, LayerData<float>&);
template void backward_data(const Tanh&, const Call&, LayerData<double>&);

}  // namespace alexnet::reference
