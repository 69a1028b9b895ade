#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "alexnet/data/dataset.h"
#include "alexnet/image/image.h"

namespace alexnet::cli {

/// A photo to predict: a file, bytes that came on standard input, or an item of a data set.
struct PhotoSource {
  std::string name;  ///< the file, "-" for standard input
  std::vector<std::byte> bytes = {};
  std::shared_ptr<const Dataset> dataset = {};
  std::size_t item = 0;
};

/// The photos behind words, in their order: files; all of a folder, by path; those that match a pattern ("*.jpg");
/// those that a file *.txt lists, one a line; for "-" the photo on standard input, or such a list. Throws kFolderEmpty
/// for a folder without a photo, kFileMissing for a pattern without a match or a list that is not there.
[[nodiscard]] std::vector<PhotoSource> find_photos(const std::vector<std::string>& words);

/// `count` photos that the training of a run did not see, spread over its test part (or val where it has none); their
/// names tell what they are. Throws kResumeMissing for a folder that is no run.
[[nodiscard]] std::vector<PhotoSource> held_out_photos(const std::string& run, int count, const LogSink& log);

/// Reads and decodes.
[[nodiscard]] Image load_photo(const PhotoSource& source, bool apply_orientation);

}  // namespace alexnet::cli
