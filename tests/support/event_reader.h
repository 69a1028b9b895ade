#pragma once

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace alexnet::testing_support {

/// CRC-32C bit by bit, and masked as TensorFlow stores it.
inline std::uint32_t slow_masked_crc(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78U : crc >> 1;
    }
  }
  crc = ~crc;
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8U;
}

/// Another reader of event files than the program's: takes the fields in the order that it writes them.
class EventReader {
 public:
  using Scalars = std::vector<std::tuple<std::string, std::int64_t, float>>;

  /// Tag, step and value of every scalar; throws where a record is not as it should be.
  static Scalars read(std::string_view file) {
    Scalars scalars;
    while (!file.empty()) {
      EventReader reader(file);
      reader.event(scalars);
    }
    return scalars;
  }

 private:
  explicit EventReader(std::string_view& file) {
    const auto length = number<std::uint64_t>(file.substr(0, 8));
    require(number<std::uint32_t>(file.substr(8, 4)) == slow_masked_crc(file.substr(0, 8)), "checksum of the length");
    rest_ = file.substr(12, length);
    require(number<std::uint32_t>(file.substr(12 + length, 4)) == slow_masked_crc(rest_), "checksum of the event");
    file.remove_prefix(16 + length);
  }

  void event(Scalars& scalars) {
    byte(0x09);  // wall time, a double
    require(number<double>(take(8)) > 1e9, "wall time");
    if (rest_.front() == 0x1A) {
      byte(0x1A);
      require(take(varint()) == "brain.Event:2" && rest_.empty(), "file version");
      return;
    }
    byte(0x10);
    const auto step = static_cast<std::int64_t>(varint());
    byte(0x2A);
    require(varint() == rest_.size(), "length of the summary");
    while (!rest_.empty()) {
      byte(0x0A);
      const std::size_t end = varint();
      const std::size_t before = rest_.size();
      byte(0x0A);
      const std::string tag(take(varint()));
      byte(0x15);
      scalars.emplace_back(tag, step, number<float>(take(4)));
      require(before - rest_.size() == end, "length of the value");
    }
  }

  static void require(bool truth, const char* what) {
    if (!truth) {
      throw std::runtime_error(what);
    }
  }
  template <class T>
  static T number(std::string_view bytes) {
    T value{};
    require(bytes.size() == sizeof(T), "whole number");
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }
  std::string_view take(std::size_t bytes) {
    require(bytes <= rest_.size(), "enough bytes");
    const std::string_view taken = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return taken;
  }
  void byte(int expected) { require(static_cast<unsigned char>(take(1).front()) == expected, "key of a field"); }
  std::size_t varint() {
    std::size_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto next = static_cast<unsigned char>(take(1).front());
      value |= static_cast<std::size_t>(next & 0x7F) << shift;
      if (next < 0x80) {
        return value;
      }
    }
  }

  std::string_view rest_;
};

}  // namespace alexnet::testing_support
