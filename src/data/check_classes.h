#pragma once

#include <string>
#include <vector>

#include "alexnet/data/check.h"

#include "data/folder_layout.h"

namespace alexnet {

/// Findings about class folders: kClassTwins, kClassMissing, kClassEmpty, kOneClass, kImbalance, kFewPhotos. Photos are
/// counted where they train: in the part train, or in the whole set where it has no parts.
[[nodiscard]] std::vector<Finding> check_classes(const FolderLayout& layout);

/// What two names of one class have in common: lower case (Latin, Greek, Cyrillic), accents as marks of their own (NFD,
/// of Latin-1), and words parted by one space, whether they were parted by spaces, "_" or "-".
[[nodiscard]] std::string folded_name(const std::string& name);

}  // namespace alexnet
