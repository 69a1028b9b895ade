#include "cli/plain_folder.h"

#include "alexnet/core/files.h"
#include "alexnet/image/decode.h"

#include "cli/photo_sources.h"

namespace alexnet::cli {
namespace {

class PlainFolder final : public Dataset {
 public:
  explicit PlainFolder(const std::filesystem::path& folder) {
    root_ = folder;
    name_ = folder.string();
    classes_ = {""};
    for (const auto& source : find_photos({folder.string()})) {
      items_.push_back({.path = std::filesystem::path(source.name).lexically_relative(folder).generic_string()});
    }
  }

  [[nodiscard]] Image load(std::size_t item, bool apply_orientation) const override {
    return load_image(root_ / items_.at(item).path, {.apply_orientation = apply_orientation});
  }
  [[nodiscard]] std::string content_hash(std::size_t item) const override {
    return sha256(read_file(root_ / items_.at(item).path));
  }
};

}  // namespace

std::unique_ptr<Dataset> open_plain_folder(const std::filesystem::path& folder) {
  return std::make_unique<PlainFolder>(folder);
}

}  // namespace alexnet::cli
