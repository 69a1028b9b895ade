#include <algorithm>

#include "backends/reference/layers.h"

namespace alexnet::reference {

/// The same elements: (C,H,W) lies channel-major already.
template <class T>
void forward(const Flatten&, const Call& call, LayerData<T>& data) {
  std::copy_n(data.x.begin(), call.rows * data.facts->output[0], data.y.begin());
}

template <class T>
void backward_data(const Flatten&, const Call& call, LayerData<T>& data) {
  std::copy_n(data.dy.begin(), call.rows * data.facts->output[0], data.dx.begin());
}

template void forward(const Flatten&, const Call&, LayerData<float>&);
template void forward(const Flatten&, const Call&, LayerData<double>&);
template void backward_data(const Flatten&, const Call&, LayerData<float>&);
template void backward_data(const Flatten&, const Call&, LayerData<double>&);

}  // namespace alexnet::reference
