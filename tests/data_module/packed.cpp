#include "data_module/packed.h"

#include <memory>
#include <stdexcept>

#include <archive.h>
#include <archive_entry.h>

namespace alexnet::testing_support {
namespace {

la_ssize_t append(archive* /*writer*/, void* out, const void* data, std::size_t size) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(data), size);
  return static_cast<la_ssize_t>(size);
}

void check(archive* writer, bool good) {
  if (!good) {
    throw std::runtime_error(archive_error_string(writer));
  }
}

std::string packed_as(const std::vector<Entry>& entries, int (*format)(archive*)) {
  std::string out;
  const std::unique_ptr<archive, int (*)(archive*)> writer(archive_write_new(), &archive_write_free);
  check(writer.get(), archive_write_add_filter_gzip(writer.get()) == ARCHIVE_OK);
  check(writer.get(), format(writer.get()) == ARCHIVE_OK);
  archive_write_set_bytes_in_last_block(writer.get(), 1);
  check(writer.get(), archive_write_open(writer.get(), &out, nullptr, &append, nullptr) == ARCHIVE_OK);
  for (const auto& one : entries) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(), &archive_entry_free);
    archive_entry_set_pathname(entry.get(), one.name.c_str());
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_filetype(entry.get(), one.kind == Entry::Kind::kFile     ? AE_IFREG
                                            : one.kind == Entry::Kind::kFolder ? AE_IFDIR
                                                                               : AE_IFLNK);
    if (one.kind == Entry::Kind::kLink) {
      archive_entry_set_symlink(entry.get(), one.content.c_str());
    } else if (one.kind == Entry::Kind::kFile) {
      archive_entry_set_size(entry.get(), static_cast<la_int64_t>(one.content.size()));
    }
    check(writer.get(), archive_write_header(writer.get(), entry.get()) == ARCHIVE_OK);
    if (one.kind == Entry::Kind::kFile) {
      check(writer.get(), archive_write_data(writer.get(), one.content.data(), one.content.size()) >= 0);
    }
  }
  check(writer.get(), archive_write_close(writer.get()) == ARCHIVE_OK);
  return out;
}

}  // namespace

std::string packed(const std::vector<Entry>& entries) { return packed_as(entries, &archive_write_set_format_ustar); }

std::string gzipped(const std::string& content) {
  return packed_as({{.name = "data", .content = content}}, &archive_write_set_format_raw);
}

std::string idx(const std::vector<std::uint32_t>& extents, const std::string& content) {
  std::string out{'\0', '\0', '\x08', static_cast<char>(extents.size())};
  for (const auto extent : extents) {
    for (const int shift : {24, 16, 8, 0}) {
      out += static_cast<char>(extent >> shift & 0xFF);
    }
  }
  return out + content;
}

}  // namespace alexnet::testing_support
