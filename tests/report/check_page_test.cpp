#include "alexnet/report/check_page.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/files.h"
#include "alexnet/image/encode.h"

#include "charts/xml.h"
#include "report/thumbnails.h"
#include "support/temporary_folder.h"

namespace alexnet {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_support::TemporaryFolder;

std::string text_of(std::string_view text) { return report::base64(std::as_bytes(std::span(text))); }

TEST(Base64, FillsUpToFour) {
  // Source: RFC 4648, section 10.
  EXPECT_EQ(text_of(""), "");
  EXPECT_EQ(text_of("f"), "Zg==");
  EXPECT_EQ(text_of("fo"), "Zm8=");
  EXPECT_EQ(text_of("foo"), "Zm9v");
  EXPECT_EQ(text_of("foobar"), "Zm9vYmFy");
}

TEST(Thumbnails, ShowWhereCopiesDiffer) {
  Image a(4, 2, 1);
  Image b(4, 2, 1);
  b.row(1)[3] = 20;
  b.row(0)[0] = 200;
  const Image difference = report::difference_picture(a, b);
  EXPECT_EQ(difference.row(1)[3], 60);
  EXPECT_EQ(difference.row(0)[0], 255);
  EXPECT_EQ(difference.row(0)[1], 0);
}

const std::string kHostile = "rose/<b>&\"1\".jpg";

/// A checked folder with photos as large as cameras make them: noise, which no JPEG makes small.
class CheckPage : public ::testing::Test {
 protected:
  CheckPage() {
    Image photo(400, 300, 3);
    std::uint32_t state = 1;
    for (auto& pixel : photo.pixels) {
      state = 1664525U * state + 1013904223U;
      pixel = static_cast<std::uint8_t>(state >> 24);
    }
    const auto bytes = encode_jpeg(photo);
    std::filesystem::create_directories(root_ / "rose");
    for (const auto& file : {kHostile, std::string("rose/2.jpg")}) {
      write_file_atomically(root_ / file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    result_.folder = result_.root = root_.path();
    result_.classes = {"rose", "tulip"};
    result_.photos = 2;
  }
  void add(FindingKind kind, std::vector<std::string> files, std::string detail = "") {
    result_.findings.push_back({.kind = kind, .files = std::move(files), .detail = std::move(detail)});
  }
  [[nodiscard]] std::string page() const { return report::check_page(result_); }
  [[nodiscard]] std::vector<test::Element> elements() const {
    constexpr std::string_view kDoctype = "<!DOCTYPE html>\n";
    const auto text = page();
    EXPECT_TRUE(text.starts_with(kDoctype));
    return test::XmlReader(std::string_view(text).substr(kDoctype.size())).read();
  }
  TemporaryFolder root_;
  CheckResult result_;
};

TEST_F(CheckPage, SaysThatNothingWasFound) {
  EXPECT_THAT(page(), HasSubstr("Nothing was found."));
  EXPECT_THAT(page(), Not(HasSubstr("<table>")));
  EXPECT_FALSE(elements().empty());
}

TEST_F(CheckPage, IsWellFormedWithNamesEscaped) {
  add(FindingKind::kUnreadable, {kHostile}, "it is <text>");
  add(FindingKind::kNearDuplicate, {kHostile, "rose/2.jpg"}, "difference 0.4");
  const auto all = elements();
  const auto of_name = [&](std::string_view name) {
    return std::ranges::count(all, name, [](const test::Element& e) { return e.name; });
  };
  EXPECT_EQ(of_name("b"), 0);
  EXPECT_EQ(of_name("img"), 2);
  EXPECT_EQ(of_name("section"), 2);
  EXPECT_EQ(of_name("script"), 0);
  const auto picture = std::ranges::find(all, "img", [](const test::Element& e) { return e.name; });
  ASSERT_NE(picture, all.end());
  EXPECT_EQ(picture->attributes.at("alt"), "photo " + kHostile);
  EXPECT_EQ(picture->attributes.at("width"), "160");
  EXPECT_EQ(picture->attributes.at("height"), "120");
}

TEST_F(CheckPage, AsksNobodyForAnything) {
  add(FindingKind::kTooSmall, {kHostile});
  for (const auto& element : elements()) {
    for (const auto* name : {"src", "href", "action"}) {
      const auto found = element.attributes.find(name);
      EXPECT_TRUE(found == element.attributes.end() || found->second.starts_with("data:image/jpeg;base64,") ||
                  found->second.starts_with("#"))
          << element.name;
    }
  }
  EXPECT_THAT(page(), Not(HasSubstr("http://")));
  EXPECT_THAT(page(), Not(HasSubstr("https://")));
  EXPECT_THAT(page(), Not(HasSubstr("url(")));
}

TEST_F(CheckPage, APhotoThatIsGoneBecomesWords) {
  add(FindingKind::kTooSmall, {"rose/gone.jpg"}, "4 x 4 pixels");
  EXPECT_THAT(page(), HasSubstr("no picture"));
  EXPECT_THAT(page(), HasSubstr("4 x 4 pixels"));
}

TEST_F(CheckPage, ThousandsOfCasesStayBelow8MB) {
  for (const auto& text : finding_texts()) {
    for (int i = 0; i < 300; ++i) {
      add(text.kind, {kHostile, "rose/2.jpg", kHostile, "rose/2.jpg", kHostile}, "difference 1.0");
    }
  }
  const auto text = page();
  EXPECT_LT(text.size(), 8'000'000U);
  EXPECT_GT(text.size(), 1'000'000U);
  EXPECT_THAT(text, HasSubstr("and 1 more"));
  EXPECT_THAT(text, HasSubstr("more: alexnet check --json lists all"));
  EXPECT_EQ(text, page());
}

}  // namespace
}  // namespace alexnet
