#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "alexnet/runtime/backend.h"

namespace alexnet::cpu {

/// 64-byte aligned floats, zero at first, on huge pages where they are large.
class FloatBuffer {
 public:
  FloatBuffer() = default;
  explicit FloatBuffer(std::size_t floats);
  /// Of any contents, for what is written as a whole before it is read.
  static FloatBuffer unset(std::size_t floats);
  [[nodiscard]] float* data() { return data_.get(); }
  [[nodiscard]] const float* data() const { return data_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(float* p) const;
  };
  void allocate();

  std::unique_ptr<float[], Free> data_;
  std::size_t size_ = 0;
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
