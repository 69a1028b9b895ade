#include <array>
#include <cmath>

#include "alexnet/core/random.h"

#include "backends/reference/layers.h"

namespace alexnet::reference {
namespace {

/// to = m * from. Training: m = 0 where word u%4 of philox((u/4, position + n, epoch, purpose), seed) is below
/// floor(rate * 2^32), u = first_unit + the element's index in its photo; else 1, or 1 / (1 - rate) when inverted.
/// Inference: m = 1 when inverted, else 1 - rate. Source: network/dropout.h.
template <class T>
void apply_mask(const Dropout& layer, const Call& call, std::int64_t size, std::span<const T> from, std::span<T> to) {
  const double keep = 1 - layer.rate;
  const auto threshold = static_cast<std::uint64_t>(std::floor(layer.rate * 0x1p32));
  const std::uint32_t purpose = dropout_purpose(layer.mask_name.empty() ? layer.name : layer.mask_name);
  const double kept = call.training ? (layer.inverted ? 1 / keep : 1) : (layer.inverted ? 1 : keep);
  for (std::int64_t n = 0; n < call.rows; ++n) {
    std::array<std::uint32_t, 4> words{};
    std::int64_t block = -1;
    for (std::int64_t i = 0; i < size; ++i) {
      const std::int64_t unit = layer.first_unit + i;
      if (call.training && unit / 4 != block) {
        block = unit / 4;
        words = philox(
            {static_cast<std::uint32_t>(block), call.position + static_cast<std::uint32_t>(n), call.epoch, purpose},
            {static_cast<std::uint32_t>(call.seed), static_cast<std::uint32_t>(call.seed >> 32)});
      }
      const bool dropped = call.training && words[static_cast<std::size_t>(unit % 4)] < threshold;
      *at(to, n * size + i) = dropped ? T{0} : static_cast<T>(kept * static_cast<double>(*at(from, n * size + i)));
    }
  }
}

}  // namespace

/// y = m * x
template <class T>
void forward(const Dropout& layer, const Call& call, LayerData<T>& data) {
  apply_mask<T>(layer, call, Image(data.facts->input).size(), data.x, data.y);
}

/// dx = m * dy
template <class T>
void backward_data(const Dropout& layer, const Call& call, LayerData<T>& data) {
  apply_mask<T>(layer, call, Image(data.facts->input).size(), data.dy, data.dx);
}

template void forward(const Dropout&, const Call&, LayerData<float>&);
template void forward(const Dropout&, const Call&, LayerData<double>&);
template void backward_data(const Dropout&, const Call&, LayerData<float>&);
template void backward_data(const Dropout&, const Call&, LayerData<double>&);

}  // namespace alexnet::reference
