#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alexnet/core/log.h"
#include "alexnet/image/image.h"

namespace alexnet {

enum class Part : std::uint8_t { kTrain, kVal, kTest };
[[nodiscard]] std::string_view name_of(Part part);  ///< "train", "val", "test"

/// A photo of a data set.
struct Item {
  std::string path;  ///< relative to the set's root, UTF-8, "/" separated; "test/00012" where there is no file
  std::int32_t label = 0;
  std::optional<Part> fixed_part = {};  ///< from folders named train, val|valid|validation, test
};

/// Photos with class names. Photos are loaded on demand, from any thread.
class Dataset {
 public:
  virtual ~Dataset() = default;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  [[nodiscard]] const std::vector<std::string>& classes() const { return classes_; }
  [[nodiscard]] const std::vector<Item>& items() const { return items_; }
  [[nodiscard]] std::size_t size() const { return items_.size(); }

  /// The decoded photo. Throws the decoder's errors (an unreadable photo is the caller's to count).
  [[nodiscard]] virtual Image load(std::size_t item, bool apply_orientation) const = 0;
  /// SHA-256 of the photo's bytes, lower-case hexadecimal.
  [[nodiscard]] virtual std::string content_hash(std::size_t item) const = 0;
  /// Width and height of photos where all are equal (28x28 sets), else nothing.
  [[nodiscard]] virtual std::optional<std::pair<int, int>> common_size() const { return std::nullopt; }

 protected:
  std::string name_;
  std::filesystem::path root_;
  std::vector<std::string> classes_;
  std::vector<Item> items_;
};

/// A folder with one sub-folder a class (FOLDER/class/photo), or FOLDER/{train,val|valid|validation,test}/class/photo.
/// Parts are meant only where no other folder holds photos; then a class may be missing in val and test (make_split
/// asks for it in train), but a class folder without photos is an error in each. Folders inside a class folder belong
/// to it; links are followed, not in circles. Classes are sorted by name, photos by path; hidden files are passed over,
/// other files reported to `log` as skipped, classes of fewer than 5 photos warned of. A folder `quarantine` directly
/// in FOLDER is no class: what check_folder found lies there (fix_list.h). Throws kFolderMissing,
/// kFolderFlat, kFolderEmpty, kClassEmpty, kOneClass, kNoPermission.
/// Or a list, LIST.csv, with the columns path,label or path,label,part; paths are relative to its folder. Throws
/// kFileMissing, kFileFormat naming the line, kFolderEmpty, kOneClass.
[[nodiscard]] std::unique_ptr<Dataset> open_image_folder(const std::filesystem::path& folder_or_list,
                                                         const LogSink& log = {});

/// Whether a word stands for a list of photos instead of a folder or set: it ends in .csv.
[[nodiscard]] bool is_photo_list(const std::filesystem::path& path);

/// A folder of photos, idx files or CIFAR-10's binary files; a list of photos (LIST.csv); or a known set by name
/// ("flowers17", fetched before: else kFileMissing says how to fetch it). A folder that is there comes before a name.
[[nodiscard]] std::unique_ptr<Dataset> open_dataset(const std::string& name_or_folder, const LogSink& log = {});

/// SHA-256 over all paths, labels and content hashes: equal when and only when the set is.
[[nodiscard]] std::string fingerprint(const Dataset& dataset, const std::vector<std::string>& content_hashes);
/// content_hash of each item, on `threads` threads.
[[nodiscard]] std::vector<std::string> content_hashes(const Dataset& dataset, int threads);

}  // namespace alexnet
