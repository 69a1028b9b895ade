#include "backends/reference/layers.h"
#include "runtime/rank_parts.h"

namespace alexnet::reference {
namespace {

template <class T>
RankParts all_gather_parts(const AllGather& layer, const Call& call, LayerData<T>& data) {
  const RankParts parts{layer.towers, call.rows, element_count(data.facts->input)};
  data.exchanged.resize(static_cast<std::size_t>(parts.whole()));
  return parts;
}

}  // namespace

/// y[n, r*C + c] = x[n, c] of rank r
template <class T>
void forward(const AllGather& layer, const Call& call, LayerData<T>& data) {
  const RankParts parts = all_gather_parts(layer, call, data);
  call.communicator->all_gather(std::as_bytes(data.x.first(static_cast<std::size_t>(parts.part()))),
                                std::as_writable_bytes(std::span(data.exchanged)));
  parts.join(data.exchanged.data(), data.y.data());
}

/// dx[n, c] = sum over the ranks of dy[n, r*C + c], r this rank
template <class T>
void backward_data(const AllGather& layer, const Call& call, LayerData<T>& data) {
  const RankParts parts = all_gather_parts(layer, call, data);
  parts.take_apart(data.dy.data(), data.exchanged.data());
  call.communicator->reduce_scatter(std::span<const T>(data.exchanged),
                                    data.dx.first(static_cast<std::size_t>(parts.part())));
}

template void forward(const AllGather&, const Call&, LayerData<float>&);
template void forward(const AllGather&, const Call&, LayerData<double>&);
template void backward_data(const AllGather&, const Call&, LayerData<float>&);
template void backward_data(const AllGather&, const Call&, LayerData<double>&);

}  // namespace alexnet::reference
