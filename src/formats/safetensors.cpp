#include "alexnet/formats/safetensors.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"

namespace alexnet {
namespace {

using nlohmann::json;

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::uint64_t kHeaderLimit = 100'000'000;
constexpr std::size_t kHeaderAlignment = 8;
constexpr int kDeepest = 4;  // header object, tensor object, array: more is no header
constexpr std::array kTypes = {ElementType::kF64, ElementType::kF32, ElementType::kF16, ElementType::kBF16,
                               ElementType::kI64, ElementType::kI32, ElementType::kI8,  ElementType::kU8};

/// Where a tensor lies, in bytes from the end of the header.
struct Entry {
  std::string name;
  ElementType type = ElementType::kF32;
  Shape shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct Header {
  std::vector<Entry> entries;  // by place in the file
  std::map<std::string, std::string> metadata;
};

[[noreturn]] void fail(const std::string& where, const std::string& reason) {
  throw Error(Message::kModelInvalid, {{"where", where}, {"reason", reason}});
}

[[noreturn]] void fail_truncated(const std::string& where, std::uint64_t expected, std::uint64_t got) {
  throw Error(Message::kModelTruncated,
              {{"where", where}, {"expected", fmt::format("{}", expected)}, {"got", fmt::format("{}", got)}});
}

std::uint64_t header_length(std::span<const std::byte> first_bytes, std::uint64_t file_size, const std::string& where) {
  if (file_size < kLengthBytes) {
    throw Error(Message::kModelTruncated, {{"where", where},
                                           {"expected", fmt::format("at least {}", kLengthBytes + 2)},
                                           {"got", fmt::format("{}", file_size)}});
  }
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    length |= static_cast<std::uint64_t>(first_bytes[i]) << (8 * i);
  }
  if (length > kHeaderLimit) {
    fail(where, fmt::format("its first 8 bytes give a header of {} bytes, more than {}", length, kHeaderLimit));
  }
  if (length > file_size - kLengthBytes) {
    throw Error(Message::kModelTruncated, {{"where", where},
                                           {"expected", fmt::format("more than {}", kLengthBytes + length)},
                                           {"got", fmt::format("{}", file_size)}});
  }
  return length;
}

/// Refuses what nlohmann's parser lets pass: a name that stands twice, and nesting without end.
json parse_json(std::string_view text, const std::string& where) {
  std::vector<std::set<std::string>> names;
  const auto check = [&](int depth, json::parse_event_t event, json& value) {
    if (depth > kDeepest) {
      fail(where, "its header is nested too deep");
    }
    if (event == json::parse_event_t::object_start) {
      names.emplace_back();
    } else if (event == json::parse_event_t::object_end) {
      names.pop_back();
    } else if (event == json::parse_event_t::key && !names.back().insert(value.get<std::string>()).second) {
      fail(where, fmt::format("\"{}\" stands twice in its header", value.get<std::string>()));
    }
    return true;
  };
  try {
    return json::parse(text.begin(), text.end(), check);
  } catch (const json::exception&) {
    fail(where, "its header is no JSON");
  }
}

std::optional<ElementType> type_by_name(const std::string& name) {
  const auto* found = std::find_if(kTypes.begin(), kTypes.end(), [&](ElementType t) { return name_of(t) == name; });
  return found == kTypes.end() ? std::nullopt : std::optional(*found);
}

/// Bytes that a shape takes; nothing when they do not fit 63 bits.
std::optional<std::uint64_t> bytes_of(const Shape& shape, ElementType type) {
  std::uint64_t bytes = size_of(type);
  for (const std::int64_t side : shape) {
    if (side != 0 && bytes > static_cast<std::uint64_t>(INT64_MAX) / static_cast<std::uint64_t>(side)) {
      return std::nullopt;
    }
    bytes *= static_cast<std::uint64_t>(side);
  }
  return bytes;
}

Entry parse_entry(const std::string& name, const json& value, const std::string& where) {
  const auto whole = [](const json& v) { return v.is_number_unsigned() && v.get<std::uint64_t>() <= INT64_MAX; };
  if (!value.is_object() || !value.contains("dtype") || !value["dtype"].is_string() || !value.contains("shape") ||
      !value["shape"].is_array() || !std::all_of(value["shape"].begin(), value["shape"].end(), whole) ||
      !value.contains("data_offsets") || !value["data_offsets"].is_array() || value["data_offsets"].size() != 2 ||
      !std::all_of(value["data_offsets"].begin(), value["data_offsets"].end(), whole)) {
    fail(where, fmt::format("tensor \"{}\" lacks a dtype, a shape or two data_offsets", name));
  }
  Entry entry{name, ElementType::kF32, {}, value["data_offsets"][0], value["data_offsets"][1]};
  const auto type = type_by_name(value["dtype"]);
  if (!type) {
    fail(where, fmt::format("tensor \"{}\" has element type {}", name, value["dtype"].get<std::string>()));
  }
  entry.type = *type;
  for (const json& side : value["shape"]) {
    entry.shape.push_back(side.get<std::int64_t>());
  }
  const auto bytes = bytes_of(entry.shape, entry.type);
  if (entry.end < entry.begin || !bytes || *bytes != entry.end - entry.begin) {
    fail(where,
         fmt::format("tensor \"{}\" has offsets {} to {}, which do not fit its shape", name, entry.begin, entry.end));
  }
  if (entry.begin % size_of(entry.type) != 0) {
    fail(where, fmt::format("tensor \"{}\" is not aligned to its elements", name));
  }
  return entry;
}

Header parse_header(std::string_view text, const std::string& where) {
  const json document = parse_json(text, where);
  if (!document.is_object()) {
    fail(where, "its header is no JSON object");
  }
  Header header;
  for (const auto& [name, value] : document.items()) {
    if (name != "__metadata__") {
      header.entries.push_back(parse_entry(name, value, where));
      continue;
    }
    for (const auto& [key, text_value] : value.items()) {
      if (!value.is_object() || !text_value.is_string()) {
        fail(where, "its __metadata__ is not made of texts");
      }
      header.metadata.emplace(key, text_value.get<std::string>());
    }
  }
  std::stable_sort(header.entries.begin(), header.entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  return header;
}

/// The tensors fill the data from its first byte to its last, one after the other.
void check_layout(const Header& header, std::uint64_t data_begin, std::uint64_t file_size, const std::string& where) {
  std::uint64_t place = 0;
  for (const Entry& entry : header.entries) {
    if (entry.begin != place) {
      fail(where,
           fmt::format("tensor \"{}\" begins at {}, but the one before it ends at {}", entry.name, entry.begin, place));
    }
    place = entry.end;
  }
  const std::uint64_t data_size = file_size - data_begin;
  if (place > data_size) {
    fail_truncated(where, data_begin + place, file_size);
  }
  if (place < data_size) {
    fail(where, fmt::format("{} bytes follow its last tensor", data_size - place));
  }
}

template <class Read>
SafetensorsFile read_tensors(Header header, const Read& read) {
  SafetensorsFile file;
  file.metadata = std::move(header.metadata);
  for (Entry& entry : header.entries) {
    Tensor tensor(entry.type, std::move(entry.shape));
    read(entry.begin, tensor);
    file.tensors.emplace(std::move(entry.name), std::move(tensor));
  }
  return file;
}

/// A piece of a file, and where it goes.
struct Piece {
  std::uint64_t at;
  std::byte* to;
  std::size_t count;
};

void add_pieces(std::uint64_t at, Tensor& tensor, std::vector<Piece>& pieces) {
  constexpr std::size_t kMost = std::size_t{4} << 20;
  for (std::size_t done = 0; done < tensor.bytes(); done += kMost) {
    pieces.push_back({at + done, tensor.data() + done, std::min(kMost, tensor.bytes() - done)});
  }
}

/// By several threads: one alone is slower than the page cache, and touches all the new memory itself.
void read_pieces(const std::filesystem::path& path, const std::vector<Piece>& pieces) {
  constexpr std::size_t kPiecesOfAThread = 4;
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> failed = false;
  const auto read = [&] {
    std::ifstream in(path, std::ios::binary);
    for (std::size_t i = next++; i < pieces.size() && !failed; i = next++) {
      in.seekg(static_cast<std::streamoff>(pieces[i].at));
      failed = failed || !in.read(reinterpret_cast<char*>(pieces[i].to), static_cast<std::streamsize>(pieces[i].count));
    }
  };
  std::vector<std::thread> others;
  while (others.size() + 1 <
         std::min<std::size_t>(pieces.size() / kPiecesOfAThread, std::max(1U, std::thread::hardware_concurrency()))) {
    others.emplace_back(read);
  }
  read();
  for (std::thread& other : others) {
    other.join();
  }
  if (failed) {
    throw Error(Message::kReadFailed, {{"where", path.string()}, {"reason", "it ended while it was read"}});
  }
}

/// Name, element type, shape and place of each tensor in the order of the data, and the header's JSON text.
struct Plan {
  std::vector<std::pair<std::string, const Tensor*>> order;
  std::string header;
};

Plan plan_file(const std::map<std::string, const Tensor*>& tensors,
               const std::map<std::string, std::string>& metadata) {
  Plan plan;
  plan.order.assign(tensors.begin(), tensors.end());
  std::stable_sort(plan.order.begin(), plan.order.end(),
                   [](const auto& a, const auto& b) { return size_of(a.second->type()) > size_of(b.second->type()); });
  json document = json::object();
  if (!metadata.empty()) {
    document["__metadata__"] = metadata;
  }
  std::uint64_t place = 0;
  for (const auto& [name, tensor] : plan.order) {
    const std::uint64_t end = place + tensor->bytes();
    document[name] = {{"dtype", name_of(tensor->type())}, {"shape", tensor->shape()}, {"data_offsets", {place, end}}};
    place = end;
  }
  plan.header = document.dump(-1, ' ', false, json::error_handler_t::replace);
  const std::size_t padded = (plan.header.size() + kHeaderAlignment - 1) / kHeaderAlignment * kHeaderAlignment;
  plan.header.resize(padded, ' ');
  return plan;
}

}  // namespace

SafetensorsFile parse_safetensors(std::span<const std::byte> bytes, const std::string& where) {
  const std::uint64_t length = header_length(bytes, bytes.size(), where);
  const auto* text = reinterpret_cast<const char*>(bytes.data()) + kLengthBytes;
  Header header = parse_header({text, static_cast<std::size_t>(length)}, where);
  check_layout(header, kLengthBytes + length, bytes.size(), where);
  const auto data = bytes.subspan(static_cast<std::size_t>(kLengthBytes + length));
  return read_tensors(std::move(header), [&](std::uint64_t begin, Tensor& tensor) {
    const auto part = data.subspan(static_cast<std::size_t>(begin), tensor.bytes());
    std::copy(part.begin(), part.end(), tensor.data());
  });
}

SafetensorsFile read_safetensors(const std::filesystem::path& path) {
  const std::string where = path.string();
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw Error(Message::kFileMissing, {{"where", where}});
  }
  std::ifstream in(path, std::ios::binary);
  const std::uint64_t file_size = std::filesystem::file_size(path, error);
  if (!in || error) {
    throw Error(errno == EACCES ? Message::kNoPermission : Message::kReadFailed,
                {{"where", where}, {"reason", std::strerror(errno)}});
  }
  const auto fetch = [&](char* to, std::size_t count) {
    if (!in.read(to, static_cast<std::streamsize>(count))) {
      throw Error(Message::kReadFailed, {{"where", where}, {"reason", "it ended while it was read"}});
    }
  };
  std::array<std::byte, kLengthBytes> first{};
  if (file_size >= kLengthBytes) {
    fetch(reinterpret_cast<char*>(first.data()), first.size());
  }
  const std::uint64_t length = header_length(first, file_size, where);
  std::string text(static_cast<std::size_t>(length), ' ');
  fetch(text.data(), text.size());
  Header header = parse_header(text, where);
  check_layout(header, kLengthBytes + length, file_size, where);
  std::vector<Piece> pieces;
  SafetensorsFile file = read_tensors(std::move(header), [&](std::uint64_t begin, Tensor& tensor) {
    add_pieces(kLengthBytes + length + begin, tensor, pieces);
  });
  read_pieces(path, pieces);
  return file;
}

void write_safetensors(const std::filesystem::path& path, const std::map<std::string, const Tensor*>& tensors,
                       const std::map<std::string, std::string>& metadata) {
  const Plan plan = plan_file(tensors, metadata);
  std::array<std::byte, kLengthBytes> length{};
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    length[i] = static_cast<std::byte>(plan.header.size() >> (8 * i));
  }
  AtomicFile file(path);
  file.write(length);
  file.write(plan.header);
  for (const auto& [name, tensor] : plan.order) {
    file.write({tensor->data(), tensor->bytes()});
  }
  file.commit();
}

}  // namespace alexnet
