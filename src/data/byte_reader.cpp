#include "data/byte_reader.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <archive.h>
#include <archive_entry.h>

#include "alexnet/core/error.h"

namespace alexnet {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 16;

archive* new_reader() {
  archive* reader = archive_read_new();
  if (reader == nullptr) {
    throw std::bad_alloc();
  }
  archive_read_support_filter_gzip(reader);
  archive_read_support_format_raw(reader);
  archive_read_support_format_empty(reader);
  return reader;
}

}  // namespace

void ByteReader::Close::operator()(archive* reader) const { archive_read_free(reader); }

ByteReader::ByteReader(const std::filesystem::path& path) : where_(path.string()), reader_(new_reader()) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    throw Error(Message::kFileMissing, {{"where", where_}});
  }
  open_first_entry(archive_read_open_filename(reader_.get(), path.c_str(), kBlock));
}

ByteReader::ByteReader(std::span<const std::byte> bytes, std::string where)
    : where_(std::move(where)), reader_(new_reader()) {
  open_first_entry(archive_read_open_memory(reader_.get(), bytes.data(), bytes.size()));
}

void ByteReader::open_first_entry(int opened) {
  archive_entry* entry = nullptr;
  const int status = opened == ARCHIVE_OK ? archive_read_next_header(reader_.get(), &entry) : opened;
  if (status == ARCHIVE_EOF) {
    at_end_ = true;
  } else if (status != ARCHIVE_OK) {
    fail();
  }
}

std::size_t ByteReader::read(std::span<std::byte> out) {
  std::size_t done = 0;
  while (!at_end_ && done < out.size()) {
    const auto n = archive_read_data(reader_.get(), out.data() + done, out.size() - done);
    if (n < 0) {
      fail();
    }
    at_end_ = n == 0;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

void ByteReader::fail() {
  const int number = archive_errno(reader_.get());
  if (number == EACCES || number == EPERM) {
    throw Error(Message::kNoPermission, {{"where", where_}});
  }
  if (number == EIO || number == EISDIR) {
    throw Error(Message::kReadFailed, {{"where", where_}, {"reason", std::strerror(number)}});
  }
  const char* reason = archive_error_string(reader_.get());
  throw Error(
      Message::kFileFormat,
      {{"where", where_}, {"expected", "plain or gzip data"}, {"got", reason == nullptr ? "something else" : reason}});
}

}  // namespace alexnet
