#include <algorithm>

#include <gtest/gtest.h>
#include <unistd.h>

#include "alexnet/core/files.h"
#include "alexnet/data/dataset.h"

#include "data_module/photo_folder.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using testing_support::argument;
using testing_support::Logged;
using testing_support::put;
using testing_support::put_class;
using testing_support::put_photo;
using testing_support::TemporaryFolder;
using testing_support::thrown;

std::vector<std::string> paths_of(const Dataset& dataset) {
  std::vector<std::string> paths;
  for (const auto& item : dataset.items()) {
    paths.push_back(item.path);
  }
  return paths;
}

std::optional<Error> error_of(const fs::path& folder) {
  return thrown([&] { static_cast<void>(open_image_folder(folder)); });
}

using Strings = std::vector<std::string>;

TEST(ImageFolder, TakesFoldersForClassesSortedByName) {
  const TemporaryFolder root;
  put_photo(root / "rose/b.JPG");
  put_photo(root / "rose/a.png");
  put_photo(root / "aster/c.webp");
  const auto dataset = open_image_folder(root.path());
  EXPECT_EQ(dataset->classes(), (Strings{"aster", "rose"}));
  EXPECT_EQ(paths_of(*dataset), (Strings{"aster/c.webp", "rose/a.png", "rose/b.JPG"}));
  EXPECT_EQ(dataset->items()[0].label, 0);
  EXPECT_EQ(dataset->items()[2].label, 1);
  EXPECT_FALSE(dataset->items()[0].fixed_part);
  EXPECT_EQ(dataset->name(), root.path().filename().string());
}

TEST(ImageFolder, LoadsAndHashesByContent) {
  const TemporaryFolder root;
  put_photo(root / "a/1.jpg", 5);
  put_photo(root / "b/1.jpg", 6);
  const auto dataset = open_image_folder(root.path());
  EXPECT_EQ(dataset->load(1, true), testing_support::noise(9, 7, 3, 6));
  EXPECT_EQ(dataset->content_hash(1), sha256(read_file(root / "b/1.jpg")));
}

TEST(ImageFolder, TakesNamesWithSpacesAndChinese) {
  const TemporaryFolder root;  // its own name has them too
  put_photo(root / "lily of the valley/my photo, \"1\".png", 5);
  put_photo(root / "玫瑰 花/照片 一.png", 6);
  const auto dataset = open_image_folder(root.path());
  EXPECT_EQ(dataset->classes(), (Strings{"lily of the valley", "玫瑰 花"}));
  EXPECT_EQ(dataset->load(1, true), testing_support::noise(9, 7, 3, 6));
}

TEST(ImageFolder, ReadsFoldersInsideAClass) {
  const TemporaryFolder root;
  put_photo(root / "a/2023/1.png");
  put_photo(root / "a/0.png");
  put_photo(root / "b/1.png");
  const auto dataset = open_image_folder(root.path());
  EXPECT_EQ(paths_of(*dataset), (Strings{"a/0.png", "a/2023/1.png", "b/1.png"}));
  EXPECT_EQ(dataset->classes().size(), 2U);
}

TEST(ImageFolder, FoldersNamedAfterPartsOverrule) {
  for (const char* val : {"val", "valid", "validation", "VAL"}) {
    const TemporaryFolder root;
    put_photo(root / "Train/a/1.png");
    put_photo(root / "Train/b/1.png");
    put_photo(root / val / "a/1.png");
    put_photo(root / "test/b/1.png");
    put(root / "docs/readme.txt", "no photo: this folder decides nothing");
    const auto dataset = open_image_folder(root.path());
    EXPECT_EQ(dataset->classes(), (Strings{"a", "b"}));
    ASSERT_EQ(dataset->size(), 4U);
    for (const auto& item : dataset->items()) {
      const auto expected = item.path.starts_with("Train")  ? Part::kTrain
                            : item.path.starts_with("test") ? Part::kTest
                                                            : Part::kVal;
      EXPECT_EQ(item.fixed_part, expected) << item.path;
    }
  }
}

TEST(ImageFolder, TrainMayBeAClassAmongOthers) {
  const TemporaryFolder root;
  put_photo(root / "train/1.png");
  put_photo(root / "bus/1.png");
  const auto dataset = open_image_folder(root.path());
  EXPECT_EQ(dataset->classes(), (Strings{"bus", "train"}));
  EXPECT_FALSE(dataset->items()[0].fixed_part);
}

TEST(ImageFolder, AClassMayBeMissingInValAndTest) {
  const TemporaryFolder root;
  put_photo(root / "train/a/1.png");
  put_photo(root / "train/b/1.png");
  put_photo(root / "test/a/2.png");
  EXPECT_EQ(open_image_folder(root.path())->size(), 3U);
}

TEST(ImageFolder, ReportsStrayFilesTogetherAndPassesHiddenOnesOver) {
  const TemporaryFolder root;
  put_class(root / "a", 5, 1);
  put_class(root / "b", 5, 10);
  put(root / "a/notes.txt", "x");
  put(root / "a/clip.mp4", "x");
  put(root / "readme.md", "x");
  put_photo(root / "lost.png");
  put(root / ".DS_Store", "x");
  put(root / "a/._0.png", "x");
  put_photo(root / ".cache/1.png");
  Logged log;
  EXPECT_EQ(open_image_folder(root.path(), log.sink())->size(), 10U);
  const auto texts = log.of(Message::kWarnPhotosSkipped);
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_NE(texts[0].find("4 files"), std::string::npos) << texts[0];
  EXPECT_NE(texts[0].find(root.path().string()), std::string::npos) << texts[0];
  EXPECT_TRUE(log.of(Message::kWarnFewPhotos).empty());
}

TEST(ImageFolder, WarnsOfAClassWithOnePhoto) {
  const TemporaryFolder root;
  put_class(root / "many", 5, 1);
  put_class(root / "single", 1, 10);
  Logged log;
  EXPECT_EQ(open_image_folder(root.path(), log.sink())->size(), 6U);
  const auto texts = log.of(Message::kWarnFewPhotos);
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_NE(texts[0].find("single"), std::string::npos);
  EXPECT_NE(texts[0].find("1 photo"), std::string::npos);
}

TEST(ImageFolder, NamesAnEmptyClassFolder) {
  const TemporaryFolder root;
  put_photo(root / "a/1.png");
  put_photo(root / "b/1.png");
  put(root / "c d/notes.txt", "only text");
  const auto error = error_of(root.path());
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kClassEmpty);
  EXPECT_EQ(argument(*error, "where"), root / "c d");
}

TEST(ImageFolder, NamesAnEmptyClassFolderOfAPart) {
  const TemporaryFolder root;
  put_photo(root / "train/a/1.png");
  put_photo(root / "train/b/1.png");
  put_photo(root / "test/a/1.png");
  fs::create_directories(root / "test/b");
  const auto error = error_of(root.path());
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kClassEmpty);
  EXPECT_EQ(argument(*error, "where"), root / "test/b");
}

TEST(ImageFolder, SaysWhenPhotosLieFlat) {
  const TemporaryFolder root;
  put_photo(root / "1.png");
  fs::create_directories(root / "empty");
  auto error = error_of(root.path());
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kFolderFlat);
  EXPECT_EQ(argument(*error, "where"), root.path());

  const TemporaryFolder again;
  put_photo(again / "train/1.png");
  put_photo(again / "test/1.png");
  error = error_of(again.path());
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kFolderFlat);
  EXPECT_EQ(argument(*error, "where"), again / "test");
}

TEST(ImageFolder, SaysWhenThereIsNothing) {
  const TemporaryFolder root;
  fs::create_directories(root / "a");
  fs::create_directories(root / "b");
  EXPECT_EQ(error_of(root.path())->message(), Message::kFolderEmpty);
  EXPECT_EQ(error_of(root / "none")->message(), Message::kFolderMissing);
  put(root / "file", "x");
  EXPECT_EQ(error_of(root / "file")->message(), Message::kFolderMissing);
}

TEST(ImageFolder, SaysWhenThereIsOneClass) {
  const TemporaryFolder root;
  put_photo(root / "a/1.png");
  EXPECT_EQ(error_of(root.path())->message(), Message::kOneClass);
}

TEST(ImageFolder, NamesAFolderThatMayNotBeRead) {
  if (::geteuid() == 0) {
    GTEST_SKIP() << "root may read every folder";
  }
  const TemporaryFolder root;
  put_photo(root / "a/1.png");
  put_photo(root / "b/1.png");
  fs::permissions(root / "b", fs::perms::none);
  const auto error = error_of(root.path());
  fs::permissions(root / "b", fs::perms::owner_all);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kNoPermission);
  EXPECT_EQ(argument(*error, "where"), root / "b");
}

TEST(ImageFolder, FollowsLinksButNotInCircles) {
  const TemporaryFolder root;
  const TemporaryFolder* base = &root;
  put_photo(*base / "photos/a/1.png");
  put_photo(*base / "photos/b/1.png");
  fs::create_directory_symlink("..", *base / "photos/a/up");
  fs::create_directory_symlink("../a", *base / "photos/a/self");
  put_photo(*base / "elsewhere/9.png");
  fs::create_directory_symlink("../elsewhere", *base / "photos/c");
  fs::create_symlink("nowhere.png", *base / "photos/b/broken.png");
  Logged log;
  const auto dataset = open_image_folder(*base / "photos", log.sink());
  EXPECT_EQ(paths_of(*dataset), (Strings{"a/1.png", "b/1.png", "c/9.png"}));
  const auto texts = log.of(Message::kWarnPhotosSkipped);
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_NE(texts[0].find("3 files"), std::string::npos) << texts[0];
}

TEST(ImageFolder, LeavesNamesOutThatAreNoUtf8) {
  const TemporaryFolder root;
  put_class(root / "a", 5, 1);
  put_class(root / "b", 5, 10);
  put_photo(root / "a/fr\xF6hlich.png");
  Logged log;
  EXPECT_EQ(open_image_folder(root.path(), log.sink())->size(), 10U);
  const auto texts = log.of(Message::kWarnPhotosSkipped);
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_NE(texts[0].find("fr?hlich.png"), std::string::npos) << texts[0];
}

TEST(ImageFolder, UnreadablePhotosAreFoundWhenLoaded) {
  const TemporaryFolder root;
  put_class(root / "a", 2, 1);
  put(root / "b/empty.jpg", "");
  put(root / "b/text.jpg", "this is a letter, not a photo");
  auto whole = read_file(root / "a/0.png");
  put(root / "b/truncated.png", std::span(whole).first(whole.size() / 2));
  const auto dataset = open_image_folder(root.path());
  const auto load = [&](std::size_t item) { return thrown([&] { static_cast<void>(dataset->load(item, true)); }); };
  ASSERT_EQ(dataset->size(), 5U);
  EXPECT_EQ(load(2)->message(), Message::kPhotoEmpty);
  EXPECT_EQ(load(3)->message(), Message::kPhotoNotPicture);
  EXPECT_EQ(load(4)->message(), Message::kPhotoTruncated);
  EXPECT_EQ(argument(*load(4), "where"), "b/truncated.png");
}

}  // namespace
}  // namespace alexnet
