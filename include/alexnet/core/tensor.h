#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace alexnet {

/// Extents in logical order, outermost first: (N,C,H,W), (O,I,H,W), (N,C). An image shape is (C,H,W).
using Shape = std::vector<std::int64_t>;

[[nodiscard]] std::int64_t element_count(const Shape& shape);
/// "96x55x55"; "scalar" for an empty shape.
[[nodiscard]] std::string to_string(const Shape& shape);

enum class ElementType { kF64, kF32, kF16, kBF16, kI64, kI32, kI8, kU8 };

[[nodiscard]] std::size_t size_of(ElementType type);
/// Safetensors' names: "F64", "F32", "F16", "BF16", "I64", "I32", "I8", "U8".
[[nodiscard]] std::string_view name_of(ElementType type);

/// The type of elements held as T; no other T compiles.
template <class T>
constexpr ElementType element_type_of() = delete;
template <>
constexpr ElementType element_type_of<double>() {
  return ElementType::kF64;
}
template <>
constexpr ElementType element_type_of<float>() {
  return ElementType::kF32;
}
template <>
constexpr ElementType element_type_of<std::int64_t>() {
  return ElementType::kI64;
}
template <>
constexpr ElementType element_type_of<std::int32_t>() {
  return ElementType::kI32;
}
template <>
constexpr ElementType element_type_of<std::int8_t>() {
  return ElementType::kI8;
}
template <>
constexpr ElementType element_type_of<std::uint8_t>() {
  return ElementType::kU8;
}

/// A dense host array in logical (row-major) order; 64-byte aligned, on huge pages where it is large; owns its memory;
/// copies are deep.
class Tensor {
 public:
  Tensor() = default;
  /// Contents are zero.
  Tensor(ElementType type, Shape shape);
  Tensor(const Tensor& other);
  Tensor(Tensor&& other) noexcept = default;
  Tensor& operator=(const Tensor& other);
  Tensor& operator=(Tensor&& other) noexcept = default;
  ~Tensor() = default;

  template <class T>
  static Tensor of(Shape shape, std::span<const T> values);

  [[nodiscard]] ElementType type() const { return type_; }
  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t bytes() const { return static_cast<std::size_t>(size_) * size_of(type_); }
  [[nodiscard]] std::byte* data() { return data_.get(); }
  [[nodiscard]] const std::byte* data() const { return data_.get(); }

  /// The elements; throws kWrongCall when T is not the element type.
  template <class T>
  [[nodiscard]] std::span<T> as() {
    check_type(element_type_of<T>());
    return {reinterpret_cast<T*>(data_.get()), static_cast<std::size_t>(size_)};
  }
  template <class T>
  [[nodiscard]] std::span<const T> as() const {
    check_type(element_type_of<T>());
    return {reinterpret_cast<const T*>(data_.get()), static_cast<std::size_t>(size_)};
  }

  /// A copy with the elements converted (f64, f32, f16, bf16, i8..i64 to f64 or f32; f64/f32 to any float).
  [[nodiscard]] Tensor converted(ElementType type) const;
  /// The same elements under another shape of equal size.
  [[nodiscard]] Tensor reshaped(Shape shape) const&;
  [[nodiscard]] Tensor reshaped(Shape shape) &&;

  /// Equal type, shape and bytes.
  friend bool operator==(const Tensor& a, const Tensor& b);

 private:
  struct Free {
    void operator()(std::byte* p) const;
  };
  void check_type(ElementType wanted) const;

  ElementType type_ = ElementType::kF32;
  Shape shape_;
  std::int64_t size_ = 0;
  std::unique_ptr<std::byte[], Free> data_;
};

template <class T>
Tensor Tensor::of(Shape shape, std::span<const T> values) {
  Tensor t(element_type_of<T>(), std::move(shape));
  auto out = t.as<T>();
  for (std::size_t i = 0; i < out.size() && i < values.size(); ++i) {
    out[i] = values[i];
  }
  return t;
}

}  // namespace alexnet
