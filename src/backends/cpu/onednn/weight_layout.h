#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "alexnet/core/tensor.h"
#include "alexnet/runtime/precision.h"

namespace alexnet::cpu::onednn {

struct WeightDesc;  // a oneDNN memory descriptor

/// The order in which a weight tensor is stored: the logical one, or whatever a kernel chose.
class WeightLayout {
 public:
  /// Logical order of `shape`; with `groups` > 1 the first extent is groups * (filters of a group).
  static WeightLayout logical(const Shape& shape, int groups = 1);
  /// [filters / lanes][channels][kernel][kernel][lanes], a group after the other; lanes: 8, 16 or 32.
  static WeightLayout by_filter_lanes(const Shape& shape, int groups, int lanes);
  explicit WeightLayout(std::shared_ptr<const WeightDesc> desc) : desc_(std::move(desc)) {}

  /// Floats that it takes, padding included.
  [[nodiscard]] std::size_t floats() const;
  /// 0 for the logical order; equal ids mean equal order on every machine that runs the same library version.
  [[nodiscard]] std::uint64_t id() const;
  [[nodiscard]] const WeightDesc& desc() const { return *desc_; }
  friend bool operator==(const WeightLayout& a, const WeightLayout& b);

 private:
  std::shared_ptr<const WeightDesc> desc_;
};

/// Copies a tensor from one order to another of the same extents.
void reorder(const WeightLayout& from, const float* source, const WeightLayout& to, float* target);

/// "oneDNN 2.6.3", and the instruction set that it uses: "AVX-512 with bf16".
[[nodiscard]] std::string library_version();
[[nodiscard]] std::string instruction_set();

/// What the processor, limited as the library is, makes of products of bfloat16.
[[nodiscard]] Support bf16_support();
/// Whether the library's products of 8-bit integers are exact on it.
[[nodiscard]] bool has_int8();

enum class VectorSet { kBaseline, kAvx2, kAvx512 };
/// What our own kernels may use: the processor's, limited as the library's is (ONEDNN_MAX_CPU_ISA).
[[nodiscard]] VectorSet vector_set();

}  // namespace alexnet::cpu::onednn
