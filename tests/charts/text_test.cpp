#include "charts/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace alexnet::charts::detail {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kReplaced = "\xEF\xBF\xBD";

TEST(Escaped, KeepsMarkupOut) {
  EXPECT_EQ(escaped("a < b & \"c\" > d"), "a &lt; b &amp; &quot;c&quot; &gt; d");
  EXPECT_EQ(escaped("\xE7\x8E\xAB\xE7\x91\xB0 \xC3\xA9 \xF0\x9F\x8C\xBC"),
            "\xE7\x8E\xAB\xE7\x91\xB0 \xC3\xA9 \xF0\x9F\x8C\xBC");
}

TEST(Escaped, ReplacesWhatXmlForbids) {
  EXPECT_EQ(escaped(std::string("a\0b", 3)), std::string("a") + kReplaced + "b");
  EXPECT_EQ(escaped("\x1B"), kReplaced);
  EXPECT_EQ(escaped("\xFF"), kReplaced) << "no such byte in UTF-8";
  EXPECT_EQ(escaped("\xE7\x8E"), std::string(kReplaced) + kReplaced) << "a cut sequence";
  EXPECT_EQ(escaped("\xC0\xBC"), std::string(kReplaced) + kReplaced) << "< written too long";
  EXPECT_EQ(escaped("\xED\xA0\x80"), std::string(kReplaced) + kReplaced + kReplaced) << "half a surrogate pair";
}

TEST(TextWidth, CountsChineseCharactersAsSquares) {
  EXPECT_EQ(text_width("\xE7\x8E\xAB\xE7\x91\xB0", 12), 24);
  EXPECT_LT(text_width("ill", 12), text_width("mmm", 12));
}

TEST(Wrapped, BreaksBetweenWords) {
  const auto lines = wrapped("one two three four five six seven", 10, 80, 9);
  EXPECT_THAT(lines, SizeIs(3));
  std::string joined;
  for (const std::string& line : lines) {
    EXPECT_LE(text_width(line, 10), 80);
    joined += (joined.empty() ? "" : " ") + line;
  }
  EXPECT_EQ(joined, "one two three four five six seven");
}

TEST(Wrapped, BreaksBetweenChineseCharacters) {
  EXPECT_THAT(wrapped("\xE7\x8E\xAB\xE7\x91\xB0\xE7\x8E\xAB", 10, 25, 9),
              ElementsAre("\xE7\x8E\xAB\xE7\x91\xB0", "\xE7\x8E\xAB"));
}

TEST(Wrapped, CutsTheLastLineAndLongWords) {
  const auto lines = wrapped("aaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbb ccccccc", 10, 50, 2);
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_TRUE(lines[1].ends_with("\xE2\x80\xA6")) << lines[1];
  EXPECT_THAT(wrapped("", 10, 50, 2), IsEmpty());
  EXPECT_THAT(wrapped("mm", 10, 1, 5), ElementsAre("m", "m")) << "narrower than any character";
}

TEST(Shortened, KeepsWhatFitsAndTheEndWhereAsked) {
  EXPECT_EQ(shortened("rose", 10, 100), "rose");
  const std::string start = shortened("flowers-alexnet-seed-7", 10, 60);
  EXPECT_TRUE(start.starts_with("flow") && start.ends_with("\xE2\x80\xA6")) << start;
  const std::string both = shortened("flowers-alexnet-seed-7", 10, 60, 0.5);
  EXPECT_TRUE(both.starts_with("fl") && both.ends_with("-7")) << both;
  EXPECT_LE(text_width(both, 10), 61);
}

}  // namespace
}  // namespace alexnet::charts::detail
