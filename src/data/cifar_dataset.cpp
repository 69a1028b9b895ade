#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"

#include "data/known_layout.h"
#include "data/memory_dataset.h"

namespace alexnet {
namespace {

constexpr int kSide = 32;
constexpr std::size_t kPlane = std::size_t{kSide} * kSide;
constexpr std::size_t kRow = 1 + 3 * kPlane;  // label, red plane, green plane, blue plane
constexpr std::size_t kMaxRows = 100'000;     // the published files hold 10,000
constexpr std::size_t kClasses = 10;

struct Rows {
  std::vector<std::uint8_t> pixels;
  std::vector<std::uint8_t> labels;
};

void append_rows(const std::filesystem::path& file, Rows& rows) {
  const auto bytes = read_file(file, kMaxRows * kRow);
  if (bytes.empty() || bytes.size() % kRow != 0) {
    throw Error(Message::kFileFormat, {{"where", file.string()},
                                       {"expected", fmt::format("a multiple of {} bytes", kRow)},
                                       {"got", fmt::format("{}", bytes.size())}});
  }
  for (std::size_t start = 0; start < bytes.size(); start += kRow) {
    const auto label = std::to_integer<std::uint8_t>(bytes[start]);
    if (label >= kClasses) {
      throw Error(Message::kFileFormat, {{"where", fmt::format("{}, picture {}", file.string(), start / kRow)},
                                         {"expected", "a class from 0 to 9"},
                                         {"got", std::to_string(label)}});
    }
    rows.labels.push_back(label);
    const std::byte* planes = bytes.data() + start + 1;
    for (std::size_t i = 0; i < kPlane; ++i) {
      for (std::size_t channel = 0; channel < 3; ++channel) {
        rows.pixels.push_back(std::to_integer<std::uint8_t>(planes[channel * kPlane + i]));
      }
    }
  }
}

std::vector<std::string> class_names(const std::filesystem::path& folder) {
  const auto file = folder / "batches.meta.txt";
  std::vector<std::string> names;
  if (std::filesystem::exists(file)) {
    std::istringstream words(read_text(file));
    for (std::string word; words >> word;) {
      names.push_back(word);
    }
  }
  return names.size() == kClasses ? names : known_class_names("cifar10");
}

}  // namespace

bool holds_cifar(const std::filesystem::path& folder) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(folder / "data_batch_1.bin", ignored);
}

std::unique_ptr<Dataset> open_cifar(const std::filesystem::path& folder) {
  Rows train;
  for (int i = 1; i <= 5; ++i) {
    const auto file = folder / fmt::format("data_batch_{}.bin", i);
    // Whoever has copied fewer of the five files still has a data set.
    if (i == 1 || std::filesystem::exists(file)) {
      append_rows(file, train);
    }
  }
  Rows test;
  append_rows(folder / "test_batch.bin", test);
  auto dataset = std::make_unique<MemoryDataset>(folder, kSide, kSide, 3);
  dataset->set_classes(class_names(folder));
  dataset->add_part(Part::kTrain, std::move(train.pixels), train.labels);
  dataset->add_part(Part::kTest, std::move(test.pixels), test.labels);
  return dataset;
}

}  // namespace alexnet
