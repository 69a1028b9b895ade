#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include "alexnet/image/decode.h"
#include "alexnet/image/resize.h"

#include "image/fixtures.h"

namespace alexnet {
namespace {

/// Every 136th photograph of the archive, in the order of their names: image_0001, image_0137 ...
std::map<std::string, Image> ten_flowers(const std::filesystem::path& path) {
  const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(), archive_read_free);
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_format_tar(reader.get());
  std::map<std::string, Image> photos;
  if (archive_read_open_filename(reader.get(), path.c_str(), 1 << 16) != ARCHIVE_OK) {
    return photos;
  }
  archive_entry* entry = nullptr;
  while (archive_read_next_header(reader.get(), &entry) == ARCHIVE_OK) {
    const std::string name = std::filesystem::path(archive_entry_pathname(entry)).filename();
    if (!name.starts_with("image_") || (std::stoi(name.substr(6)) - 1) % 136 != 0) {
      continue;
    }
    std::vector<std::byte> bytes(static_cast<std::size_t>(archive_entry_size(entry)));
    archive_read_data(reader.get(), bytes.data(), bytes.size());
    photos[name] = decode_image(bytes, name);
  }
  return photos;
}

TEST(Resize, EqualsPillowOnFlowers) {
  const char* data = std::getenv("ALEXNET_DATA");
  const std::filesystem::path path = std::filesystem::path(data != nullptr ? data : "") / "17flowers.tgz";
  if (!std::filesystem::exists(path)) {
    GTEST_SKIP() << "needs ALEXNET_DATA, a folder with 17flowers.tgz";
  }
  const auto photos = ten_flowers(path);
  ASSERT_EQ(photos.size(), 10U);
  // tests/data/image/flowers.tsv: what the Pillow named there decodes and resizes to 20 sizes with 4 filters.
  const auto rows = test::fixture_table("flowers.tsv");
  ASSERT_EQ(rows.size(), 80U);
  for (const auto& row : rows) {
    std::vector<std::uint8_t> all;
    for (const auto& [name, photo] : photos) {
      const Image out = resize(photo, std::stoi(row[0]), std::stoi(row[1]), {.filter = filter_by_name(row[2])});
      all.insert(all.end(), out.pixels.begin(), out.pixels.end());
    }
    EXPECT_EQ(test::digest(all), row[3]) << row[0] << " x " << row[1] << " " << row[2];
  }
}

}  // namespace
}  // namespace alexnet
