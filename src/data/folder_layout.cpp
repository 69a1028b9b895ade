#include "data/folder_layout.h"

#include <algorithm>
#include <cctype>

#include "alexnet/core/error.h"

#include "data/folder_scan.h"
#include "data/photo_list.h"

namespace alexnet {
namespace {

/// Folders named after the parts overrule when no other folder holds photos: "train" may be a class among others.
bool is_in_parts(const ScannedFolder& root) {
  const auto other = [](const ScannedFolder& f) { return f.holds_photos() && !part_by_name(f.name); };
  const auto part = [](const ScannedFolder& f) { return f.holds_photos() && part_by_name(f.name); };
  return std::ranges::any_of(root.folders, part) && std::ranges::none_of(root.folders, other);
}

/// Every folder of `folder`, which lies at `prefix` below `root`, is a class.
void add_classes(const ScannedFolder& folder, const std::filesystem::path& root, const std::string& prefix,
                 std::optional<Part> part, FolderLayout& layout) {
  if (std::ranges::none_of(folder.folders, &ScannedFolder::holds_photos)) {
    throw Error(Message::kFolderFlat, {{"where", (folder.name.empty() ? root : root / folder.name).string()}});
  }
  for (const auto& photo : folder.photos) {
    layout.strays.push_back(prefix + photo);
  }
  for (const auto& one : folder.folders) {
    ClassFolder one_class{.name = one.name, .path = prefix + one.name, .part = part, .photos = one.all_photos()};
    for (auto& photo : one_class.photos) {
      photo.insert(0, one_class.path + '/');
    }
    layout.classes.push_back(std::move(one_class));
  }
}

}  // namespace

std::optional<Part> part_by_name(std::string name) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (name == "train") {
    return Part::kTrain;
  }
  if (name == "val" || name == "valid" || name == "validation") {
    return Part::kVal;
  }
  return name == "test" ? std::optional(Part::kTest) : std::nullopt;
}

std::filesystem::path root_of(const std::filesystem::path& folder_or_list) {
  if (!is_photo_list(folder_or_list)) {
    return folder_or_list;
  }
  return folder_or_list.has_parent_path() ? folder_or_list.parent_path() : ".";
}

FolderLayout read_layout(const std::filesystem::path& root) {
  if (is_photo_list(root)) {
    return read_photo_list(root);
  }
  auto scanned = scan_folder(root);
  std::erase_if(scanned.folders, [](const ScannedFolder& f) { return f.name == kQuarantine; });
  if (!scanned.holds_photos()) {
    throw Error(Message::kFolderEmpty, {{"where", root.string()}});
  }
  FolderLayout layout{.classes = {}, .strays = scanned.all_strays()};
  if (!is_in_parts(scanned)) {
    add_classes(scanned, root, "", std::nullopt, layout);
    return layout;
  }
  for (const auto& folder : scanned.folders) {
    if (folder.holds_photos()) {
      add_classes(folder, root, folder.name + "/", part_by_name(folder.name), layout);
    }
  }
  return layout;
}

}  // namespace alexnet
