#include "data/folder_scan.h"

#include <algorithm>
#include <utility>

#include "alexnet/core/error.h"
#include "alexnet/image/decode.h"

#include "core/text.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxDepth = 32;

[[noreturn]] void throw_read_error(const fs::path& folder, const std::error_code& error) {
  if (error == std::errc::permission_denied) {
    throw Error(Message::kNoPermission, {{"where", folder.string()}});
  }
  if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory) {
    throw Error(Message::kFolderMissing, {{"where", folder.string()}});
  }
  throw Error(Message::kReadFailed, {{"where", folder.string()}, {"reason", error.message()}});
}

class Scanner {
 public:
  ScannedFolder scan(const fs::path& folder, std::string name) {
    std::error_code error;
    const auto real = fs::canonical(folder, error);
    if (error) {
      throw_read_error(folder, error);
    }
    open_.push_back(real);
    ScannedFolder result;
    result.name = std::move(name);
    fs::directory_iterator entries(real, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
      add(*entries, result);
    }
    if (error) {
      throw_read_error(folder, error);
    }
    open_.pop_back();
    std::ranges::sort(result.photos);
    std::ranges::sort(result.strays);
    std::ranges::sort(result.folders, {}, &ScannedFolder::name);
    return result;
  }

 private:
  void add(const fs::directory_entry& entry, ScannedFolder& into) {
    auto name = entry.path().filename().string();
    if (name.starts_with('.') || name == "__MACOSX") {  // the latter comes with archives packed on a Mac
      return;
    }
    if (auto readable = printable(name); readable != name) {
      into.strays.push_back(std::move(readable));
      return;
    }
    std::error_code error;
    if (entry.is_directory(error) && may_enter(entry.path())) {  // or a link to one
      into.folders.push_back(scan(entry.path(), std::move(name)));
    } else if (entry.is_regular_file(error) && has_photo_extension(entry.path())) {
      into.photos.push_back(std::move(name));
    } else {
      into.strays.push_back(std::move(name));
    }
  }

  [[nodiscard]] bool may_enter(const fs::path& folder) const {
    std::error_code error;
    const auto real = fs::canonical(folder, error);
    // One that cannot be resolved is entered, so that scan() says why.
    return open_.size() < kMaxDepth && (error || std::ranges::find(open_, real) == open_.end());
  }

  std::vector<fs::path> open_;  // the folders that are being read, from the root down
};

void collect(const ScannedFolder& folder, const std::string& prefix, std::vector<std::string> ScannedFolder::*files,
             std::vector<std::string>& out) {
  for (const auto& file : folder.*files) {
    out.push_back(prefix + file);
  }
  for (const auto& inner : folder.folders) {
    collect(inner, prefix + inner.name + "/", files, out);
  }
}

}  // namespace

std::vector<std::string> ScannedFolder::all_photos() const {
  std::vector<std::string> out;
  collect(*this, "", &ScannedFolder::photos, out);
  std::ranges::sort(out);
  return out;
}

std::vector<std::string> ScannedFolder::all_strays() const {
  std::vector<std::string> out;
  collect(*this, "", &ScannedFolder::strays, out);
  return out;
}

bool ScannedFolder::holds_photos() const {
  return !photos.empty() || std::ranges::any_of(folders, &ScannedFolder::holds_photos);
}

ScannedFolder scan_folder(const std::filesystem::path& folder) { return Scanner().scan(folder, ""); }

}  // namespace alexnet
