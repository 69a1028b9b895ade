#include "memory.h"

#include <algorithm>
#include <numeric>
#include <utility>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ALEXNET_ADDRESS_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ALEXNET_ADDRESS_SANITIZER
#endif
#ifdef ALEXNET_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

namespace alexnet::cpu {
namespace {

#ifdef ALEXNET_ADDRESS_SANITIZER
constexpr bool kGuarded = true;
#else
constexpr bool kGuarded = false;
#endif
constexpr std::size_t kLine = 64;

std::size_t round_up(std::size_t value, std::size_t unit) { return (value + unit - 1) / unit * unit; }

}  // namespace

int ArenaPlan::add(std::string what, std::size_t bytes, int first, int last) {
  const std::size_t guarded = bytes + (kGuarded ? kLine : 0);
  items_.push_back({std::move(what), bytes, round_up(std::max<std::size_t>(guarded, 1), kLine), first, last, 0});
  return static_cast<int>(items_.size()) - 1;
}

void ArenaPlan::extend(int handle, int time) {
  auto& item = items_[static_cast<std::size_t>(handle)];
  item.first = std::min(item.first, time);
  item.last = std::max(item.last, time);
}

void ArenaPlan::place() {
  std::vector<std::size_t> order(items_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](auto a, auto b) { return items_[a].bytes > items_[b].bytes; });
  std::vector<const Item*> placed;  // by offset
  for (const auto index : order) {
    Item& item = items_[index];
    std::size_t offset = 0;
    for (const Item* other : placed) {
      const bool apart = other->last < item.first || item.last < other->first;
      if (apart && !kGuarded) {
        continue;
      }
      if (offset + item.bytes <= other->offset) {
        break;
      }
      offset = std::max(offset, other->offset + other->bytes);
    }
    item.offset = offset;
    bytes_ = std::max(bytes_, offset + item.bytes);
    placed.insert(std::ranges::upper_bound(placed, offset, {}, [](const Item* p) { return p->offset; }), &item);
  }
}

void ArenaPlan::guard([[maybe_unused]] std::byte* base) const {
#ifdef ALEXNET_ADDRESS_SANITIZER
  ASAN_UNPOISON_MEMORY_REGION(base, bytes_);
  for (const Item& item : items_) {
    ASAN_POISON_MEMORY_REGION(base + item.offset + item.wanted, item.bytes - item.wanted);
  }
#endif
}

std::vector<MemoryRow> ArenaPlan::rows() const {
  std::vector<MemoryRow> rows;
  for (const auto& item : items_) {
    rows.push_back({item.what, static_cast<std::int64_t>(item.bytes), static_cast<std::int64_t>(item.offset)});
  }
  return rows;
}

}  // namespace alexnet::cpu
