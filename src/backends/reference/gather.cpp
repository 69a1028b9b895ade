#include "backends/reference/layers.h"
#include "runtime/rank_parts.h"

namespace alexnet::reference {
namespace {

/// What is exchanged; only the root has room for all of it.
template <class T>
RankParts gather_parts(const Gather& layer, const Call& call, LayerData<T>& data) {
  const RankParts parts{layer.towers, call.rows, element_count(data.facts->input)};
  data.exchanged.resize(layer.rank == layer.root ? static_cast<std::size_t>(parts.whole()) : 0);
  return parts;
}

}  // namespace

/// On the root: y[n, r*C + c] = x[n, c] of rank r
template <class T>
void forward(const Gather& layer, const Call& call, LayerData<T>& data) {
  const RankParts parts = gather_parts(layer, call, data);
  call.communicator->gather(std::as_bytes(data.x.first(static_cast<std::size_t>(parts.part()))),
                            std::as_writable_bytes(std::span(data.exchanged)), layer.root);
  if (layer.rank == layer.root) {
    parts.join(data.exchanged.data(), data.y.data());
  }
}

/// dx[n, c] = dy[n, r*C + c] of the root, r this rank
template <class T>
void backward_data(const Gather& layer, const Call& call, LayerData<T>& data) {
  const RankParts parts = gather_parts(layer, call, data);
  if (layer.rank == layer.root) {
    parts.take_apart(data.dy.data(), data.exchanged.data());
  }
  call.communicator->scatter(std::as_bytes(std::span(data.exchanged)),
                             std::as_writable_bytes(data.dx.first(static_cast<std::size_t>(parts.part()))), layer.root);
}

template void forward(const Gather&, const Call&, LayerData<float>&);
template void forward(const Gather&, const Call&, LayerData<double>&);
template void backward_data(const Gather&, const Call&, LayerData<float>&);
template void backward_data(const Gather&, const Call&, LayerData<double>&);

}  // namespace alexnet::reference
