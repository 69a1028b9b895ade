#include "data/known_layout.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/data/dataset.h"

#include "data/memory_dataset.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFlowersAClass = 80;
constexpr std::array kIdxStems = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
                                  "t10k-labels-idx1-ubyte"};

[[noreturn]] void reject(const std::string& source, std::string reason) {
  throw Error(Message::kArchiveInvalid, {{"where", source}, {"reason", std::move(reason)}});
}

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

std::string last_name(std::string_view entry) { return std::string(entry.substr(entry.find_last_of('/') + 1)); }

/// Class of image i (from 1) = (i - 1) div 80. Source: files.txt of the archive and the set's page.
fs::path flower_place(std::size_t number) {
  static const auto classes = known_class_names("flowers17");
  return fs::path(classes[(number - 1) / kFlowersAClass]) / fmt::format("image_{:04}.jpg", number);
}

fs::path place_flower(std::string_view entry) {
  const auto name = last_name(entry);
  std::size_t number = 0;
  constexpr std::string_view kStart = "image_";
  if (name.size() != std::string_view("image_0001.jpg").size() || !name.starts_with(kStart)) {
    return {};
  }
  std::from_chars(name.data() + kStart.size(), name.data() + name.size(), number);
  if (number < 1 || number > kFlowers) {
    return {};
  }
  auto place = flower_place(number);
  return place.filename() == name ? place : fs::path();
}

bool has_flowers(const fs::path& folder) {
  for (std::size_t i = 1; i <= kFlowers; ++i) {
    if (!is_file(folder / flower_place(i))) {
      return false;
    }
  }
  return true;
}

void verify_flowers(const fs::path& folder, const std::string& source) {
  for (std::size_t i = 1; i <= kFlowers; ++i) {
    const auto photo = folder / flower_place(i);
    if (!is_file(photo)) {
      reject(source, fmt::format("it holds no {}", photo.filename().string()));
    }
    const auto expected = kFlowers17Sha256[i - 1];
    if (const auto got = sha256(read_file(photo)); got != expected) {
      throw Error(Message::kChecksumWrong, {{"where", fmt::format("{} of {}", photo.filename().string(), source)},
                                            {"expected", std::string(expected)},
                                            {"got", got}});
    }
  }
}

fs::path place_idx(std::string_view entry) {
  const auto name = last_name(entry);
  const bool wanted =
      std::ranges::any_of(kIdxStems, [&](const std::string& stem) { return name == stem || name == stem + ".gz"; });
  return wanted ? fs::path(name) : fs::path();
}

bool has_idx(const fs::path& folder) {
  return std::ranges::all_of(
      kIdxStems, [&](const std::string& stem) { return is_file(folder / stem) || is_file(folder / (stem + ".gz")); });
}

void verify_size(const Dataset& dataset, std::size_t photos, const std::string& source) {
  if (dataset.size() != photos || dataset.classes().size() != 10) {
    reject(source, fmt::format("expected {} pictures of 10 classes, got {} of {}", photos, dataset.size(),
                               dataset.classes().size()));
  }
}

void verify_idx(const fs::path& folder, const std::string& source) {
  if (!has_idx(folder)) {
    reject(source, fmt::format("expected the four files {}(.gz)", fmt::join(kIdxStems, "(.gz), ")));
  }
  verify_size(*open_idx(folder), 70'000, source);
}

fs::path place_cifar(std::string_view entry) {
  const auto name = last_name(entry);
  const bool batch = name.size() == std::string_view("data_batch_1.bin").size() && name.starts_with("data_batch_") &&
                     name[11] >= '1' && name[11] <= '5' && name.ends_with(".bin");
  if (batch || name == "test_batch.bin" || name == "batches.meta.txt") {
    return name;
  }
  // Or photos: .../train/cat/0001.jpg
  const fs::path photo(entry);
  const auto label = photo.parent_path();
  const auto part = label.parent_path().filename();
  const bool wanted = (part == "train" || part == "test") && photo.extension() == ".jpg";
  return wanted ? part / label.filename() / photo.filename() : fs::path();
}

bool has_cifar_batches(const fs::path& folder) {
  for (int i = 1; i <= 5; ++i) {
    if (!is_file(folder / fmt::format("data_batch_{}.bin", i))) {
      return false;
    }
  }
  return is_file(folder / "test_batch.bin");
}

bool has_cifar(const fs::path& folder) {
  if (has_cifar_batches(folder)) {
    return true;
  }
  const auto classes = known_class_names("cifar10");
  std::error_code ignored;
  return std::ranges::all_of(classes, [&](const std::string& name) {
    return fs::is_directory(folder / "train" / name, ignored) && fs::is_directory(folder / "test" / name, ignored);
  });
}

void verify_cifar(const fs::path& folder, const std::string& source) {
  if (!has_cifar(folder)) {
    reject(source, "expected data_batch_1.bin to data_batch_5.bin and test_batch.bin, or folders train and test");
  }
  verify_size(*(has_cifar_batches(folder) ? open_cifar(folder) : open_image_folder(folder)), 60'000, source);
}

struct NamedLayout {
  std::string_view set;
  SetLayout layout;
};

const std::array<NamedLayout, 4>& layouts() {
  static const std::array<NamedLayout, 4> all = {{
      {"flowers17", {{}, place_flower, false, has_flowers, verify_flowers}},
      {"fashion-mnist", {{}, place_idx, true, has_idx, verify_idx}},
      {"mnist", {{}, place_idx, false, has_idx, verify_idx}},
      {"cifar10", {{"cifar10-images.tgz"}, place_cifar, false, has_cifar, verify_cifar}},
  }};
  return all;
}

}  // namespace

const SetLayout& layout_of(const KnownSet& set) {
  const auto found = std::ranges::find(layouts(), std::string_view(set.name), &NamedLayout::set);
  if (found == layouts().end()) {
    throw Error(Message::kUnknownName, {{"kind", "data set"}, {"where", set.name}});
  }
  return found->layout;
}

std::vector<std::string> known_class_names(std::string_view set) {
  if (set == "flowers17") {
    return {"daffodil",  "snowdrop", "lily of the valley", "bluebell",   "crocus", "iris",
            "tigerlily", "tulip",    "fritillary",         "sunflower",  "daisy",  "coltsfoot",
            "dandelion", "cowslip",  "buttercup",          "windflower", "pansy"};
  }
  if (set == "fashion-mnist") {
    return {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"};
  }
  if (set == "cifar10") {
    return {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"};
  }
  return {};
}

std::filesystem::path package_folder(const KnownSet& set) {
  return set.package.empty() ? fs::path() : fs::path("/usr/share/datasets") / set.name;
}

}  // namespace alexnet
