#include "alexnet/image/orientation.h"

#include <array>

#include <gtest/gtest.h>

#include "image/fixtures.h"

namespace alexnet {
namespace {

using test::image_of;

std::vector<std::byte> bytes_of(const std::vector<int>& values) {
  std::vector<std::byte> bytes;
  for (const int value : values) {
    bytes.push_back(static_cast<std::byte>(value));
  }
  return bytes;
}

/// A TIFF block, most significant byte first, with one entry.
std::vector<std::byte> block(int tag_high, int tag_low, int type, int count, int high, int low) {
  return bytes_of({'M', 'M', 0, '*', 0, 0, 0, 8, 0, 1, tag_high, tag_low, 0, type, 0, 0, 0, count, high, low, 0, 0});
}

TEST(ExifOrientation, ReadsBothByteOrders) {
  EXPECT_EQ(exif_orientation(block(1, 0x12, 3, 1, 0, 6)), 6);
  EXPECT_EQ(exif_orientation(bytes_of({'I', 'I', '*', 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 8, 0, 0, 0})), 8);
}

TEST(ExifOrientation, IsOneWhereTheTagIsMissingOrInvalid) {
  EXPECT_EQ(exif_orientation(block(1, 0x13, 3, 1, 0, 6)), 1) << "another tag";
  EXPECT_EQ(exif_orientation(block(1, 0x12, 3, 1, 0, 0)), 1) << "value 0";
  EXPECT_EQ(exif_orientation(block(1, 0x12, 3, 1, 0, 9)), 1) << "value 9";
  EXPECT_EQ(exif_orientation(block(1, 0x12, 3, 1, 1, 6)), 1) << "value 262";
  EXPECT_EQ(exif_orientation(block(1, 0x12, 2, 1, 0, 6)), 1) << "a text";
  EXPECT_EQ(exif_orientation(block(1, 0x12, 3, 2, 0, 6)), 1) << "two values";
  EXPECT_EQ(exif_orientation({}), 1);
}

TEST(ExifOrientation, NeverReadsPastAnyCut) {
  const std::vector<std::byte> whole = block(1, 0x12, 3, 1, 0, 6);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_EQ(exif_orientation(cut), 1) << length;
  }
}

TEST(ExifOrientation, SurvivesHostileCountsAndOffsets) {
  std::vector<std::byte> many = block(1, 0x12, 3, 1, 0, 6);
  many[8] = many[9] = std::byte{0xFF};  // 65535 entries, of which one is there
  EXPECT_EQ(exif_orientation(many), 6);
  for (const int offset : {0xFF, 0x80, 0x7F}) {
    std::vector<std::byte> far = block(1, 0x12, 3, 1, 0, 6);
    far[4] = far[5] = far[6] = far[7] = static_cast<std::byte>(offset);
    EXPECT_EQ(exif_orientation(far), 1);
  }
}

TEST(Oriented, ShowsTheEightCases) {
  // EXIF 2.3, tag 274. Stored: 1 2 3 / 4 5 6.
  const Image stored = image_of(3, 2, 1, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(oriented(stored, 1), stored);
  EXPECT_EQ(oriented(stored, 2), image_of(3, 2, 1, {3, 2, 1, 6, 5, 4}));
  EXPECT_EQ(oriented(stored, 3), image_of(3, 2, 1, {6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(oriented(stored, 4), image_of(3, 2, 1, {4, 5, 6, 1, 2, 3}));
  EXPECT_EQ(oriented(stored, 5), image_of(2, 3, 1, {1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(oriented(stored, 6), image_of(2, 3, 1, {4, 1, 5, 2, 6, 3}));
  EXPECT_EQ(oriented(stored, 7), image_of(2, 3, 1, {6, 3, 5, 2, 4, 1}));
  EXPECT_EQ(oriented(stored, 8), image_of(2, 3, 1, {3, 6, 2, 5, 1, 4}));
}

TEST(Oriented, MovesWholePixels) {
  const Image stored = image_of(2, 1, 3, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(oriented(stored, 6), image_of(1, 2, 3, {1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(oriented(stored, 3), image_of(2, 1, 3, {4, 5, 6, 1, 2, 3}));
}

TEST(Oriented, TakesAnythingElseAsOne) {
  const Image stored = test::generated(4, 3, 3);
  for (const int tag : {-1, 0, 9, 100}) {
    EXPECT_EQ(oriented(stored, tag), stored) << tag;
  }
}

}  // namespace
}  // namespace alexnet
