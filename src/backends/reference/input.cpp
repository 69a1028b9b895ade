#include "backends/reference/input.h"

#include <algorithm>

namespace alexnet::reference {
namespace {

template <class T>
void unpack_bytes(const Batch& batch, std::span<T> to) {
  const Shape& shape = batch.input.shape();
  const std::int64_t pixels = shape[1] * shape[2];
  const std::int64_t channels = shape[3];
  const std::span<const std::uint8_t> from = batch.input.as<std::uint8_t>();
  for (std::int64_t n = 0; n < batch.rows; ++n) {
    for (std::int64_t c = 0; c < channels; ++c) {
      for (std::int64_t i = 0; i < pixels; ++i) {
        to[static_cast<std::size_t>((n * channels + c) * pixels + i)] =
            static_cast<T>(from[static_cast<std::size_t>((n * pixels + i) * channels + c)]);
      }
    }
  }
}

template <class From, class T>
void unpack_numbers(const Batch& batch, std::span<T> to) {
  const std::int64_t count = batch.rows == 0 ? 0 : batch.input.size() / batch.input.shape()[0] * batch.rows;
  const std::span<const From> from = batch.input.as<From>().first(static_cast<std::size_t>(count));
  std::transform(from.begin(), from.end(), to.begin(), [](From v) { return static_cast<T>(v); });
}

}  // namespace

template <class T>
void unpack_input(const Batch& batch, std::span<T> to) {
  if (batch.input.type() == ElementType::kU8) {
    unpack_bytes(batch, to);
  } else if (batch.input.type() == ElementType::kF32) {
    unpack_numbers<float>(batch, to);
  } else {
    unpack_numbers<double>(batch, to);
  }
}

template void unpack_input(const Batch&, std::span<float>);
template void unpack_input(const Batch&, std::span<double>);

}  // namespace alexnet::reference
