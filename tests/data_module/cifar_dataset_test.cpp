#include <gtest/gtest.h>

#include "alexnet/data/dataset.h"

#include "data_module/photo_folder.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

using testing_support::argument;
using testing_support::message_of;
using testing_support::put;
using testing_support::TemporaryFolder;
using testing_support::thrown;

/// One row of the binary form: label, then planes filled with r, g and b; the first pixel is red + 1.
std::string row(char label, char r, char g, char b) {
  std::string red(1024, r);
  red[0] = static_cast<char>(r + 1);
  return std::string(1, label) + red + std::string(1024, g) + std::string(1024, b);
}

TEST(CifarDataset, ReadsTheBinaryForm) {
  const TemporaryFolder folder;
  put(folder / "data_batch_1.bin", row(3, 10, 20, 30) + row(9, 40, 50, 60));
  put(folder / "data_batch_2.bin", row(0, 1, 2, 3));
  put(folder / "test_batch.bin", row(5, 7, 8, 9));
  const auto dataset = open_dataset(folder.path().string());
  ASSERT_EQ(dataset->size(), 4U);
  EXPECT_EQ(dataset->items()[1].label, 9);
  EXPECT_EQ(dataset->items()[2].path, "train/00002");
  EXPECT_EQ(dataset->items()[3].path, "test/00000");
  EXPECT_EQ(dataset->items()[3].fixed_part, Part::kTest);
  EXPECT_EQ(dataset->classes()[3], "cat");
  EXPECT_EQ(dataset->common_size(), (std::pair(32, 32)));
  const auto picture = dataset->load(0, true);
  ASSERT_EQ(picture.pixels.size(), 3072U);
  EXPECT_EQ((std::vector<int>(picture.pixels.begin(), picture.pixels.begin() + 6)),
            (std::vector<int>{11, 20, 30, 10, 20, 30}));
}

TEST(CifarDataset, TakesClassNamesThatComeWithIt) {
  const TemporaryFolder folder;
  put(folder / "data_batch_1.bin", row(0, 1, 2, 3));
  put(folder / "test_batch.bin", row(1, 1, 2, 3));
  put(folder / "batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
  EXPECT_EQ(open_dataset(folder.path().string())->classes()[9], "j");
}

TEST(CifarDataset, RefusesWhatIsNoWholeFile) {
  const auto with = [](const std::string& train) {
    const TemporaryFolder folder;
    put(folder / "data_batch_1.bin", train);
    put(folder / "test_batch.bin", row(1, 1, 2, 3));
    return thrown([&] { static_cast<void>(open_dataset(folder.path().string())); });
  };
  const auto whole = row(0, 1, 2, 3);
  EXPECT_FALSE(with(whole));
  for (const auto& bad : {std::string(), whole.substr(1), whole + "x", row(10, 1, 2, 3)}) {
    const auto error = with(bad);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->message(), Message::kFileFormat);
    EXPECT_NE(argument(*error, "where").find("data_batch_1.bin"), std::string::npos);
  }
}

TEST(CifarDataset, NeedsTheTestFile) {
  const TemporaryFolder folder;
  put(folder / "data_batch_1.bin", row(0, 1, 2, 3));
  EXPECT_EQ(message_of([&] { static_cast<void>(open_dataset(folder.path().string())); }), Message::kFileMissing);
}

}  // namespace
}  // namespace alexnet
