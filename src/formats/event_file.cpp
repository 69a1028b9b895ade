#include "formats/event_file.h"

#include <array>
#include <bit>
#include <cmath>
#include <optional>

namespace alexnet {
namespace {

// Field numbers and wire types of Event, Summary and Summary.Value.
constexpr int kWallTime = 1;
constexpr int kStep = 2;
constexpr int kFileVersion = 3;
constexpr int kSummary = 5;
constexpr int kValue = 1;  // of Summary
constexpr int kTag = 1;    // of Value
constexpr int kSimpleValue = 2;
enum Wire { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kCrcBytes = 4;

void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) {
    out += static_cast<char>((value & 0x7F) | 0x80);
  }
  out += static_cast<char>(value);
}

/// `bytes` bytes, little end first.
void put_fixed(std::string& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) {
    out += static_cast<char>(value >> (8 * i) & 0xFF);
  }
}

std::uint64_t fixed_at(std::string_view text, std::size_t at, std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[at + i])) << (8 * i);
  }
  return value;
}

void put_key(std::string& out, int field, Wire wire) {
  put_varint(out, static_cast<std::uint64_t>(field) << 3 | static_cast<std::uint64_t>(wire));
}

void put_bytes(std::string& out, int field, std::string_view bytes) {
  put_key(out, field, kBytes);
  put_varint(out, bytes.size());
  out += bytes;
}

/// As TensorFlow masks a checksum that is stored beside what it is of.
std::uint32_t masked_crc(std::string_view bytes) { return std::rotr(crc32c(bytes), 15) + 0xA282EAD8U; }

/// Length, its checksum, the event, its checksum.
std::string record(std::string_view event) {
  std::string out;
  put_fixed(out, event.size(), kLengthBytes);
  put_fixed(out, masked_crc(out), kCrcBytes);
  out += event;
  put_fixed(out, masked_crc(event), kCrcBytes);
  return out;
}

std::string event_at(double wall_time) {
  std::string out;
  put_key(out, kWallTime, kFixed64);
  put_fixed(out, std::bit_cast<std::uint64_t>(wall_time), sizeof(double));
  return out;
}

/// The event of the record that `file` begins with, or nothing where it is broken.
std::optional<std::string_view> first_event(std::string_view file) {
  constexpr std::size_t kHead = kLengthBytes + kCrcBytes;
  if (file.size() < kHead + kCrcBytes || masked_crc(file.substr(0, kLengthBytes)) != fixed_at(file, kLengthBytes, 4)) {
    return std::nullopt;
  }
  const std::uint64_t length = fixed_at(file, 0, kLengthBytes);
  if (length > file.size() - kHead - kCrcBytes) {
    return std::nullopt;
  }
  const std::string_view event = file.substr(kHead, length);
  const bool whole = masked_crc(event) == fixed_at(file, kHead + event.size(), kCrcBytes);
  return whole ? std::optional(event) : std::nullopt;
}

std::optional<std::uint64_t> take_varint(std::string_view& text) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < text.size() && i < 10; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << (7 * i);
    if (byte < 0x80) {
      text.remove_prefix(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

struct Field {
  std::uint64_t number = 0;
  std::uint64_t value = 0;      ///< of a varint
  std::string_view bytes = {};  ///< of the others
};

std::optional<Field> take_field(std::string_view& text) {
  const auto key = take_varint(text);
  if (!key) {
    return std::nullopt;
  }
  Field field{*key >> 3};
  const auto wire = *key & 7;
  if (wire == kVarint) {
    const auto value = take_varint(text);
    field.value = value.value_or(0);
    return value ? std::optional(field) : std::nullopt;
  }
  const std::uint64_t length = wire == kFixed64   ? 8
                               : wire == kFixed32 ? 4
                                                  : take_varint(text).value_or(text.size() + 1);
  if (length > text.size()) {
    return std::nullopt;
  }
  field.bytes = text.substr(0, length);
  text.remove_prefix(length);
  return field;
}

/// The bytes of the first field of that number; nothing where there is none.
std::string_view find_bytes(std::string_view message, int number) {
  while (const auto field = take_field(message)) {
    if (field->number == static_cast<std::uint64_t>(number)) {
      return field->bytes;
    }
  }
  return {};
}

std::int64_t step_of(std::string_view event) {
  while (const auto field = take_field(event)) {
    if (field->number == kStep) {
      return static_cast<std::int64_t>(field->value);
    }
  }
  return 0;
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> made{};
    for (std::uint32_t i = 0; i < made.size(); ++i) {
      std::uint32_t crc = i;
      for (int bit = 0; bit < 8; ++bit) {
        crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82F63B78U : crc >> 1;
      }
      made[i] = crc;
    }
    return made;
  }();
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    crc = table[(crc ^ static_cast<unsigned char>(byte)) & 0xFF] ^ crc >> 8;
  }
  return ~crc;
}

std::string event_file_head(double wall_time) {
  std::string event = event_at(wall_time);
  put_bytes(event, kFileVersion, "brain.Event:2");
  return record(event);
}

std::string scalar_record(double wall_time, std::int64_t step, const std::vector<Scalar>& scalars) {
  std::string summary;
  for (const Scalar& scalar : scalars) {
    if (std::isnan(scalar.value)) {
      continue;
    }
    std::string value;
    put_bytes(value, kTag, scalar.tag);
    put_key(value, kSimpleValue, kFixed32);
    put_fixed(value, std::bit_cast<std::uint32_t>(static_cast<float>(scalar.value)), sizeof(float));
    put_bytes(summary, kValue, value);
  }
  std::string event = event_at(wall_time);
  put_key(event, kStep, kVarint);
  put_varint(event, static_cast<std::uint64_t>(step));
  put_bytes(event, kSummary, summary);
  return record(event);
}

std::string kept_records(std::string_view file,
                         const std::function<bool(std::string_view tag, std::int64_t step)>& keep) {
  std::string kept;
  while (const auto event = first_event(file)) {
    const std::size_t length = kLengthBytes + 2 * kCrcBytes + event->size();
    const std::string_view tag = find_bytes(find_bytes(find_bytes(*event, kSummary), kValue), kTag);
    if (tag.empty() || keep(tag, step_of(*event))) {
      kept += file.substr(0, length);
    }
    file.remove_prefix(length);
  }
  return kept;
}

}  // namespace alexnet
