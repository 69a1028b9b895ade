#include <algorithm>

#include "backends/reference/layers.h"

namespace alexnet::reference {

/// y = max(x, 0)
template <class T>
void forward(const ReLU&, const Call& call, LayerData<T>& data) {
  const std::int64_t count = call.rows * Image(data.facts->output).size();
  for (std::int64_t i = 0; i < count; ++i) {
    *at(data.y, i) = std::max(*at(data.x, i), T{0});
  }
}

/// dx = dy where x > 0, else 0
template <class T>
void backward_data(const ReLU&, const Call& call, LayerData<T>& data) {
  const std::int64_t count = call.rows * Image(data.facts->output).size();
  for (std::int64_t i = 0; i < count; ++i) {
    *at(data.dx, i) = *at(data.x, i) > T{0} ? *at(data.dy, i) : T{0};
  }
}

template void forward(const ReLU&, const Call&, LayerData<float>&);
template void forward(const ReLU&, const Call&, LayerData<double>&);
template void backward_data(const ReLU&, const Call&, LayerData<float>&);
template void backward_data(const ReLU&, const Call&, LayerData<double>&);

}  // namespace alexnet::reference
