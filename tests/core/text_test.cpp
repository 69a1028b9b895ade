#include "core/text.h"

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

TEST(Text, BadBytesTakeOneColumn) {
  EXPECT_EQ(display_width("\xFF\xFE"), 2);
  EXPECT_EQ(display_width("\xE7\x8E"), 2);  // a character cut off
}

TEST(Text, FittedCutsWholeCharacters) {
  EXPECT_EQ(fitted("玫瑰花", 5), "玫瑰");
  EXPECT_EQ(fitted("rose", 10), "rose");
  EXPECT_EQ(fitted("rose", 0), "");
}

TEST(Text, PrintableHidesControlCharactersAndBadBytes) {
  EXPECT_EQ(printable("a\033[31m\nb"), "a?[31m?b");
  EXPECT_EQ(printable("玫\xE7\x8E.jpg"), "玫??.jpg");
}

TEST(Text, WrapsAtSpaces) {
  EXPECT_EQ(wrapped("one two three", 7), "one two\nthree");
  EXPECT_EQ(wrapped("a longer_than_that b", 5), "a\nlonger_than_that\nb");
  EXPECT_EQ(wrapped("one two", 0), "one two");
  EXPECT_EQ(wrapped("one two three", 9, 2), "one two\n  three");
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
  EXPECT_EQ(byte_text(512), "512 bytes");
  EXPECT_EQ(byte_text(1536), "1.5 kB");
  EXPECT_EQ(byte_text(243860896), "243.9 MB");
  EXPECT_EQ(byte_text(999'999'999), "1.0 GB");
}

TEST(Text, CsvFieldsAreQuotedOnlyWhereNeeded) {
  EXPECT_EQ(csv_field("plain 花"), "plain 花");
  EXPECT_EQ(csv_field("a, \"b\""), "\"a, \"\"b\"\"\"");
  EXPECT_EQ(csv_field("a\nb"), "\"a\nb\"");
  EXPECT_EQ(csv_field(""), "");
}

}  // namespace
}  // namespace alexnet
