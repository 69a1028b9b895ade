#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "alexnet/data/dataset.h"

namespace alexnet {

/// Which part each item of a data set belongs to.
struct Split {
  std::vector<Part> part;  ///< one an item
  [[nodiscard]] std::vector<std::size_t> items(Part wanted) const;
};

struct SplitOptions {
  enum class Mode { kQuota, kShuffle };
  /// `quota`: each class fills its train, val and test shares in the order of content hashes, duplicates together; a
  /// photo keeps its part when others are added. `shuffle`: one seeded permutation, the first `train` share trains, the
  /// rest validates (floor(n * train), as Keras cuts).
  Mode mode = Mode::kQuota;
  double train = 0.70;
  double val = 0.15;
  double test = 0.15;
  std::uint64_t seed = 0;
  /// Rows of an existing split.csv stand; empty = none.
  std::filesystem::path existing = {};
};

/// Folders named train, val, test overrule; where a set brings test photos but no val, val is taken from the others,
/// and where it brings only train, all are split. Equal photos stay together across classes; a renamed photo keeps its
/// row. Throws kClassMissingInSplit when a class has no training photo, kTooFewPhotos where none is left to validate.
[[nodiscard]] Split make_split(const Dataset& dataset, const std::vector<std::string>& content_hashes,
                               const SplitOptions& options);

/// Columns: path,label,class,part,sha256.
void write_split(const std::filesystem::path& path, const Dataset& dataset, const Split& split,
                 const std::vector<std::string>& content_hashes);
/// The parts for `dataset` by path. Throws kFileFormat naming the line, kDataChanged when a photo of the file is gone
/// or one of the data set is not in the file.
[[nodiscard]] Split read_split(const std::filesystem::path& path, const Dataset& dataset);

}  // namespace alexnet
