#include "alexnet/formats/npy.h"

#include <string>

#include <fmt/format.h>

#include "alexnet/core/error.h"

namespace alexnet {
namespace {

constexpr std::size_t kHeaderBytes = 128;  // a multiple of 64, with room for any number of rows

/// Magic, version 1.0, length of the rest, and a Python dict filled up with spaces to a line feed.
std::string header(std::int64_t rows, std::int64_t columns) {
  std::string text("\x93NUMPY\x01\x00", 8);
  constexpr std::size_t kRest = kHeaderBytes - 10;
  text += static_cast<char>(kRest & 0xff);
  text += static_cast<char>(kRest >> 8);
  text += fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", rows, columns);
  text.resize(kHeaderBytes - 1, ' ');
  return text + '\n';
}

}  // namespace

NpyWriter::NpyWriter(const std::filesystem::path& path, std::int64_t columns) : file_(path), columns_(columns) {
  file_.write(header(0, columns_));  // its place; the number of rows is known at the end
}

void NpyWriter::add(std::span<const float> row) {
  if (static_cast<std::int64_t>(row.size()) != columns_) {
    throw Error(Message::kWrongCall, {{"where", "NpyWriter::add"},
                                      {"expected", fmt::format("{} numbers", columns_)},
                                      {"got", fmt::to_string(row.size())}});
  }
  file_.write(std::as_bytes(row));
  ++rows_;
}

void NpyWriter::commit() {
  file_.write_front(header(rows_, columns_));
  file_.commit();
}

}  // namespace alexnet
