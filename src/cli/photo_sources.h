#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "alexnet/image/image.h"

namespace alexnet::cli {

/// A photo to predict: a file, or bytes that came on standard input.
struct PhotoSource {
  std::string name;  ///< the file, "-" for standard input
  std::vector<std::byte> bytes = {};
};

/// The photos behind the words PHOTO, FOLDER and "-", in their order; a folder's by path. Standard input holds a photo,
/// or a list of files, one a line. Throws kFolderEmpty for a folder without a photo.
[[nodiscard]] std::vector<PhotoSource> find_photos(const std::vector<std::string>& words);

/// Reads and decodes.
[[nodiscard]] Image load_photo(const PhotoSource& source, bool apply_orientation);

}  // namespace alexnet::cli
