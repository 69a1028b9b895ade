#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/data/dataset.h"
#include "alexnet/image/decode.h"

#include "data/folder_layout.h"
#include "data/memory_dataset.h"

namespace alexnet {
namespace {

class ImageFolder final : public Dataset {
 public:
  ImageFolder(const std::filesystem::path& folder_or_list, const LogSink& log) {
    root_ = root_of(folder_or_list);
    name_ = is_photo_list(folder_or_list) ? folder_or_list.stem().string() : folder_name(folder_or_list);
    auto layout = read_layout(folder_or_list);
    strays_ = std::move(layout.strays);
    for (auto& one : layout.classes) {
      add_class(one);
    }
    number_classes(folder_or_list);
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

  /// A class may be missing in val and test, but a folder made for one and left empty is a mistake in any part.
  void add_class(ClassFolder& folder) {
    if (folder.photos.empty()) {
      throw Error(Message::kClassEmpty, {{"where", (root_ / folder.path).string()}});
    }
    for (auto& photo : folder.photos) {
      items_.push_back({.path = std::move(photo), .fixed_part = folder.part});
      class_of_item_.push_back(folder.name);
    }
  }

  void number_classes(const std::filesystem::path& folder_or_list) {
    const std::set<std::string> names(class_of_item_.begin(), class_of_item_.end());
    classes_.assign(names.begin(), names.end());
    if (classes_.size() < 2) {
      throw Error(Message::kOneClass, {{"where", folder_or_list.string()}});
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

std::unique_ptr<Dataset> open_image_folder(const std::filesystem::path& folder_or_list, const LogSink& log) {
  return std::make_unique<ImageFolder>(folder_or_list, log);
}

}  // namespace alexnet
