#include "cli/terminal.h"

#include <gtest/gtest.h>

namespace alexnet::cli {
namespace {

TEST(Terminal, ChineseTakesTwoColumns) {
  EXPECT_EQ(display_width("rose"), 4);
  EXPECT_EQ(display_width("玫瑰"), 4);
  EXPECT_EQ(display_width("玫瑰 (rose)"), 11);
  EXPECT_EQ(pad_right("玫瑰", 6), "玫瑰  ");
  EXPECT_EQ(pad_left("玫瑰", 6), "  玫瑰");
}

TEST(Terminal, CombiningMarksTakeNoColumnAndBadBytesOne) {
  EXPECT_EQ(display_width("e\xCC\x81"), 1);
  EXPECT_EQ(display_width("\xFF\xFE"), 2);
  EXPECT_EQ(display_width("\xE7\x8E"), 2);  // a character cut off
}

TEST(Terminal, FittedCutsWholeCharacters) {
  EXPECT_EQ(fitted("玫瑰花", 5), "玫瑰");
  EXPECT_EQ(fitted("rose", 10), "rose");
}

TEST(Terminal, WrappedBreaksAtWordsAndIndents) {
  EXPECT_EQ(wrapped("one two three", 9, 2), "one two\n  three");
  EXPECT_EQ(wrapped("averyveryverylongword", 5, 0), "averyveryverylongword");
}

TEST(Terminal, PrintableHidesControlCharacters) { EXPECT_EQ(printable("a\033[31m\nb"), "a?[31m?b"); }

}  // namespace
}  // namespace alexnet::cli
