#include <algorithm>
#include <cctype>
#include <set>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/data/dataset.h"
#include "alexnet/image/decode.h"

#include "data/folder_scan.h"
#include "data/memory_dataset.h"

namespace alexnet {
namespace {

// Of a photo's file; the largest camera raw exports stay far below.
constexpr std::size_t kMaxPhotoBytes = std::size_t{1} << 30;
// With 70/15/15 a class of fewer photos leaves a part without any.
constexpr std::size_t kFewPhotos = 5;

/// The part that a folder of this name stands for, in any case of letters.
std::optional<Part> part_of(std::string name) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (name == "train") {
    return Part::kTrain;
  }
  if (name == "val" || name == "valid" || name == "validation") {
    return Part::kVal;
  }
  return name == "test" ? std::optional(Part::kTest) : std::nullopt;
}

/// Folders named after the parts overrule when no other folder holds photos: "train" may be a class among others.
bool is_in_parts(const ScannedFolder& root) {
  const auto other = [](const ScannedFolder& f) { return f.holds_photos() && !part_of(f.name); };
  const auto part = [](const ScannedFolder& f) { return f.holds_photos() && part_of(f.name); };
  return std::ranges::any_of(root.folders, part) && std::ranges::none_of(root.folders, other);
}

class ImageFolder final : public Dataset {
 public:
  ImageFolder(const std::filesystem::path& folder, const LogSink& log) {
    root_ = folder;
    name_ = folder_name(folder);
    const auto scanned = scan_folder(folder);
    strays_ = scanned.all_strays();
    if (!scanned.holds_photos()) {
      throw Error(Message::kFolderEmpty, {{"where", root_.string()}});
    }
    if (is_in_parts(scanned)) {
      add_parts(scanned);
    } else {
      add_classes(scanned, root_, "", std::nullopt);
    }
    number_classes();
    report(log);
  }

  [[nodiscard]] Image load(std::size_t item, bool apply_orientation) const override {
    const auto bytes = read_file(path_of(item), kMaxPhotoBytes);
    return decode_image(bytes, items_[item].path, {.apply_orientation = apply_orientation});
  }

  [[nodiscard]] std::string content_hash(std::size_t item) const override {
    return sha256(read_file(path_of(item), kMaxPhotoBytes));
  }

 private:
  [[nodiscard]] std::filesystem::path path_of(std::size_t item) const { return root_ / items_.at(item).path; }

  void add_parts(const ScannedFolder& root) {
    for (const auto& folder : root.folders) {
      if (folder.holds_photos()) {
        add_classes(folder, root_ / folder.name, folder.name + "/", part_of(folder.name));
      }
    }
  }

  /// Every folder of `folder` is a class. A class may be missing in val and test, but a folder made for one and left
  /// empty is a mistake in any part.
  void add_classes(const ScannedFolder& folder, const std::filesystem::path& path, const std::string& prefix,
                   std::optional<Part> part) {
    const auto holds = [](const ScannedFolder& f) { return f.holds_photos(); };
    if (std::ranges::none_of(folder.folders, holds)) {
      throw Error(Message::kFolderFlat, {{"where", path.string()}});
    }
    for (const auto& photo : folder.photos) {
      strays_.push_back(prefix + photo);
    }
    for (const auto& one : folder.folders) {
      if (!one.holds_photos()) {
        throw Error(Message::kClassEmpty, {{"where", (path / one.name).string()}});
      }
      const std::string below = prefix + one.name + '/';
      for (const auto& photo : one.all_photos()) {
        items_.push_back({.path = below + photo, .fixed_part = part});
        class_of_item_.push_back(one.name);
      }
    }
  }

  void number_classes() {
    const std::set<std::string> names(class_of_item_.begin(), class_of_item_.end());
    classes_.assign(names.begin(), names.end());
    if (classes_.size() < 2) {
      throw Error(Message::kOneClass, {{"where", root_.string()}});
    }
    for (std::size_t i = 0; i < items_.size(); ++i) {
      items_[i].label =
          static_cast<std::int32_t>(std::ranges::lower_bound(classes_, class_of_item_[i]) - classes_.begin());
    }
    class_of_item_ = {};
    std::ranges::sort(items_, {}, &Item::path);
  }

  void report(const LogSink& log) const {
    if (!strays_.empty()) {
      const auto shown = std::min<std::size_t>(strays_.size(), 3);
      alexnet::log(
          log, Severity::kWarning, Message::kWarnPhotosSkipped,
          {{"count", fmt::format("{} {}", strays_.size(), strays_.size() == 1 ? "file" : "files")},
           {"first", fmt::format("{}", fmt::join(strays_.begin(), strays_.begin() + static_cast<long>(shown), ", "))},
           {"where", root_.string()}});
    }
    std::vector<std::size_t> photos(classes_.size());
    for (const auto& item : items_) {
      ++photos[static_cast<std::size_t>(item.label)];
    }
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      if (photos[c] < kFewPhotos) {
        alexnet::log(
            log, Severity::kWarning, Message::kWarnFewPhotos,
            {{"where", classes_[c]}, {"got", fmt::format("{} {}", photos[c], photos[c] == 1 ? "photo" : "photos")}});
      }
    }
  }

  std::vector<std::string> strays_;
  std::vector<std::string> class_of_item_;
};

}  // namespace

std::unique_ptr<Dataset> open_image_folder(const std::filesystem::path& folder, const LogSink& log) {
  return std::make_unique<ImageFolder>(folder, log);
}

}  // namespace alexnet
