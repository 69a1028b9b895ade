#include "core/translation.h"

#include <gtest/gtest.h>

#include "alexnet/core/error.h"

#include "core/text.h"

namespace alexnet {
namespace {

constexpr auto kZh = Language::kChinese;

TEST(Translation, ReadsGettextsForm) {
  const auto entries =
      parse_catalogue({"msgid \"\"\nmsgstr \"\"\n\"Language: zh_CN\\n\"\n",
                       "# a remark\n#: file\nmsgid \"say \\\"{}\\\" \"\n\"twice\"\nmsgstr \"说\"\n\"{}\\n\""});
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].english, "say \"{}\" twice");
  EXPECT_EQ(entries[0].other, "说{}\n");
  EXPECT_THROW(static_cast<void>(parse_catalogue({"msgid \"a\"\nmsgstr nothing"})), Error);
  EXPECT_THROW(static_cast<void>(parse_catalogue({"\"a\""})), Error);
}

TEST(Translation, EnglishStaysAsItIs) {
  EXPECT_EQ(translated("nothing was found", Language::kEnglish), "nothing was found");
  EXPECT_EQ(retold("nothing was found\n", Language::kEnglish), "nothing was found\n");
}

TEST(Translation, WhatTheCatalogueDoesNotHoldStays) {
  EXPECT_EQ(translated("no such text at all", kZh), "no such text at all");
  EXPECT_EQ(retold("no such text at all", kZh), "no such text at all");
}

TEST(Retold, FillsThePlacesOfValues) {
  EXPECT_EQ(retold("network lenet5: 61,706 parameters, 61,706 trainable; recipe quick; backend cpu at f32", kZh),
            "网络 lenet5：61,706 个参数，其中 61,706 个可训练；配方 quick；后端 cpu，精度 f32");
}

TEST(Retold, OrdersThemAsTheTranslationDoes) {
  EXPECT_EQ(retold("best epoch: 7 of 25 (val top-1 61.3 %, val loss 1.2345)", kZh),
            "最好的一轮：25 轮中的第 7 轮（验证 top-1 61.3 %，验证损失 1.2345）");
}

TEST(Retold, TranslatesValuesThatAreTexts) {
  EXPECT_EQ(retold("done in 4 min 10 s", kZh), "完成，用时 4 分 10 秒");
  EXPECT_EQ(retold("3 files moved to photos/quarantine", kZh), "3 个文件已移到 photos/quarantine");
}

TEST(Retold, LeavesNamesOfOneWordAlone) {
  // A class may be called as a word of the catalogue.
  ASSERT_NE(translated("none", kZh), "none");
  EXPECT_EQ(retold("  none taken for class: 1 of 3 (50.0 % of all errors)", kZh),
            "  none 被认作 class：3 张中的 1 张（占全部错误的 50.0 %）");
}

TEST(Retold, NumbersAreWantedWhereTheFormatSaysSo) {
  ASSERT_EQ(retold("done in 1.5 s", kZh), "完成，用时 1.5 秒");
  EXPECT_EQ(retold("done in the letter s", kZh), "完成，用时 the letter s");
  EXPECT_EQ(retold("to the letter", kZh), "to the letter");
}

TEST(Retold, KeepsLinesAndSpaces) {
  EXPECT_EQ(retold("\n  nothing was found\nno such text at all\n", kZh), "\n  没有发现问题\nno such text at all\n");
}

TEST(Retold, JoinsAndBreaksWhatWasBroken) {
  const std::string text =
      "Total: 61,706 parameters, 61,706 of them trainable; 416,520 multiply-accumulates (MACs) a photo.";
  const auto told = retold(wrapped(text, 40) + "\n", kZh, 40);
  std::string joined = told;
  std::erase(joined, '\n');
  std::erase(joined, ' ');
  EXPECT_EQ(joined, "合计：61,706个参数，其中61,706个可训练；每张照片416,520次乘加（MAC）。");
  for (std::size_t begin = 0; begin < told.size(); begin = told.find('\n', begin) + 1) {
    EXPECT_LE(display_width(told.substr(begin, told.find('\n', begin) - begin)), 40) << told;
  }
}

TEST(Retold, SentencesStandAlone) {
  EXPECT_EQ(retold("Of the parameters, 95.9 % are in the dense layers (77.8 % in fc3 alone). Of the work, 85.9 % is "
                   "done by the convolutions (57.6 % by conv2 alone).",
                   kZh),
            "参数中 95.9 % 在全连接层（仅 fc3 就占 77.8 %）。计算量中 85.9 % 由卷积层完成（仅 conv2 就占 57.6 %）。");
}

TEST(Retold, ColumnsKeepTheirPlaces) {
  const std::string table =
      "layers  pass       ms\n"
      "conv1   forward  1.25\n";
  const auto told = retold(table, kZh);
  EXPECT_EQ(told,
            "层      方向     毫秒\n"
            "conv1   forward  1.25\n");
}

TEST(Retold, AnErrorIsToldWithItsArguments) {
  const Error error(Message::kOptionInvalid,
                    {{"where", "--top"}, {"expected", "a whole number from 1"}, {"got", "nothing"}});
  const auto text = describe(error, kZh);
  EXPECT_EQ(text.code, "option-invalid");
  EXPECT_EQ(text.what, "选项 --top 不能这样使用");
  EXPECT_EQ(text.expected, "应为从 1 起的整数，实为什么也没有");
  EXPECT_EQ(text.where, "--top");
}

TEST(Language, IsThatOfTheLocale) {
  EXPECT_EQ(language_of("zh_CN.UTF-8"), kZh);
  EXPECT_EQ(language_of("zh"), kZh);
  EXPECT_EQ(language_of("C"), Language::kEnglish);
  EXPECT_EQ(language_of("en_GB.UTF-8"), Language::kEnglish);
}

TEST(Wrapped, BreaksBetweenChineseCharactersButNotBeforePunctuation) {
  EXPECT_EQ(wrapped("照片太少，请加入照片", 10), "照片太少，\n请加入照片");
  EXPECT_EQ(wrapped("照片太少啊，请加入", 10), "照片太少\n啊，请加入");
  EXPECT_EQ(wrapped("用 --batch 8 训练", 9), "用\n--batch 8\n训练");
}

}  // namespace
}  // namespace alexnet
