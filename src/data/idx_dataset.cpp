#include <algorithm>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"

#include "data/idx.h"
#include "data/known_layout.h"
#include "data/memory_dataset.h"

namespace alexnet {
namespace {

constexpr std::uint32_t kMaxPictureSide = 1024;

/// The file of that name, or the same with .gz; an empty path where neither is there.
std::filesystem::path find_idx(const std::filesystem::path& folder, const std::string& stem) {
  std::error_code ignored;
  for (const char* ending : {"", ".gz"}) {
    auto path = folder / (stem + ending);
    if (std::filesystem::is_regular_file(path, ignored)) {
      return path;
    }
  }
  return {};
}

IdxArray read_idx_file(const std::filesystem::path& folder, const std::string& stem, int dimensions) {
  const auto path = find_idx(folder, stem);
  if (path.empty()) {
    throw Error(Message::kFileMissing, {{"where", (folder / (stem + ".gz")).string()}});
  }
  ByteReader reader(path);
  return read_idx(reader, dimensions);
}

struct IdxPart {
  IdxArray pictures;
  IdxArray labels;
};

IdxPart read_part(const std::filesystem::path& folder, const std::string& stem) {
  IdxPart part{read_idx_file(folder, stem + "-images-idx3-ubyte", 3),
               read_idx_file(folder, stem + "-labels-idx1-ubyte", 1)};
  const auto& extents = part.pictures.extents;
  if (extents[0] != part.labels.extents[0] || extents[0] == 0) {
    throw Error(Message::kFileFormat,
                {{"where", (folder / stem).string()},
                 {"expected", "as many labels as pictures, and at least one"},
                 {"got", fmt::format("{} pictures, {} labels", extents[0], part.labels.extents[0])}});
  }
  if (extents[1] == 0 || extents[2] == 0 || extents[1] > kMaxPictureSide || extents[2] > kMaxPictureSide) {
    throw Error(Message::kFileFormat, {{"where", (folder / stem).string()},
                                       {"expected", fmt::format("pictures of 1x1 to {0}x{0}", kMaxPictureSide)},
                                       {"got", fmt::format("{}x{}", extents[2], extents[1])}});
  }
  return part;
}

std::vector<std::string> class_names(const std::filesystem::path& folder, std::size_t count) {
  std::vector<std::string> names;
  const auto file = folder / "classes.txt";
  if (std::filesystem::exists(file)) {
    std::istringstream lines(read_text(file));
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty() && line.back() == '\r') {
        line.pop_back();
      }
      if (!line.empty()) {
        names.push_back(line);
      }
    }
    if (names.size() < count) {
      throw Error(Message::kFileFormat, {{"where", file.string()},
                                         {"expected", fmt::format("{} names, one a line", count)},
                                         {"got", fmt::format("{}", names.size())}});
    }
    return names;
  }
  names = known_class_names(folder_name(folder));
  if (names.size() < count) {
    names.clear();
    for (std::size_t i = 0; i < count; ++i) {
      names.push_back(std::to_string(i));
    }
  }
  return names;
}

}  // namespace

bool holds_idx(const std::filesystem::path& folder) {
  return !find_idx(folder, "train-images-idx3-ubyte").empty() || !find_idx(folder, "t10k-images-idx3-ubyte").empty();
}

std::unique_ptr<Dataset> open_idx(const std::filesystem::path& folder) {
  auto train = read_part(folder, "train");
  auto test = read_part(folder, "t10k");
  const auto& size = train.pictures.extents;
  if (size[1] != test.pictures.extents[1] || size[2] != test.pictures.extents[2]) {
    throw Error(Message::kFileFormat,
                {{"where", (folder / "t10k").string()},
                 {"expected", fmt::format("pictures of {}x{} as in train", size[2], size[1])},
                 {"got", fmt::format("{}x{}", test.pictures.extents[2], test.pictures.extents[1])}});
  }
  const auto last = std::max(std::ranges::max(train.labels.values), std::ranges::max(test.labels.values));
  auto dataset = std::make_unique<MemoryDataset>(folder, static_cast<int>(size[2]), static_cast<int>(size[1]), 1);
  dataset->set_classes(class_names(folder, std::size_t{last} + 1));
  dataset->add_part(Part::kTrain, std::move(train.pictures.values), train.labels.values);
  dataset->add_part(Part::kTest, std::move(test.pictures.values), test.labels.values);
  return dataset;
}

}  // namespace alexnet
