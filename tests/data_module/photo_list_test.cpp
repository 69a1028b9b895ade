#include <gtest/gtest.h>

#include "alexnet/core/files.h"
#include "alexnet/data/check.h"
#include "alexnet/data/dataset.h"

#include "data_module/photo_folder.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

using testing_support::argument;
using testing_support::noise;
using testing_support::put;
using testing_support::put_photo;
using testing_support::TemporaryFolder;
using testing_support::thrown;

/// Photos that lie about, and a list of some of them.
class PhotoList : public testing::Test {
 protected:
  void SetUp() override {
    put_photo(folder_ / "photos/1.png", 1);
    put_photo(folder_ / "photos/2, again.png", 2);
    put_photo(folder_ / "elsewhere/3.png", 3);
    put_photo(folder_ / "lists/4.png", 4);
  }
  std::unique_ptr<Dataset> open(const std::string& text) {
    put(list_, text);
    return open_dataset(list_.string());
  }
  /// "line 2: expected ..., got ..."
  std::string refusal(const std::string& text) {
    const auto error = thrown([&] { static_cast<void>(open(text)); });
    EXPECT_TRUE(error && error->message() == Message::kFileFormat) << text;
    if (!error) {
      return "";
    }
    const std::string where = argument(*error, "where");
    EXPECT_TRUE(where.starts_with(list_.string() + ", ")) << where;
    return where.substr(list_.string().size() + 2) + ": " + argument(*error, "expected") + ", got " +
           argument(*error, "got");
  }
  TemporaryFolder folder_;
  std::filesystem::path list_ = folder_ / "lists/some flowers.csv";
};

TEST_F(PhotoList, NamesPhotosByTheirPlaceBesideIt) {
  const auto dataset = open("path,label\n../photos/1.png,tulip\n\"../photos/2, again.png\",rose\n4.png,\"rose\"\n" +
                            (folder_ / "elsewhere/3.png").string() + ",tulip\n");
  EXPECT_EQ(dataset->name(), "some flowers");
  EXPECT_EQ(dataset->root(), folder_ / "lists");
  EXPECT_EQ(dataset->classes(), (std::vector<std::string>{"rose", "tulip"}));
  ASSERT_EQ(dataset->size(), 4U);
  EXPECT_EQ(dataset->items()[0].path, "../photos/1.png");
  EXPECT_EQ(dataset->items()[0].label, 1);
  EXPECT_EQ(dataset->items()[1].path, "../photos/2, again.png");
  EXPECT_EQ(dataset->items()[1].label, 0);
  EXPECT_FALSE(dataset->items()[0].fixed_part);
  EXPECT_EQ(dataset->load(2, true), noise(9, 7, 3, 3));  // the absolute one: sorted by path
  EXPECT_EQ(dataset->load(3, true), noise(9, 7, 3, 4));
  EXPECT_EQ(dataset->content_hash(3), sha256(read_file(folder_ / "lists/4.png")));
}

TEST_F(PhotoList, MayNameTheParts) {
  const auto dataset = open(
      "\xEF\xBB\xBFpath,label,part\r\n../photos/1.png,a,train\r\n4.png,b,Validation\r\n"
      "../elsewhere/3.png,b,test\r\n");
  ASSERT_EQ(dataset->size(), 3U);
  EXPECT_EQ(dataset->items()[0].fixed_part, Part::kTest);
  EXPECT_EQ(dataset->items()[1].fixed_part, Part::kTrain);
  EXPECT_EQ(dataset->items()[2].fixed_part, Part::kVal);
}

TEST_F(PhotoList, SaysWhichLineIsWrong) {
  EXPECT_EQ(refusal("file;label\n"), "line 1: path,label or path,label,part, got file;label");
  EXPECT_EQ(refusal(""), "line 1: path,label or path,label,part, got ");
  EXPECT_EQ(refusal("path,label,color\n"), "line 1: path,label, got path,label,color");
  EXPECT_EQ(refusal("path,label\n4.png,a\n4.png\n"), "line 3: 2 columns, got 1");
  EXPECT_EQ(refusal("path,label\n4.png,a\n4.png,b\n"), "line 3: each photo once, got 4.png, which line 2 has too");
  EXPECT_EQ(refusal("path,label\n4.png,\n"), "line 2: a path and a label, got nothing");
  EXPECT_EQ(refusal("path,label\n,a\n"), "line 2: a path and a label, got nothing");
  EXPECT_EQ(refusal("path,label,part\n4.png,a,\n"), "line 2: train, val or test, got nothing");
  EXPECT_EQ(refusal("path,label,part\n4.png,a,training\n"), "line 2: train, val or test, got training");
  EXPECT_EQ(refusal("path,label\n4.png,a\n5.png,b\n"),
            "line 3: a file, got " + (folder_ / "lists/5.png").string() + ", which is not there");
}

TEST_F(PhotoList, NeedsPhotosOfTwoClasses) {
  const auto message = [&](const std::string& text) {
    return thrown([&] { static_cast<void>(open(text)); })->message();
  };
  EXPECT_EQ(message("path,label\n"), Message::kFolderEmpty);
  EXPECT_EQ(message("path,label\n4.png,a\n"), Message::kOneClass);
  const auto missing = thrown([&] { static_cast<void>(open_dataset((folder_ / "none.csv").string())); });
  EXPECT_EQ(missing->message(), Message::kFileMissing);
}

TEST_F(PhotoList, IsCheckedAsAFolderIs) {
  put_photo(folder_ / "photos/twin.png", 4);
  put(list_, "path,label,part\n../photos/1.png,a,train\n4.png,b,train\n../photos/twin.png,b,test\n");
  const auto result = check_folder(list_, {.near = 0, .min_side = 1});
  EXPECT_EQ(result.folder, list_);
  EXPECT_EQ(result.root, folder_ / "lists");
  EXPECT_EQ(result.photos, 3);
  EXPECT_EQ(result.parts[0], 2);
  EXPECT_EQ(result.leaked_test, 1);
  ASSERT_EQ(result.of(FindingKind::kLeak).size(), 1U);
  EXPECT_TRUE(result.of(FindingKind::kUnreadable).empty());
}

}  // namespace
}  // namespace alexnet
