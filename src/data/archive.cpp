#include "data/archive.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/image/decode.h"

#include "data/output_file.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMaxBytes = std::int64_t{4} << 30;  // unpacked; the largest known set makes 200 MB
constexpr std::size_t kMaxFileBytes = std::size_t{1} << 30;
constexpr std::int64_t kMaxEntries = 1'000'000;
constexpr std::size_t kReadBlock = std::size_t{1} << 16;
constexpr int kMaxDepth = 8;

struct FreeReader {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, FreeReader>;

[[noreturn]] void reject(const fs::path& path, std::string reason) {
  throw Error(Message::kArchiveInvalid, {{"where", path.string()}, {"reason", std::move(reason)}});
}

[[noreturn]] void reject(const fs::path& path, archive* reader) {
  const char* reason = archive_error_string(reader);
  reject(path, reason == nullptr ? "it cannot be read" : reason);
}

/// Error pages of servers and portals are what arrives most often instead of an archive.
void reject_known_content(const fs::path& path) {
  std::array<std::byte, 512> start{};
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  const auto size = file ? std::fread(start.data(), 1, start.size(), file.get()) : 0;
  if (file && size == 0) {
    reject(path, "it is empty");
  }
  const auto format = sniff_format(std::span(start).first(size));
  if (format == ImageFormat::kText) {
    reject(path, "it is text, perhaps an error page of the server, and no archive");
  }
  if (format != ImageFormat::kUnknown) {
    reject(path, fmt::format("it is {}, and no archive", name_of(format)));
  }
}

Reader open_archive(const fs::path& path) {
  Reader reader(archive_read_new());
  if (!reader) {
    throw std::bad_alloc();
  }
  // Named one by one: "all" would bring filters that run other programs.
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_filter_bzip2(reader.get());
  archive_read_support_filter_xz(reader.get());
  archive_read_support_filter_zstd(reader.get());
  archive_read_support_format_tar(reader.get());
  archive_read_support_format_zip(reader.get());
  std::error_code error;
  if (!fs::exists(path, error)) {
    throw Error(Message::kFileMissing, {{"where", path.string()}});
  }
  if (archive_read_open_filename(reader.get(), path.c_str(), kReadBlock) != ARCHIVE_OK) {
    if (const int number = archive_errno(reader.get()); number == EACCES || number == EPERM) {
      throw Error(Message::kNoPermission, {{"where", path.string()}});
    }
    reject_known_content(path);
    reject(path, reader.get());
  }
  return reader;
}

void check_name(const fs::path& archive_path, const std::string& name) {
  const fs::path path(name);
  if (path.is_absolute() || std::ranges::find(path, fs::path("..")) != path.end()) {
    reject(archive_path, fmt::format("an entry leads out of the folder: {}", name));
  }
}

void write_entry(archive* reader, const fs::path& archive_path, const fs::path& target) {
  make_folder(target.parent_path());
  OutputFile file(target);
  for (;;) {
    const void* data = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int status = archive_read_data_block(reader, &data, &size, &offset);
    if (status == ARCHIVE_EOF) {
      break;
    }
    if (status != ARCHIVE_OK) {
      reject(archive_path, reader);
    }
    if (offset != file.size() || archive_filter_bytes(reader, 0) > kMaxBytes) {
      reject(archive_path, "an entry has gaps, or is too large");
    }
    file.write(std::span(static_cast<const std::byte*>(data), size));
  }
  file.close();
}

}  // namespace

void unpack(const fs::path& archive_path, const fs::path& target, const Placement& place) {
  const auto reader = open_archive(archive_path);
  for (std::int64_t entries = 0;; ++entries) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) {
      break;
    }
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
      reject_known_content(archive_path);
      reject(archive_path, reader.get());
    }
    if (entries == kMaxEntries || archive_filter_bytes(reader.get(), 0) > kMaxBytes) {
      reject(archive_path, "it is larger than any known set");
    }
    const char* name = archive_entry_pathname(entry);  // as it stands there
    if (name == nullptr) {                             // stored as UTF-8, and the locale has no such letters
      name = archive_entry_pathname_utf8(entry);
    }
    if (name == nullptr || archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr) {
      continue;
    }
    check_name(archive_path, name);
    if (const auto place_in_set = place(name); !place_in_set.empty()) {
      write_entry(reader.get(), archive_path, target / place_in_set);
    }
  }
}

void copy_files(const fs::path& folder, const fs::path& target, const Placement& place) {
  std::error_code error;
  fs::recursive_directory_iterator entries(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
    if (entries.depth() >= kMaxDepth) {
      entries.disable_recursion_pending();
    }
    const auto& source = entries->path();
    const auto in_set = place(source.lexically_relative(folder).generic_string());
    std::error_code ignored;
    if (in_set.empty() || !fs::is_regular_file(source, ignored)) {
      continue;
    }
    make_folder((target / in_set).parent_path());
    OutputFile file(target / in_set);  // std::filesystem::copy_file calls a full disk an input error
    file.write(read_file(source, kMaxFileBytes));
    file.close();
  }
  if (error) {
    throw Error(Message::kReadFailed, {{"where", folder.string()}, {"reason", error.message()}});
  }
}

}  // namespace alexnet
