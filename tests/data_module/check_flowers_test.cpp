#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "alexnet/core/files.h"
#include "alexnet/data/check.h"
#include "alexnet/data/known_sets.h"
#include "alexnet/image/decode.h"
#include "alexnet/image/encode.h"
#include "alexnet/image/resize.h"

#include "data_module/photo_folder.h"
#include "support/temporary_folder.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using testing_support::Environment;
using testing_support::environment;
using testing_support::put;
using testing_support::TemporaryFolder;

using Cases = std::multimap<std::string, std::vector<std::string>>;

Cases cases_of(const CheckResult& result) {
  Cases cases;
  for (const auto& finding : result.findings) {
    cases.emplace(text_of(finding.kind).name, finding.files);
  }
  return cases;
}

/// What `more` holds beyond `fewer`.
Cases added(Cases more, const Cases& fewer) {
  for (const auto& one : fewer) {
    const auto [begin, end] = more.equal_range(one.first);
    const auto same = std::find(begin, end, one);
    EXPECT_NE(same, end) << one.first << " " << one.second.front();
    if (same != end) {
      more.erase(same);
    }
  }
  return more;
}

/// The 17 flowers, fetched into a folder of its own, and what a check finds in them.
class CheckFlowers : public ::testing::Test {
 protected:
  void SetUp() override {
    const fs::path archives = environment("ALEXNET_DATA").value_or("");
    if (archives.empty() || !fs::exists(archives / "17flowers.tgz")) {
      GTEST_SKIP() << "ALEXNET_DATA names no folder with 17flowers.tgz";
    }
    const Environment home("ALEXNET_HOME", place_.path().string());
    photos_ = fetch(known_set("flowers17"));
  }
  [[nodiscard]] Cases check() const { return cases_of(check_folder(photos_, {.threads = 2})); }
  [[nodiscard]] fs::path photo(const std::string& flower, std::size_t index) const {
    std::set<fs::path> files;
    for (const auto& entry : fs::directory_iterator(photos_ / flower)) {
      if (entry.path().filename().string().starts_with("image_")) {  // not one that was planted
        files.insert(entry.path());
      }
    }
    return *std::next(files.begin(), static_cast<std::ptrdiff_t>(index));
  }
  TemporaryFolder place_;
  fs::path photos_;
};

TEST_F(CheckFlowers, HoldNearCopiesAndNothingElse) {
  const auto cases = check();
  // Each of the 71 pairs was looked at: all show one photo twice.
  EXPECT_EQ(cases.count("near-duplicate"), 71U);
  EXPECT_EQ(cases.size(), 71U);
}

TEST_F(CheckFlowers, TwelvePlantedFaultsOfTwelveKindsAreFoundAndNothingElse) {
  const auto before = check();
  const auto crocus = photo("crocus", 0);
  const auto bluebell = photo("bluebell", 0);
  const auto whole = read_file(crocus);
  const auto relative = [&](const fs::path& path) { return path.lexically_relative(photos_).string(); };
  put(photos_ / "tulip/moved.jpg", read_file(bluebell));
  put(photos_ / "crocus/twice.jpg", whole);
  put(photos_ / "bluebell/again.jpg", encode_jpeg(load_image(photo("bluebell", 1)), 40));
  put(photos_ / "crocus/half.jpg", std::span(whole).first(whole.size() / 2));
  put(photos_ / "crocus/letter.jpg", "a letter, not a photo");
  put(photos_ / "crocus/empty.jpg", "");
  put(photos_ / "crocus/named.png", encode_jpeg(crop(load_image(photo("crocus", 2)), 0, 0, 200, 200)));
  put(photos_ / "crocus/dot.jpg", encode_jpeg(resize(load_image(photo("crocus", 3)), 24, 24)));
  put(photos_ / "crocus/grey.jpg", encode_jpeg(Image(500, 700, 3)));
  put(photos_ / "crocus/strip.jpg", encode_jpeg(crop(load_image(photo("crocus", 4)), 0, 0, 490, 80)));
  put(photos_ / "crocus/notes.txt", "seen in March");
  fs::create_directories(photos_ / "rose");
  EXPECT_EQ(added(check(), before), (Cases{{"two-classes", {relative(bluebell), "tulip/moved.jpg"}},
                                           {"duplicate", {relative(crocus), "crocus/twice.jpg"}},
                                           {"near-duplicate", {"bluebell/again.jpg", relative(photo("bluebell", 1))}},
                                           {"truncated", {"crocus/half.jpg"}},
                                           {"unreadable", {"crocus/letter.jpg"}},
                                           {"empty-file", {"crocus/empty.jpg"}},
                                           {"wrong-extension", {"crocus/named.png"}},
                                           {"too-small", {"crocus/dot.jpg"}},
                                           {"blank", {"crocus/grey.jpg"}},
                                           {"odd-shape", {"crocus/strip.jpg"}},
                                           {"stray", {"crocus/notes.txt"}},
                                           {"class-empty", {"rose"}}}));
}

TEST_F(CheckFlowers, NearCopiesOfAllKindsAreFoundAndMirroredOnesAreNot) {
  // One folder a kind of copy beside the flowers, in a class of its own: each copy is then a case of two-classes.
  constexpr std::size_t kEach = 10;
  for (std::size_t i = 0; i < kEach; ++i) {
    const Image photo_i = load_image(photo("fritillary", 2 * i));
    const int w = photo_i.width;
    const int h = photo_i.height;
    const auto save = [&](const std::string& kind, const Image& image, int quality) {
      put(photos_ / kind / (std::to_string(i) + ".jpg"), encode_jpeg(image, quality));
    };
    switch (i % 4) {
      case 0:
        save("copies", photo_i, 40);
        break;
      case 1:
        save("copies", resize(photo_i, w / 2, h / 2), 85);
        break;
      case 2:
        save("copies", crop(photo_i, w / 50, h / 50, w - w / 50, h - h / 50), 85);
        break;
      default:
        save("copies", crop(photo_i, w / 50, h / 50, w - 2 * (w / 50), h - 2 * (h / 50)), 85);
        break;
    }
    save("mirrored", flipped(photo_i), 92);
  }
  const auto cases = check();
  EXPECT_EQ(cases.count("two-classes"), kEach);
  const auto [begin, end] = cases.equal_range("two-classes");
  for (auto found = begin; found != end; ++found) {
    for (const auto& file : found->second) {
      EXPECT_FALSE(file.starts_with("mirrored/")) << file;
    }
  }
}

}  // namespace
}  // namespace alexnet
