#include "network/text.h"

#include <gtest/gtest.h>

namespace alexnet {
namespace {

TEST(Text, PlainTextIsUtf8WithoutControlCharacters) {
  EXPECT_TRUE(is_plain_text("conv1 (a)"));
  EXPECT_TRUE(is_plain_text("玫瑰 ü 🌷"));
  EXPECT_FALSE(is_plain_text("a\nb"));
  EXPECT_FALSE(is_plain_text("\x7f"));
  EXPECT_FALSE(is_plain_text("\xc2\x80"));          // a control character of two bytes
  EXPECT_FALSE(is_plain_text("\xe7\x8e"));          // cut
  EXPECT_FALSE(is_plain_text("\xc0\xaf"));          // overlong
  EXPECT_FALSE(is_plain_text("\xe0\x80\xaf"));      // overlong
  EXPECT_FALSE(is_plain_text("\xed\xa0\x80"));      // half of a surrogate pair
  EXPECT_FALSE(is_plain_text("\xf4\x90\x80\x80"));  // beyond the last character
}

TEST(Text, ChineseTakesTwoColumns) {
  EXPECT_EQ(display_width("rose"), 4);
  EXPECT_EQ(display_width("玫瑰"), 4);
  EXPECT_EQ(display_width("ü"), 1);
  EXPECT_EQ(display_width("u\xcc\x88"), 1);  // u and a combining mark
  EXPECT_EQ(pad_right("玫瑰", 6), "玫瑰  ");
  EXPECT_EQ(pad_left("7", 3), "  7");
  EXPECT_EQ(pad_left("1234", 3), "1234");
}

TEST(Text, WrapsAtSpaces) {
  EXPECT_EQ(wrapped("one two three", 7), "one two\nthree\n");
  EXPECT_EQ(wrapped("a longer_than_that b", 5), "a\nlonger_than_that\nb\n");
  EXPECT_EQ(wrapped("one two", 0), "one two\n");
}

TEST(Text, WritesNumbersForReaders) {
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(1000), "1,000");
  EXPECT_EQ(with_commas(60965224), "60,965,224");
  EXPECT_EQ(with_commas(-123456), "-123,456");
  EXPECT_EQ(short_number(2e-5), "2e-5");
  EXPECT_EQ(short_number(0.75), "0.75");
  EXPECT_EQ(short_number(1e-12), "1e-12");
  EXPECT_EQ(byte_text(512), "512 B");
  EXPECT_EQ(byte_text(1536), "1.5 KiB");
  EXPECT_EQ(byte_text(243860896), "232.6 MiB");
}

}  // namespace
}  // namespace alexnet
