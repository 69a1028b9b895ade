#include "alexnet/bench/random_batch.h"

#include <algorithm>

#include "alexnet/core/random.h"

namespace alexnet::bench {

Batch random_batch(const Network& network, int rows, std::uint64_t seed) {
  RandomStream pixels(seed, Purpose::kCrop);
  RandomStream labels(seed, Purpose::kShuffle);
  const Shape& photo = network.input();
  Batch batch;
  batch.rows = rows;
  batch.input = Tensor(ElementType::kU8, {rows, photo[1], photo[2], photo[0]});
  std::ranges::generate(batch.input.as<std::uint8_t>(), [&] { return static_cast<std::uint8_t>(pixels.next() >> 24); });
  for (int row = 0; row < rows; ++row) {
    batch.labels.push_back(static_cast<std::int32_t>(labels.below(static_cast<std::uint64_t>(network.classes()))));
  }
  return batch;
}

Weights start_weights(const Network& network, std::uint64_t seed) {
  constexpr float kMiddle = 127.5F;
  Weights weights = initial_weights(network, seed);
  for (const ParameterSpec& spec : network.parameters()) {
    if (spec.role == ParameterRole::kConstant) {
      std::ranges::fill(weights.at(spec.name).as<float>(), kMiddle);
    }
  }
  return weights;
}

}  // namespace alexnet::bench
