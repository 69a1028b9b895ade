#include "alexnet/core/tensor.h"

#include <bit>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

#include <sys/mman.h>

#include "alexnet/core/error.h"

#include "core/bf16.h"

namespace alexnet {
namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kHugePage = std::size_t{2} << 20;

float half_to_float(std::uint16_t h) {
  const std::uint32_t sign = (h & 0x8000u) << 16;
  const std::uint32_t exponent = (h >> 10) & 0x1Fu;
  const std::uint32_t mantissa = h & 0x3FFu;
  if (exponent == 0) {  // zero or subnormal: mantissa * 2^-24
    const float value = static_cast<float>(mantissa) * 0x1p-24F;
    return sign != 0 ? -value : value;
  }
  const std::uint32_t e = exponent == 31 ? 255u : exponent + 112u;
  return std::bit_cast<float>(sign | (e << 23) | (mantissa << 13));
}

/// Round to nearest, ties to even.
std::uint16_t float_to_half(float f) {
  const auto bits = std::bit_cast<std::uint32_t>(f);
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000u);
  const std::uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude >= 0x7F800000u) {  // infinity or NaN
    return static_cast<std::uint16_t>(sign | 0x7C00u | (magnitude > 0x7F800000u ? 0x200u : 0u));
  }
  if (magnitude < 0x38800000u) {  // subnormal half: in units of 2^-24; adding 2^23 * 2^-24 rounds to nearest even
    const float shifted = std::bit_cast<float>(magnitude) + 0.5F;
    return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3F000000u));
  }
  const std::uint32_t rounded = magnitude + 0xFFFu + ((magnitude >> 13) & 1u) - 0x38000000u;
  return rounded >= 0x0F800000u ? static_cast<std::uint16_t>(sign | 0x7C00u)
                                : static_cast<std::uint16_t>(sign | (rounded >> 13));
}

template <class T>
T load(const std::byte* data, std::int64_t i) {
  T value;
  std::memcpy(&value, data + static_cast<std::size_t>(i) * sizeof(T), sizeof(T));
  return value;
}

double element(ElementType type, const std::byte* data, std::int64_t i) {
  switch (type) {
    case ElementType::kF64:
      return load<double>(data, i);
    case ElementType::kF32:
      return static_cast<double>(load<float>(data, i));
    case ElementType::kF16:
      return static_cast<double>(half_to_float(load<std::uint16_t>(data, i)));
    case ElementType::kBF16:
      return static_cast<double>(bf16_to_float(load<std::uint16_t>(data, i)));
    case ElementType::kI64:
      return static_cast<double>(load<std::int64_t>(data, i));
    case ElementType::kI32:
      return load<std::int32_t>(data, i);
    case ElementType::kI8:
      return load<std::int8_t>(data, i);
    case ElementType::kU8:
      return load<std::uint8_t>(data, i);
  }
  return 0;
}

}  // namespace

std::int64_t element_count(const Shape& shape) {
  std::int64_t n = 1;
  for (const auto extent : shape) {
    if (extent < 0 || __builtin_mul_overflow(n, extent, &n)) {
      throw Error(
          Message::kWrongCall,
          {{"where", "shape"}, {"expected", "extents from 0, 2^63 elements at most"}, {"got", to_string(shape)}});
    }
  }
  return n;
}

std::string to_string(const Shape& shape) {
  if (shape.empty()) {
    return "scalar";
  }
  std::string text;
  for (const auto extent : shape) {
    text += (text.empty() ? "" : "x") + std::to_string(extent);
  }
  return text;
}

std::size_t size_of(ElementType type) {
  switch (type) {
    case ElementType::kF64:
    case ElementType::kI64:
      return 8;
    case ElementType::kF32:
    case ElementType::kI32:
      return 4;
    case ElementType::kF16:
    case ElementType::kBF16:
      return 2;
    case ElementType::kI8:
    case ElementType::kU8:
      return 1;
  }
  return 1;
}

std::string_view name_of(ElementType type) {
  switch (type) {
    case ElementType::kF64:
      return "F64";
    case ElementType::kF32:
      return "F32";
    case ElementType::kF16:
      return "F16";
    case ElementType::kBF16:
      return "BF16";
    case ElementType::kI64:
      return "I64";
    case ElementType::kI32:
      return "I32";
    case ElementType::kI8:
      return "I8";
    case ElementType::kU8:
      return "U8";
  }
  return "";
}

void Tensor::Free::operator()(std::byte* elements) const {
  void* memory = nullptr;
  std::memcpy(&memory, elements - sizeof(memory), sizeof(memory));
  std::free(memory);
}

Tensor::Tensor(ElementType type, Shape shape) : type_(type), shape_(std::move(shape)), size_(element_count(shape_)) {
  if (size_ == 0) {
    return;
  }
  std::size_t wanted = 0;
  if (__builtin_mul_overflow(static_cast<std::size_t>(size_), size_of(type_), &wanted) ||
      wanted > SIZE_MAX - 3 * kHugePage) {
    throw std::bad_alloc();
  }
  const std::size_t alignment = wanted >= kHugePage ? kHugePage : kLine;
  const std::size_t rounded = (wanted + alignment - 1) / alignment * alignment;
  // Large memory is new pages, which are zero already: who writes first touches them first, not this thread. Where it
  // begins stands in front of the aligned elements.
  void* memory = std::calloc(sizeof(void*) + alignment + rounded, 1);
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  void* elements = static_cast<std::byte*>(memory) + sizeof(memory);
  std::size_t space = alignment + rounded;
  std::align(alignment, rounded, elements, space);
  data_.reset(static_cast<std::byte*>(elements));
  std::memcpy(data_.get() - sizeof(memory), &memory, sizeof(memory));
  if (alignment == kHugePage) {
    ::madvise(data_.get(), rounded, MADV_HUGEPAGE);  // a wish: fewer page faults and TLB misses
  }
}

Tensor::Tensor(const Tensor& other) : type_(other.type_), shape_(other.shape_) {
  if (other.data_) {  // a default tensor has the shape of a scalar but no element
    *this = Tensor(other.type_, other.shape_);
    std::memcpy(data_.get(), other.data_.get(), bytes());
  }
}

Tensor& Tensor::operator=(const Tensor& other) {
  if (this != &other) {
    *this = Tensor(other);
  }
  return *this;
}

void Tensor::check_type(ElementType wanted) const {
  if (type_ != wanted) {
    throw Error(Message::kWrongCall, {{"where", "Tensor::as"},
                                      {"expected", std::string(name_of(wanted)) + " elements"},
                                      {"got", std::string(name_of(type_))}});
  }
}

Tensor Tensor::converted(ElementType type) const {
  if (type == type_) {
    return *this;
  }
  if (empty()) {
    Tensor none(*this);
    none.type_ = type;
    return none;
  }
  Tensor out(type, shape_);
  for (std::int64_t i = 0; i < size_; ++i) {
    const double value = element(type_, data_.get(), i);
    std::byte* to = out.data_.get() + static_cast<std::size_t>(i) * size_of(type);
    if (type == ElementType::kF64) {
      std::memcpy(to, &value, sizeof value);
    } else if (type == ElementType::kF32) {
      const auto f = static_cast<float>(value);
      std::memcpy(to, &f, sizeof f);
    } else if (type == ElementType::kF16 || type == ElementType::kBF16) {
      const auto f = static_cast<float>(value);
      const std::uint16_t h = type == ElementType::kF16 ? float_to_half(f) : float_to_bf16(f);
      std::memcpy(to, &h, sizeof h);
    } else {
      throw Error(Message::kWrongCall, {{"where", "Tensor::converted"},
                                        {"expected", "a floating-point element type"},
                                        {"got", std::string(name_of(type))}});
    }
  }
  return out;
}

Tensor Tensor::reshaped(Shape shape) const& { return Tensor(*this).reshaped(std::move(shape)); }

Tensor Tensor::reshaped(Shape shape) && {
  if (element_count(shape) != size_) {
    throw Error(Message::kShapeMismatch,
                {{"where", "Tensor::reshaped"}, {"expected", to_string(shape_)}, {"got", to_string(shape)}});
  }
  shape_ = std::move(shape);
  return std::move(*this);
}

bool operator==(const Tensor& a, const Tensor& b) {
  return a.type_ == b.type_ && a.shape_ == b.shape_ && a.size_ == b.size_ &&
         (a.size_ == 0 || std::memcmp(a.data_.get(), b.data_.get(), a.bytes()) == 0);
}

}  // namespace alexnet
