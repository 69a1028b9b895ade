#include "alexnet/data/check.h"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <unistd.h>

#include "alexnet/core/files.h"
#include "alexnet/data/dataset.h"
#include "alexnet/image/decode.h"
#include "alexnet/image/encode.h"
#include "alexnet/image/resize.h"

#include "data/check_classes.h"
#include "data/thumbprint.h"
#include "data_module/photo_folder.h"
#include "support/source_tree.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using testing_support::message_of;
using testing_support::put;
using testing_support::TemporaryFolder;
using testing_support::textured;

using Strings = std::vector<std::string>;
/// Kinds with the files of each of their cases.
using Cases = std::multimap<std::string, Strings>;

Cases cases_of(const CheckResult& result) {
  Cases cases;
  for (const auto& finding : result.findings) {
    cases.emplace(text_of(finding.kind).name, finding.files);
  }
  return cases;
}

void put_jpeg(const fs::path& file, const Image& image, int quality = 92) { put(file, encode_jpeg(image, quality)); }

/// FOLDER/class/0.jpg ... with photos in which nothing is wrong.
void put_clean_class(const fs::path& folder, int photos, std::uint32_t first_seed) {
  for (int i = 0; i < photos; ++i) {
    put_jpeg(folder / (std::to_string(i) + ".jpg"),
             textured(160, 120, first_seed + 100 * static_cast<std::uint32_t>(i)));
  }
}

/// A folder of three classes of six photos.
class Check : public ::testing::Test {
 protected:
  Check() {
    put_clean_class(root_ / "aster", 6, 10'000);
    put_clean_class(root_ / "daisy", 6, 20'000);
    put_clean_class(root_ / "rose", 6, 30'000);
  }
  [[nodiscard]] CheckResult check(CheckOptions options = {}) const {
    options.threads = 2;
    return check_folder(root_.path(), options);
  }
  /// Copies a picture of tests/data/image, enlarged by nothing: they are 64 pixels or smaller.
  void put_fixture(const std::string& name, const std::string& file) const {
    put(root_ / file, read_file(testing_support::test_data() / "image" / name));
  }
  TemporaryFolder root_;
};

TEST_F(Check, FindsNothingInACleanFolder) {
  const auto result = check();
  EXPECT_EQ(cases_of(result), Cases());
  EXPECT_FALSE(result.has_errors());
  EXPECT_EQ(result.photos, 18);
  EXPECT_EQ(result.classes, (Strings{"aster", "daisy", "rose"}));
  EXPECT_GT(result.bytes, 18 * 1000);
}

TEST_F(Check, FindsEveryPlantedFaultAndNothingElse) {
  const auto whole = read_file(root_ / "rose/0.jpg");
  put(root_ / "daisy/moved.jpg", whole);                                             // also a rose
  put(root_ / "aster/again.jpg", read_file(root_ / "aster/3.jpg"));                  // the same file twice
  put_jpeg(root_ / "aster/small.jpg", resize(textured(160, 120, 10'100), 120, 90));  // aster/1.jpg made smaller
  put(root_ / "rose/half.jpg", std::span(whole).first(whole.size() / 2));            // copied in part
  put(root_ / "rose/letter.jpg", "a letter, not a photo");
  put(root_ / "rose/empty.jpg", "");
  put(root_ / "rose/named.jpg", encode_png(textured(160, 120, 31'000)));  // a PNG file
  put(root_ / "rose/dot.png", encode_png(textured(20, 20, 32'000)));
  put(root_ / "rose/grey.jpg", encode_jpeg(Image(160, 120, 3)));  // all black
  put(root_ / "rose/strip.jpg", encode_jpeg(textured(400, 70, 33'000)));
  put(root_ / "rose/notes.txt", "bought on Tuesday");
  put_clean_class(root_ / "Rose ", 6, 40'000);  // rose again
  fs::create_directories(root_ / "tulip");      // nothing in it
  EXPECT_EQ(cases_of(check()), (Cases{{"two-classes", {"daisy/moved.jpg", "rose/0.jpg"}},
                                      {"duplicate", {"aster/3.jpg", "aster/again.jpg"}},
                                      {"near-duplicate", {"aster/1.jpg", "aster/small.jpg"}},
                                      {"truncated", {"rose/half.jpg"}},
                                      {"unreadable", {"rose/letter.jpg"}},
                                      {"empty-file", {"rose/empty.jpg"}},
                                      {"wrong-extension", {"rose/named.jpg"}},
                                      {"too-small", {"rose/dot.png"}},
                                      {"blank", {"rose/grey.jpg"}},
                                      {"odd-shape", {"rose/strip.jpg"}},
                                      {"stray", {"rose/notes.txt"}},
                                      {"class-twins", {"Rose ", "rose"}},
                                      {"class-empty", {"tulip"}}}));
}

TEST_F(Check, ErrorsStandFirst) {
  put(root_ / "rose/notes.txt", "bought on Tuesday");
  put(root_ / "rose/empty.jpg", "");
  put(root_ / "rose/dot.png", encode_png(textured(20, 20, 32'000)));
  const auto result = check();
  ASSERT_EQ(result.findings.size(), 3U);
  EXPECT_EQ(result.findings[0].kind, FindingKind::kEmptyFile);
  EXPECT_EQ(result.findings[1].kind, FindingKind::kTooSmall);
  EXPECT_EQ(result.findings[2].kind, FindingKind::kStray);
  EXPECT_TRUE(result.has_errors());
  EXPECT_EQ(result.of(FindingKind::kTooSmall).size(), 1U);
  EXPECT_TRUE(result.of(FindingKind::kBlank).empty());
}

TEST_F(Check, KnowsUnusualPhotosByTheirHeader) {
  // Pictures of tests/data/image have less than 64 pixels a side, and some show the same.
  put_fixture("cmyk_adobe.jpg", "rose/cmyk.jpg");
  put_fixture("rgb16.png", "rose/deep.png");
  put_fixture("animated.webp", "rose/film.webp");
  put_fixture("orientation6.jpg", "rose/turned.jpg");
  EXPECT_EQ(cases_of(check({.near = 0, .min_side = 1})), (Cases{{"cmyk", {"rose/cmyk.jpg"}},
                                                                {"sixteen-bit", {"rose/deep.png"}},
                                                                {"animated", {"rose/film.webp"}},
                                                                {"rotated", {"rose/turned.jpg"}}}));
}

TEST_F(Check, LooksIntoFilesThatAreNotNamedAsPhotos) {
  put(root_ / "rose/photo.jpg_large", encode_jpeg(textured(160, 120, 31'000)));
  put(root_ / "rose/phone.heic", std::string("\0\0\0\x18"
                                             "ftypheic",
                                             12));
  put_jpeg(root_ / "lost.jpg", textured(160, 120, 32'000));
  EXPECT_EQ(cases_of(check()), (Cases{{"wrong-extension", {"rose/photo.jpg_large"}},
                                      {"other-format", {"rose/phone.heic"}},
                                      {"stray", {"lost.jpg"}}}));
}

TEST_F(Check, SaysHowUnequalClassesAre) {
  put_clean_class(root_ / "rose", 20, 50'000);
  EXPECT_EQ(cases_of(check()), (Cases{{"imbalance", {"rose", "aster"}}}));
  EXPECT_EQ(check().findings.front().detail, "20 photos and 6 photos: 3.3 to 1");
  fs::remove(root_ / "daisy/5.jpg");
  fs::remove(root_ / "daisy/4.jpg");
  EXPECT_EQ(cases_of(check()), (Cases{{"imbalance", {"rose", "daisy"}}, {"few-photos", {"daisy"}}}));
}

TEST_F(Check, OneClassIsAnError) {
  fs::remove_all(root_ / "aster");
  fs::remove_all(root_ / "daisy");
  EXPECT_EQ(cases_of(check()), (Cases{{"one-class", {"rose"}}}));
}

TEST_F(Check, IsIndependentOfThreads) {
  put(root_ / "daisy/moved.jpg", read_file(root_ / "rose/0.jpg"));
  for (std::uint32_t i = 0; i < 6; ++i) {
    put_jpeg(root_ / "rose" / ("again" + std::to_string(i) + ".jpg"), textured(160, 120, 30'000 + 100 * i), 60);
  }
  const auto once = check_folder(root_.path(), {.threads = 1});
  const auto thrice = check_folder(root_.path(), {.threads = 3});
  EXPECT_EQ(once.findings.size(), 6U);
  ASSERT_EQ(cases_of(once), cases_of(thrice));
  for (std::size_t i = 0; i < once.findings.size(); ++i) {
    EXPECT_EQ(once.findings[i].files, thrice.findings[i].files);
    EXPECT_EQ(once.findings[i].detail, thrice.findings[i].detail);
  }
}

TEST_F(Check, WhatLiesInQuarantineIsPassedOver) {
  put(root_ / "quarantine/rose/0.jpg", read_file(root_ / "rose/0.jpg"));
  const auto result = check();
  EXPECT_EQ(cases_of(result), Cases());
  EXPECT_EQ(result.quarantined, 1);
  EXPECT_EQ(open_image_folder(root_.path())->classes(), (Strings{"aster", "daisy", "rose"}));
}

TEST(CheckParts, ALeakNamesThePartsAndItsShareOfTheTestSet) {
  const TemporaryFolder root;
  for (const auto* part : {"train", "val", "test"}) {
    const auto seed = static_cast<std::uint32_t>(std::string(part).size()) * 10'000;
    put_clean_class(root / part / "aster", 5, seed + 7'000 * static_cast<std::uint32_t>(part[0] - 'a'));
    put_clean_class(root / part / "rose", 5, seed + 1'000 + 7'000 * static_cast<std::uint32_t>(part[0] - 'a'));
  }
  EXPECT_EQ(cases_of(check_folder(root.path())), Cases());
  put(root / "train/aster/leak.jpg", read_file(root / "test/aster/2.jpg"));
  put_jpeg(root / "val/rose/near.jpg", resize(textured(160, 120, 0), 160, 120), 40);
  put_jpeg(root / "train/rose/near.jpg", textured(160, 120, 0));
  const auto result = check_folder(root.path());
  EXPECT_EQ(cases_of(result), (Cases{{"leak", {"test/aster/2.jpg", "train/aster/leak.jpg"}},
                                     {"leak", {"val/rose/near.jpg", "train/rose/near.jpg"}}}));
  EXPECT_EQ(result.leaked_test, 1);
  EXPECT_EQ(result.parts[2], 10);
  EXPECT_EQ(result.findings.front().keep, 1U);
  EXPECT_EQ(result.findings.front().detail, "equal files");
}

TEST(CheckParts, AClassThatNothingIsLearntForIsMissing) {
  const TemporaryFolder root;
  put_clean_class(root / "train/aster", 5, 1'000);
  put_clean_class(root / "train/rose", 5, 2'000);
  put_clean_class(root / "test/aster", 5, 3'000);
  put_clean_class(root / "test/tulip", 5, 4'000);
  EXPECT_EQ(cases_of(check_folder(root.path())), (Cases{{"class-missing", {"test/tulip"}}}));
}

TEST(CheckFolder, ThrowsWhereNothingCanBeChecked) {
  const TemporaryFolder root;
  EXPECT_EQ(message_of([&] { static_cast<void>(check_folder(root.path())); }), Message::kFolderEmpty);
  EXPECT_EQ(message_of([&] { static_cast<void>(check_folder(root / "none")); }), Message::kFolderMissing);
  put_jpeg(root / "1.jpg", textured(160, 120, 1));
  EXPECT_EQ(message_of([&] { static_cast<void>(check_folder(root.path())); }), Message::kFolderFlat);
}

TEST(CheckFolder, AFileThatMayNotBeReadIsAFinding) {
  if (::geteuid() == 0) {
    GTEST_SKIP() << "root may read every file";
  }
  const TemporaryFolder root;
  put_clean_class(root / "aster", 5, 1'000);
  put_clean_class(root / "rose", 5, 2'000);
  fs::permissions(root / "rose/1.jpg", fs::perms::none);
  EXPECT_EQ(cases_of(check_folder(root.path())), (Cases{{"unreadable", {"rose/1.jpg"}}}));
}

/// The difference of two pictures as the check has it.
double difference_of(const Image& a, const Image& b) {
  const auto x = make_thumbprint(a);
  const auto y = make_thumbprint(b);
  return may_be_alike(x, y) ? difference(x, y) : 100;
}

Image saved_again(const Image& image, int quality) { return decode_image(encode_jpeg(image, quality), "photo"); }

TEST(Thumbprint, NearCopiesDifferByLess) {
  const double near = CheckOptions{}.near;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    const Image photo = textured(500, 400, 1000 * seed);
    EXPECT_LT(difference_of(photo, saved_again(photo, 40)), 1);
    EXPECT_LT(difference_of(photo, resize(photo, 250, 200)), 1);
    EXPECT_LT(difference_of(photo, crop(photo, 10, 8, 490, 392)), near / 2);  // 2 % of the left and the top
    EXPECT_LT(difference_of(crop(photo, 10, 8, 480, 384), photo), near / 2);  // 2 % of each edge
    EXPECT_GT(difference_of(photo, flipped(photo)), 2 * near);
    EXPECT_GT(difference_of(photo, textured(500, 400, 1000 * seed + 500)), 2 * near);
  }
}

TEST(Thumbprint, ShapesAloneAreNoCopy) {
  // Two skies: the same slow change from top to bottom under other noise.
  const auto sky = [](std::uint32_t seed) {
    Image image = testing_support::noise(300, 300, 3, seed);
    for (int y = 0; y < 300; ++y) {
      std::ranges::transform(std::span(image.row(y), 900), image.row(y),
                             [&](int n) { return static_cast<std::uint8_t>(200 * y / 300 + n / 8); });
    }
    return image;
  };
  EXPECT_GT(difference_of(sky(1), sky(2)), 20);
}

TEST(FoldedName, TwinsFoldToTheSame) {
  EXPECT_EQ(folded_name("Rose"), folded_name("rose "));
  EXPECT_EQ(folded_name("Lily of_the-valley"), folded_name(" lily  of the valley"));
  EXPECT_EQ(folded_name("\u00C9glantine"), folded_name("e\u0301glantine"));  // NFC and NFD
  EXPECT_EQ(folded_name("РОЗА"), folded_name("роза"));
  EXPECT_NE(folded_name("rose"), folded_name("roses"));
  EXPECT_NE(folded_name("mal"), folded_name("mál"));
  EXPECT_EQ(folded_name("玫瑰"), "玫瑰");
}

}  // namespace
}  // namespace alexnet
