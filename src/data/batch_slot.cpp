#include "data/batch_slot.h"

#include <algorithm>
#include <utility>

namespace alexnet {

BatchSlot::BatchSlot(const Geometry& geometry, int capacity)
    : row_bytes_(static_cast<std::size_t>(geometry.width) * static_cast<std::size_t>(geometry.height) *
                 static_cast<std::size_t>(geometry.channels)),
      bad_reason_(static_cast<std::size_t>(capacity)) {
  loaded.batch.input = Tensor(ElementType::kU8, {capacity, geometry.height, geometry.width, geometry.channels});
  const auto rows = static_cast<std::size_t>(capacity);
  loaded.batch.labels.reserve(rows);
  loaded.batch.photos.reserve(rows);
  loaded.items.reserve(rows);
}

void BatchSlot::begin(std::uint32_t epoch, std::int64_t position, int rows, int tasks) {
  const auto count = static_cast<std::size_t>(rows);
  loaded.batch.rows = rows;
  loaded.batch.epoch = epoch;
  loaded.batch.position = static_cast<std::uint32_t>(position);
  loaded.batch.labels.resize(count);
  loaded.batch.photos.resize(count);
  loaded.items.resize(count);
  loaded.bad.clear();
  loaded.next_position = position + rows;
  open_tasks = tasks;
  failure = nullptr;
  for (auto& reason : bad_reason_) {
    reason.clear();
  }
}

void BatchSlot::set_row(int row, std::size_t item, std::int32_t label, const Cut& cut) {
  const auto r = static_cast<std::size_t>(row);
  loaded.items[r] = item;
  loaded.batch.labels[r] = label;
  loaded.batch.photos[r] = {.crop_top = cut.top, .crop_left = cut.left, .flipped = cut.flipped};
}

void BatchSlot::set_colour(int row, const ColourNoise& noise, std::uint64_t seed, std::uint32_t epoch,
                           std::uint32_t position) {
  if (noise.strength == 0 || (noise.last_epoch != 0 && epoch > noise.last_epoch)) {
    return;
  }
  PhotoFacts& facts = loaded.batch.photos[static_cast<std::size_t>(row)];
  auto offset = colour_offset(noise, seed, epoch, position);
  if (noise.blue_first) {
    std::swap(offset[0], offset[2]);
  }
  std::ranges::transform(offset, facts.colour_offset, [&](double v) { return static_cast<float>(v * noise.scale); });
  facts.colour_scale = noise.shrink ? static_cast<float>(1 / (1 + noise.strength)) : 1;
}

std::uint8_t* BatchSlot::pixels(int row) {
  return loaded.batch.input.as<std::uint8_t>().data() + static_cast<std::size_t>(row) * row_bytes_;
}

void BatchSlot::move_row(std::size_t from, std::size_t to) {
  if (from == to) {
    return;
  }
  loaded.items[to] = loaded.items[from];
  loaded.batch.labels[to] = loaded.batch.labels[from];
  loaded.batch.photos[to] = loaded.batch.photos[from];
  std::copy_n(pixels(static_cast<int>(from)), row_bytes_, pixels(static_cast<int>(to)));
}

void BatchSlot::finish(const Dataset& dataset) {
  std::size_t good = 0;
  for (std::size_t row = 0; row < loaded.items.size(); ++row) {
    if (bad_reason_[row].empty()) {
      move_row(row, good++);
    } else {
      const auto item = loaded.items[row];
      loaded.bad.push_back({.item = item, .path = dataset.items()[item].path, .reason = std::move(bad_reason_[row])});
    }
  }
  loaded.batch.rows = static_cast<int>(good);
  loaded.items.resize(good);
  loaded.batch.labels.resize(good);
  loaded.batch.photos.resize(good);
  const auto all = loaded.batch.input.as<std::uint8_t>();
  std::ranges::fill(all.subspan(good * row_bytes_), std::uint8_t{0});
}

}  // namespace alexnet
