#include "data/idx.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"

namespace alexnet {
namespace {

constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 30;
constexpr std::size_t kStep = std::size_t{1} << 22;
constexpr std::uint32_t kUnsignedBytes = 0x0800;

[[noreturn]] void reject(const ByteReader& reader, std::string expected, std::string got) {
  throw Error(Message::kFileFormat,
              {{"where", reader.where()}, {"expected", std::move(expected)}, {"got", std::move(got)}});
}

/// A number of four bytes, high byte first.
std::uint32_t read_number(ByteReader& reader) {
  std::array<std::byte, 4> bytes{};
  if (reader.read(bytes) != bytes.size()) {
    reject(reader, "an idx header", "the end of the file");
  }
  std::uint32_t number = 0;
  for (const auto byte : bytes) {
    number = number << 8 | std::to_integer<std::uint32_t>(byte);
  }
  return number;
}

}  // namespace

IdxArray read_idx(ByteReader& reader, int dimensions) {
  const auto wanted = kUnsignedBytes | static_cast<std::uint32_t>(dimensions);
  if (const auto magic = read_number(reader); magic != wanted) {
    reject(reader, fmt::format("an idx file of bytes with {} extents (first bytes {:08x})", dimensions, wanted),
           fmt::format("{:08x}", magic));
  }
  IdxArray array;
  std::uint64_t total = 1;
  for (int i = 0; i < dimensions; ++i) {
    array.extents.push_back(read_number(reader));
    total *= array.extents.back();  // no overflow: at most 2^30 times 2^32
    if (total > kMaxBytes) {
      reject(reader, fmt::format("at most {} bytes of data", kMaxBytes), fmt::format("extents that make {}", total));
    }
  }
  // Room is made as data arrive: a header alone cannot ask for a gigabyte.
  while (array.values.size() < total) {
    const auto old = array.values.size();
    array.values.resize(std::min<std::size_t>(total, old + std::max(old, kStep)));
    const auto room = std::as_writable_bytes(std::span(array.values)).subspan(old);
    if (const auto n = reader.read(room); n != room.size()) {
      reject(reader, fmt::format("{} bytes of data", total), fmt::format("{}", old + n));
    }
  }
  std::array<std::byte, 1> surplus{};
  if (reader.read(surplus) != 0) {
    reject(reader, fmt::format("{} bytes of data", total), "more");
  }
  return array;
}

}  // namespace alexnet
