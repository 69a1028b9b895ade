#include "alexnet/data/sampler.h"

#include <map>

#include "alexnet/core/random.h"

namespace alexnet {
namespace {

using Order = std::vector<std::int64_t>;

/// `count` of the photos, in one random order after the other.
void append_draws(const Order& photos, std::size_t count, RandomStream& draws, Order& chosen) {
  while (count > 0) {
    for (const std::int64_t place : permutation(static_cast<std::int64_t>(photos.size()), draws)) {
      if (count == 0) {
        return;
      }
      chosen.push_back(photos[static_cast<std::size_t>(place)]);
      --count;
    }
  }
}

/// Class after class.
Order balanced_choice(std::span<const std::int32_t> labels, std::uint64_t seed, std::uint32_t epoch) {
  std::map<std::int32_t, Order> photos_of;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    photos_of[labels[i]].push_back(static_cast<std::int64_t>(i));
  }
  const std::size_t classes = photos_of.size();
  const std::size_t more = labels.size() % classes;  // so many classes get one photo more
  RandomStream draws(seed, Purpose::kSampler, epoch, 0);
  const Order rank = permutation(static_cast<std::int64_t>(classes), draws);
  Order chosen;
  std::size_t c = 0;
  for (const auto& [label, photos] : photos_of) {
    const std::size_t extra = static_cast<std::size_t>(rank[c++]) < more ? 1 : 0;
    RandomStream own(seed, Purpose::kSampler, epoch, 1 + static_cast<std::uint32_t>(label));
    append_draws(photos, labels.size() / classes + extra, own, chosen);
  }
  return chosen;
}

}  // namespace

std::vector<std::int64_t> epoch_order(Sampler sampler, std::span<const std::int32_t> labels, std::uint64_t seed,
                                      std::uint32_t epoch) {
  RandomStream draws(seed, Purpose::kShuffle, epoch);
  Order order = permutation(static_cast<std::int64_t>(labels.size()), draws);
  if (sampler == Sampler::kUniform || labels.empty()) {
    return order;
  }
  const Order chosen = balanced_choice(labels, seed, epoch);
  for (std::int64_t& place : order) {
    place = chosen[static_cast<std::size_t>(place)];
  }
  return order;
}

}  // namespace alexnet
