#include "alexnet/data/dataset.h"

#include <gtest/gtest.h>

#include "data_module/fake_dataset.h"
#include "data_module/photo_folder.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

using testing_support::argument;
using testing_support::Environment;
using testing_support::FakeDataset;
using testing_support::put_class;
using testing_support::TemporaryFolder;
using testing_support::thrown;

TEST(ContentHashes, AreTheSameOnAnyNumberOfThreads) {
  const TemporaryFolder root;
  put_class(root / "a", 9, 1);
  put_class(root / "b", 8, 20);
  const auto dataset = open_image_folder(root.path());
  const auto hashes = content_hashes(*dataset, 1);
  ASSERT_EQ(hashes.size(), 17U);
  EXPECT_EQ(hashes[16], dataset->content_hash(16));
  for (const int threads : {0, 2, 5, 40}) {
    EXPECT_EQ(content_hashes(*dataset, threads), hashes);
  }
}

TEST(ContentHashes, NameTheFirstFileThatCannotBeRead) {
  const TemporaryFolder root;
  put_class(root / "a", 9, 1);
  put_class(root / "b", 9, 20);
  const auto dataset = open_image_folder(root.path());
  std::filesystem::remove(root / "a/3.png");
  std::filesystem::remove(root / "b/5.png");
  for (const int threads : {1, 4}) {
    const auto error = thrown([&] { static_cast<void>(content_hashes(*dataset, threads)); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->message(), Message::kFileMissing);
    EXPECT_EQ(argument(*error, "where"), root / "a/3.png");
  }
}

std::string fingerprint_of(const std::string& path, std::int32_t label, const std::string& hash) {
  FakeDataset dataset({"a", "b"});
  dataset.add(path, label, hash);
  return fingerprint(dataset, dataset.hashes());
}

TEST(Fingerprint, ChangesWithPathLabelAndContent) {
  const auto first = fingerprint_of("a/1.jpg", 0, "h");
  EXPECT_EQ(first.size(), 64U);
  EXPECT_EQ(fingerprint_of("a/1.jpg", 0, "h"), first);
  EXPECT_NE(fingerprint_of("a/2.jpg", 0, "h"), first);
  EXPECT_NE(fingerprint_of("a/1.jpg", 1, "h"), first);
  EXPECT_NE(fingerprint_of("a/1.jpg", 0, "i"), first);
  EXPECT_NE(fingerprint_of("a/1.jpg 0 h\n7:a/1.jpg", 0, "h"), first);
}

TEST(OpenDataset, SaysHowToFetchAKnownSet) {
  const TemporaryFolder home;
  const Environment environment("ALEXNET_HOME", home.path().string());
  const auto error = thrown([] { static_cast<void>(open_dataset("flowers17")); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kFileMissing);
  EXPECT_NE(argument(*error, "where").find("flowers17"), std::string::npos);
  EXPECT_EQ(describe(*error).hint, "alexnet data fetch flowers17");
}

TEST(OpenDataset, SuggestsTheNearestName) {
  const auto error = thrown([] { static_cast<void>(open_dataset("flower17")); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kUnknownName);
  EXPECT_EQ(argument(*error, "nearest"), "flowers17");
}

TEST(OpenDataset, SaysWhenNoSuchFolderIsThere) {
  const auto error = thrown([] { static_cast<void>(open_dataset("/no/such/folder of photos")); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kFolderMissing);
}

TEST(PartName, IsWhatFilesSay) {
  EXPECT_EQ(name_of(Part::kTrain), "train");
  EXPECT_EQ(name_of(Part::kVal), "val");
  EXPECT_EQ(name_of(Part::kTest), "test");
}

}  // namespace
}  // namespace alexnet
