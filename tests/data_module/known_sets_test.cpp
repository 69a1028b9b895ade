#include "alexnet/data/known_sets.h"

#include <gtest/gtest.h>

#include "data/known_layout.h"
#include "data_module/photo_folder.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

using testing_support::argument;
using testing_support::Environment;
using testing_support::TemporaryFolder;
using testing_support::thrown;

TEST(KnownSets, EachHasWhatFetchingNeeds) {
  ASSERT_EQ(known_sets().size(), 4U);
  for (const auto& set : known_sets()) {
    EXPECT_EQ(&known_set(set.name), &set);
    EXPECT_FALSE(set.summary.empty());
    EXPECT_EQ(set.files.size(), set.addresses.size());
    EXPECT_GT(set.bytes, 0);
    for (std::size_t i = 0; i < set.files.size(); ++i) {
      EXPECT_TRUE(set.addresses[i].ends_with(set.files[i])) << set.addresses[i];
    }
    EXPECT_NE(layout_of(set).place, nullptr);
  }
}

TEST(KnownSets, AnUnknownNameHasANearest) {
  const auto error = thrown([] { static_cast<void>(known_set("fashion_mnist")); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kUnknownName);
  EXPECT_EQ(argument(*error, "nearest"), "fashion-mnist");
}

TEST(KnownSets, FlowersAreSortedByTheirNumber) {
  // The set's own numbering: image i belongs to class (i - 1) div 80; the first is daffodil, the last pansy.
  const auto& place = layout_of(known_set("flowers17")).place;
  EXPECT_EQ(place("jpg/image_0001.jpg"), "daffodil/image_0001.jpg");
  EXPECT_EQ(place("jpg/image_0080.jpg"), "daffodil/image_0080.jpg");
  EXPECT_EQ(place("jpg/image_0081.jpg"), "snowdrop/image_0081.jpg");
  EXPECT_EQ(place("jpg/image_0161.jpg"), "lily of the valley/image_0161.jpg");
  EXPECT_EQ(place("image_1360.jpg"), "pansy/image_1360.jpg");
  for (const char* other :
       {"jpg/files.txt", "image_0000.jpg", "image_1361.jpg", "image_00x1.jpg", "image_001.jpg", ""}) {
    EXPECT_EQ(place(other), "") << other;
  }
}

TEST(KnownSets, CifarIsTakenInBothForms) {
  const auto& place = layout_of(known_set("cifar10")).place;
  EXPECT_EQ(place("cifar-10-batches-bin/data_batch_5.bin"), "data_batch_5.bin");
  EXPECT_EQ(place("cifar-10-batches-bin/test_batch.bin"), "test_batch.bin");
  EXPECT_EQ(place("train/cat/0001.jpg"), "train/cat/0001.jpg");
  EXPECT_EQ(place("somewhere/test/dog/7.jpg"), "test/dog/7.jpg");
  for (const char* other : {"data_batch_6.bin", "readme.html", "valid/cat/1.jpg", "cat/1.jpg"}) {
    EXPECT_EQ(place(other), "") << other;
  }
}

TEST(DataHome, FollowsTheEnvironment) {
  const Environment none("ALEXNET_HOME", std::nullopt);
  const Environment home("HOME", "/home/reader");
  {
    const Environment data("XDG_DATA_HOME", "/elsewhere");
    EXPECT_EQ(data_home(), "/elsewhere/alexnet");
    const Environment ours("ALEXNET_HOME", "/ours");
    EXPECT_EQ(data_home(), "/ours");
  }
  const Environment data("XDG_DATA_HOME", "relative/is/ignored");
  EXPECT_EQ(data_home(), "/home/reader/.local/share/alexnet");
}

TEST(FindFetched, FindsNothingWhereNothingIs) {
  const TemporaryFolder home;
  const Environment environment("ALEXNET_HOME", home.path().string());
  EXPECT_EQ(find_fetched(known_set("flowers17")), "");
  EXPECT_EQ(find_fetched(known_set("cifar10")), "");
}

TEST(FindFetched, FindsWhatTheSystemInstalled) {
  const std::filesystem::path package = "/usr/share/datasets/fashion-mnist";
  if (!std::filesystem::exists(package)) {
    GTEST_SKIP() << "the package dataset-fashion-mnist is not installed";
  }
  const TemporaryFolder home;
  const Environment environment("ALEXNET_HOME", home.path().string());
  EXPECT_EQ(find_fetched(known_set("fashion-mnist")), package);
}

}  // namespace
}  // namespace alexnet
