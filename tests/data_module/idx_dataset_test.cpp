#include <gtest/gtest.h>

#include "alexnet/data/dataset.h"

#include "data/byte_reader.h"
#include "data/idx.h"
#include "data_module/packed.h"
#include "data_module/photo_folder.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

using testing_support::argument;
using testing_support::gzipped;
using testing_support::idx;
using testing_support::message_of;
using testing_support::put;
using testing_support::TemporaryFolder;
using testing_support::thrown;

using Strings = std::vector<std::string>;

/// Three training pictures of 3x2 and two test pictures, packed or not.
void put_idx(const std::filesystem::path& folder, bool packs) {
  const auto add = [&](const std::string& name, const std::string& content) {
    put(folder / (packs ? name + ".gz" : name), packs ? gzipped(content) : content);
  };
  add("train-images-idx3-ubyte", idx({3, 2, 3}, "abcdefghijklmnopqr"));
  add("train-labels-idx1-ubyte", idx({3}, std::string("\x00\x02\x01", 3)));
  add("t10k-images-idx3-ubyte", idx({2, 2, 3}, "ABCDEFGHIJKL"));
  add("t10k-labels-idx1-ubyte", idx({2}, std::string("\x01\x00", 2)));
}

TEST(IdxDataset, ReadsPlainAndPackedFiles) {
  for (const bool packs : {false, true}) {
    const TemporaryFolder folder;
    put_idx(folder.path(), packs);
    const auto dataset = open_dataset(folder.path().string());
    ASSERT_EQ(dataset->size(), 5U);
    EXPECT_EQ(dataset->items()[0].path, "train/00000");
    EXPECT_EQ(dataset->items()[1].label, 2);
    EXPECT_EQ(dataset->items()[2].fixed_part, Part::kTrain);
    EXPECT_EQ(dataset->items()[4].path, "test/00001");
    EXPECT_EQ(dataset->items()[4].fixed_part, Part::kTest);
    EXPECT_EQ(dataset->classes(), (Strings{"0", "1", "2"}));
    EXPECT_EQ(dataset->common_size(), (std::pair(3, 2)));
    const auto picture = dataset->load(4, true);
    EXPECT_EQ(picture.width, 3);
    EXPECT_EQ(picture.height, 2);
    EXPECT_EQ(picture.channels, 1);
    EXPECT_EQ(std::string(picture.pixels.begin(), picture.pixels.end()), "GHIJKL");
    EXPECT_NE(dataset->content_hash(0), dataset->content_hash(1));
    EXPECT_EQ(message_of([&] { static_cast<void>(dataset->load(5, true)); }), Message::kWrongCall);
  }
}

TEST(IdxDataset, TakesClassNamesFromAFile) {
  const TemporaryFolder folder;
  put_idx(folder.path(), false);
  put(folder / "classes.txt", "apple\r\npear tree\n梨\n");
  EXPECT_EQ(open_dataset(folder.path().string())->classes(), (Strings{"apple", "pear tree", "梨"}));
  put(folder / "classes.txt", "apple\n");
  EXPECT_EQ(message_of([&] { static_cast<void>(open_dataset(folder.path().string())); }), Message::kFileFormat);
}

TEST(IdxDataset, TakesClassNamesOfTheSetThatTheFolderIsNamedAfter) {
  const TemporaryFolder folder;
  put_idx(folder / "fashion-mnist", true);
  const auto dataset = open_dataset((folder / "fashion-mnist").string());
  EXPECT_EQ(dataset->classes()[2], "Pullover");
  EXPECT_EQ(dataset->classes().size(), 10U);
  EXPECT_EQ(dataset->name(), "fashion-mnist");
}

TEST(IdxDataset, NamesAMissingFile) {
  const TemporaryFolder folder;
  put_idx(folder.path(), true);
  std::filesystem::remove(folder / "t10k-labels-idx1-ubyte.gz");
  const auto error = thrown([&] { static_cast<void>(open_dataset(folder.path().string())); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kFileMissing);
  EXPECT_EQ(argument(*error, "where"), folder / "t10k-labels-idx1-ubyte.gz");
}

TEST(IdxDataset, RefusesFilesThatDoNotBelongTogether) {
  const auto with = [](const std::string& file, const std::string& content) {
    const TemporaryFolder folder;
    put_idx(folder.path(), false);
    put(folder / file, content);
    return message_of([&] { static_cast<void>(open_dataset(folder.path().string())); });
  };
  EXPECT_EQ(with("train-labels-idx1-ubyte", idx({2}, "ab")), Message::kFileFormat);
  EXPECT_EQ(with("t10k-images-idx3-ubyte", idx({2, 3, 2}, "ABCDEFGHIJKL")), Message::kFileFormat);
  EXPECT_EQ(with("t10k-images-idx3-ubyte", idx({2, 0, 2}, "")), Message::kFileFormat);
  EXPECT_EQ(with("train-images-idx3-ubyte", idx({3}, "abc")), Message::kFileFormat);
}

Message idx_error(const std::string& bytes, int dimensions = 3) {
  return message_of([&] {
    ByteReader reader(std::as_bytes(std::span(bytes)), "test.idx");
    static_cast<void>(read_idx(reader, dimensions));
  });
}

TEST(ReadIdx, RefusesHostileFiles) {
  EXPECT_EQ(idx_error(idx({1, 2, 2}, "abcd")), Message::kCount);  // the good one
  EXPECT_EQ(idx_error(""), Message::kFileFormat);
  EXPECT_EQ(idx_error(std::string("\0\0\x08", 3)), Message::kFileFormat);
  EXPECT_EQ(idx_error("GIF89a and more than sixteen bytes"), Message::kFileFormat);
  EXPECT_EQ(idx_error(std::string("\0\0\x0D\x03", 4) + idx({1, 2, 2}, "abcd").substr(4)), Message::kFileFormat);
  EXPECT_EQ(idx_error(idx({1, 2, 2}, "abc")), Message::kFileFormat);
  EXPECT_EQ(idx_error(idx({1, 2, 2}, "abcde")), Message::kFileFormat);
  EXPECT_EQ(idx_error(idx({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, "abcd")), Message::kFileFormat);
  EXPECT_EQ(idx_error(idx({0x10000, 0x10000, 0x10000}, "abcd")), Message::kFileFormat);
  EXPECT_EQ(idx_error(idx({1024, 1024, 1024}, "a gigabyte is promised")), Message::kFileFormat);
  const auto whole = gzipped(idx({1, 2, 2}, "abcd"));
  EXPECT_EQ(idx_error(whole), Message::kCount);
  EXPECT_EQ(idx_error(whole.substr(0, whole.size() - 10)), Message::kFileFormat);
  auto flipped = whole;
  flipped[12] = static_cast<char>(flipped[12] ^ 0x55);
  EXPECT_EQ(idx_error(flipped), Message::kFileFormat);
}

TEST(ReadIdx, PromisedBytesAreNotAllocatedBeforeTheyArrive) {
  std::vector<std::uint8_t> values;
  const auto bytes = idx({1024, 1024, 1023}, std::string(100, 'x'));
  const auto error = thrown([&] {
    ByteReader reader(std::as_bytes(std::span(bytes)), "test.idx");
    values = read_idx(reader, 3).values;
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(argument(*error, "got"), "100");
}

TEST(ByteReader, NamesAFileThatIsNotThere) {
  EXPECT_EQ(message_of([] { ByteReader reader(std::filesystem::path("/no/such/file")); }), Message::kFileMissing);
}

}  // namespace
}  // namespace alexnet
