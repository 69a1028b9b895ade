#include "data/batch_slot.h"

#include <algorithm>
#include <utility>

namespace alexnet {

BatchSlot::BatchSlot(const Geometry& geometry, int capacity, int views)
    : row_bytes_(static_cast<std::size_t>(geometry.width) * static_cast<std::size_t>(geometry.height) *
                 static_cast<std::size_t>(geometry.channels)),
      views_(static_cast<std::size_t>(views)),
      bad_reason_(static_cast<std::size_t>(capacity)) {
  loaded.batch.input =
      Tensor(ElementType::kU8, {std::int64_t{capacity} * views, geometry.height, geometry.width, geometry.channels});
  loaded.views = views;
  const auto photos = static_cast<std::size_t>(capacity);
  loaded.batch.labels.reserve(photos * views_);
  loaded.batch.photos.reserve(photos * views_);
  loaded.items.reserve(photos);
}

void BatchSlot::resize(std::size_t photos) {
  loaded.batch.rows = static_cast<int>(photos * views_);
  loaded.batch.labels.resize(photos * views_);
  loaded.batch.photos.resize(photos * views_);
  loaded.items.resize(photos);
}

void BatchSlot::begin(std::uint32_t epoch, std::int64_t position, int photos, int tasks, std::int64_t next_position) {
  resize(static_cast<std::size_t>(photos));
  loaded.batch.epoch = epoch;
  loaded.batch.position = static_cast<std::uint32_t>(position);
  loaded.bad.clear();
  loaded.next_position = next_position;
  open_tasks = tasks;
  failure = nullptr;
  for (auto& reason : bad_reason_) {
    reason.clear();
  }
}

void BatchSlot::set_photo(int photo, std::size_t item, std::int32_t label, std::span<const Cut> cuts) {
  const auto p = static_cast<std::size_t>(photo);
  loaded.items[p] = item;
  for (std::size_t v = 0; v < views_; ++v) {
    const std::size_t row = p * views_ + v;
    loaded.batch.labels[row] = label;
    loaded.batch.photos[row] = {.crop_top = cuts[v].top, .crop_left = cuts[v].left, .flipped = cuts[v].flipped};
  }
}

void BatchSlot::set_bad(int photo, std::size_t item, std::string reason) {
  loaded.items[static_cast<std::size_t>(photo)] = item;
  bad_reason_[static_cast<std::size_t>(photo)] = std::move(reason);
}

void BatchSlot::set_colour(int photo, const ColourNoise& noise, const DrawPlace& place) {
  if (noise.strength == 0 || (noise.last_epoch != 0 && place.epoch > noise.last_epoch)) {
    return;
  }
  auto offset = colour_offset(noise, place.seed, place.epoch, place.position);
  if (noise.blue_first) {
    std::swap(offset[0], offset[2]);
  }
  const std::span rows = std::span(loaded.batch.photos).subspan(static_cast<std::size_t>(photo) * views_, views_);
  for (PhotoFacts& facts : rows) {
    std::ranges::transform(offset, facts.colour_offset, [&](double v) { return static_cast<float>(v * noise.scale); });
    facts.colour_scale = noise.shrink ? static_cast<float>(1 / (1 + noise.strength)) : 1;
  }
}

std::uint8_t* BatchSlot::pixels(int photo) {
  return loaded.batch.input.as<std::uint8_t>().data() + static_cast<std::size_t>(photo) * views_ * row_bytes_;
}

void BatchSlot::move_photo(std::size_t from, std::size_t to) {
  if (from == to) {
    return;
  }
  loaded.items[to] = loaded.items[from];
  std::copy_n(&loaded.batch.labels[from * views_], views_, &loaded.batch.labels[to * views_]);
  std::copy_n(&loaded.batch.photos[from * views_], views_, &loaded.batch.photos[to * views_]);
  std::copy_n(pixels(static_cast<int>(from)), views_ * row_bytes_, pixels(static_cast<int>(to)));
}

void BatchSlot::finish(const Dataset& dataset) {
  std::size_t good = 0;
  for (std::size_t photo = 0; photo < loaded.items.size(); ++photo) {
    if (bad_reason_[photo].empty()) {
      move_photo(photo, good++);
    } else {
      const auto item = loaded.items[photo];
      loaded.bad.push_back({.item = item, .path = dataset.items()[item].path, .reason = std::move(bad_reason_[photo])});
    }
  }
  resize(good);
  const auto all = loaded.batch.input.as<std::uint8_t>();
  std::ranges::fill(all.subspan(good * views_ * row_bytes_), std::uint8_t{0});
}

void BatchSlot::mix(double alpha, std::uint64_t seed) {
  loaded.mixed.resize(static_cast<std::size_t>(loaded.batch.rows));
  std::ranges::transform(loaded.batch.labels, loaded.mixed.begin(),
                         [](std::int32_t label) { return MixedLabel{.share = 1, .other = label}; });
  for (const MixedPair& pair : mixed_pairs(alpha, loaded.batch.rows, seed, loaded.batch.epoch, loaded.batch.position)) {
    mix_pair(pair);
  }
}

void BatchSlot::mix_pair(const MixedPair& pair) {
  const auto first = static_cast<std::size_t>(pair.first);
  const auto second = static_cast<std::size_t>(pair.second);
  mix_pixels({pixels(pair.first), row_bytes_}, {pixels(pair.second), row_bytes_}, pair.share);
  loaded.mixed[first] = {.share = pair.share, .other = loaded.batch.labels[second]};
  loaded.mixed[second] = {.share = pair.share, .other = loaded.batch.labels[first]};
  for (std::size_t c = 0; c < 3; ++c) {
    float& a = loaded.batch.photos[first].colour_offset[c];
    float& b = loaded.batch.photos[second].colour_offset[c];
    const float before = a;
    a = pair.share * a + (1 - pair.share) * b;
    b = pair.share * b + (1 - pair.share) * before;
  }
}

}  // namespace alexnet
