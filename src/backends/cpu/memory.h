#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "alexnet/runtime/backend.h"

namespace alexnet::cpu {

/// Floats in an order that the tensor's shape does not say, zero at first.
class FloatBuffer {
 public:
  FloatBuffer() = default;
  explicit FloatBuffer(std::size_t floats) : values_(ElementType::kF32, {static_cast<std::int64_t>(floats)}) {}
  /// Takes over the memory of f32 values.
  explicit FloatBuffer(Tensor values) : values_(std::move(values)) {}
  [[nodiscard]] float* data() { return reinterpret_cast<float*>(values_.data()); }
  [[nodiscard]] const float* data() const { return reinterpret_cast<const float*>(values_.data()); }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(values_.size()); }

 private:
  Tensor values_;
};

/// One block of memory for all that a call needs for some time: things whose times do not overlap share their place.
/// Built with the address sanitizer, everything has a place of its own with a guard behind it, so that a kernel that
/// leaves its tensor is found.
class ArenaPlan {
 public:
  /// Asks for `bytes` from time `first` to time `last`, both inclusive; gives a handle.
  int add(std::string what, std::size_t bytes, int first, int last);
  /// Makes an interval longer.
  void extend(int handle, int time);
  /// Places everything: largest first, each at the lowest offset that is free during its time.
  void place();
  /// Makes a block at `base` this plan's: with the sanitizer the guards of another plan are lifted, its own set.
  void guard(std::byte* base) const;

  [[nodiscard]] std::size_t offset(int handle) const { return items_[static_cast<std::size_t>(handle)].offset; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::vector<MemoryRow> rows() const;

 private:
  struct Item {
    std::string what;
    std::size_t wanted;
    std::size_t bytes;  ///< rounded up
    int first;
    int last;
    std::size_t offset;
  };
  std::vector<Item> items_;
  std::size_t bytes_ = 0;
};

}  // namespace alexnet::cpu
