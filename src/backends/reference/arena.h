#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "alexnet/core/tensor.h"
#include "alexnet/runtime/backend.h"

namespace alexnet::reference {

/// One block of memory for all tensors of a program: planned first, then allocated, then never again.
template <class T>
class Arena {
 public:
  /// The number under which the tensor is had after `allocate`.
  std::size_t plan(std::string what, std::int64_t count) {
    rows_.push_back({std::move(what), count * static_cast<std::int64_t>(sizeof(T)), elements_ * kBytes});
    elements_ += count;
    return rows_.size() - 1;
  }
  void allocate() { memory_ = Tensor(element_type_of<T>(), {elements_}); }

  [[nodiscard]] std::span<T> operator[](std::size_t index) {
    return memory_.template as<T>().subspan(static_cast<std::size_t>(rows_[index].offset / kBytes),
                                            static_cast<std::size_t>(rows_[index].bytes / kBytes));
  }
  [[nodiscard]] std::int64_t bytes() const { return elements_ * kBytes; }
  [[nodiscard]] const std::vector<MemoryRow>& rows() const { return rows_; }

 private:
  static constexpr std::int64_t kBytes = sizeof(T);
  std::vector<MemoryRow> rows_;
  std::int64_t elements_ = 0;
  Tensor memory_;
};

}  // namespace alexnet::reference
