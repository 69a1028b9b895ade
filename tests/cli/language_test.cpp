// Help, messages and errors in Chinese; what scripts read stays English.
#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

#include "cli/source_texts.h"
#include "cli/trained_fixture.h"
#include "core/text.h"

namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;
using CliLanguage = TrainedTest;

Setting with(Setting setting, const std::map<std::string, std::string>& variables) {
  setting.environment = variables;
  return setting;
}

bool has_chinese(const std::string& text) {
  return display_width(text) != static_cast<int>(text.size()) && text.size() > 3;
}

bool is_ascii(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 128; });
}

/// Every line that is not a table's is Chinese, or has no English sentence.
void expect_chinese(const std::string& text, const std::string& where) {
  EXPECT_TRUE(has_chinese(text)) << where << ": " << text;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    EXPECT_EQ(english_left_in(line), "") << where << ": " << line;
  }
}

const std::vector<std::string> kZh = {"--lang", "zh"};

TEST_F(CliLanguage, HelpOfEveryCommandIsChinese) {
  const auto commands = alexnet({"help", "--json"}).json()["commands"];
  for (const auto& command : commands) {
    const auto name = command["name"].get<std::string>();
    expect_chinese(alexnet({name, "--help", "--lang", "zh"}).out, name + " --help");
    expect_chinese(alexnet({name, "-h", "--lang=zh"}).out, name + " -h");
  }
  expect_chinese(alexnet(kZh).out, "overview");
  expect_chinese(alexnet({"--help", "--lang", "zh"}).out, "overview");
}

TEST_F(CliLanguage, ChineseHelpFitsTheScreen) {
  for (const auto& words : std::vector<std::vector<std::string>>{{}, {"help", "train"}, {"help", "check"}}) {
    std::istringstream in(alexnet(words + kZh).out);
    for (std::string line; std::getline(in, line);) {
      // A column of names that is wider than usual may push its text out.
      EXPECT_LE(display_width(line), 80) << line;
    }
  }
}

TEST_F(CliLanguage, ErrorsAreChineseWithTheSameCode) {
  const std::vector<std::vector<std::string>> failing = {{"summary", "alexnet-2013"},
                                                         {"train", "nothing"},
                                                         {"train", "photos", "--batch", "0"},
                                                         {"train", "photos", "--backend", "cuda"},
                                                         {"predict", "run", "nothing.png"},
                                                         {"predict", "rose.png", "rose.png"},
                                                         {"predict", "run"},
                                                         {"evaluate", "run", "photos/rose"},
                                                         {"trian"},
                                                         {"train", "--batchh", "3"}};
  for (const auto& words : failing) {
    SCOPED_TRACE(words.back());
    const auto english = alexnet(words + std::vector<std::string>{"--verbose"}, here());
    const auto chinese = alexnet(words + std::vector<std::string>{"--verbose", "--lang", "zh"}, here());
    EXPECT_EQ(chinese.status, english.status);
    EXPECT_TRUE(chinese.err.starts_with("错误:")) << chinese.err;
    expect_chinese(chinese.err.substr(0, chinese.err.find("code: ")), words.back());
    const auto code = english.err.find("code: ");
    ASSERT_NE(code, std::string::npos) << english.err;
    const auto name = english.err.substr(code + 6, english.err.find('\n', code) - code - 6);
    EXPECT_NE(chinese.err.find(name), std::string::npos) << chinese.err;
  }
}

TEST_F(CliLanguage, ATrainingIsToldInChineseAndItsFilesStayEnglish) {
  const auto outcome = alexnet(small_training("zh-run", 2) + kZh, here());
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  expect_chinese(outcome.err, "progress");
  expect_chinese(outcome.out, "results");
  EXPECT_NE(outcome.err.find("完成，用时"), std::string::npos) << outcome.err;
  const auto run = place() / "zh-run";
  for (const auto* name : {"log.txt", "metrics.csv", "steps.csv", "split.csv", "recipe.toml"}) {
    EXPECT_TRUE(is_ascii(read(run / name))) << name;
    EXPECT_FALSE(read(run / name).empty()) << name;
  }
}

TEST_F(CliLanguage, CommandsThatPrintTablesAreChinese) {
  const std::vector<std::vector<std::string>> commands = {
      {"evaluate", "run"},
      {"check", "photos"},
      {"summary", "tutorial"},
      {"data", "list"},
      {"doctor"},
      {"similar", "run", "rose.png"},
      {"embed", "run", "photos", "--to", "zh.csv"},
      {"export", "run", "--to", "zh.safetensors", "--precision", "i8", "--calibrate", "photos"},
      {"explain", "run", "rose.png", "--to", "zh-explain"},
      {"augment", "photos", "--to", "zh.png"},
      {"bench", "lenet5", "--steps", "1", "--train", "--layers", "--memory"},
      {"lr-find", "photos", "--network", "lenet5", "--batch", "8", "--steps", "4", "--to", "zh-lr"},
      {"version"}};
  for (const auto& words : commands) {
    const auto outcome = alexnet(words + kZh, here());
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    expect_chinese(outcome.out, words.front());
    std::istringstream in(outcome.err);
    for (std::string line; std::getline(in, line);) {
      EXPECT_EQ(english_left_in(line), "") << words.front() << ": " << line;
    }
  }
}

TEST_F(CliLanguage, WhatProgramsReadIsTheSameInEveryLanguage) {
  const std::vector<std::vector<std::string>> commands = {{"predict", "run", "rose.png", "--json"},
                                                          {"predict", "run", "rose.png", "--format", "csv"},
                                                          {"predict", "run", "rose.png", "--format", "jsonl"},
                                                          {"predict", "run", "nothing.png", "--json"},
                                                          {"summary", "lenet5", "--json"},
                                                          {"summary", "lenet5", "--csv"},
                                                          {"summary", "lenet5", "--definition"},
                                                          {"check", "photos", "--json"},
                                                          {"help", "--json"},
                                                          {"completion", "bash"}};
  for (const auto& words : commands) {
    EXPECT_EQ(alexnet(words + kZh, here()).out, alexnet(words, here()).out) << words.front();
  }
}

TEST_F(CliLanguage, OptionThenVariableThenLocale) {
  const auto error = [&](const std::vector<std::string>& more, const std::map<std::string, std::string>& variables) {
    const auto text = alexnet(std::vector<std::string>{"summary", "nothing"} + more, with(here(), variables)).err;
    return text.substr(0, text.find(' '));
  };
  EXPECT_EQ(error({}, {{"LANG", "zh_CN.UTF-8"}}), "错误:");
  EXPECT_EQ(error({}, {{"LANG", "en_GB.UTF-8"}, {"LC_MESSAGES", "zh_CN.UTF-8"}}), "错误:");
  EXPECT_EQ(error({}, {{"LANG", "zh_CN.UTF-8"}, {"LC_ALL", "C"}}), "error:");
  EXPECT_EQ(error({}, {{"LANG", "C"}, {"ALEXNET_OPT_LANG", "zh"}}), "错误:");
  EXPECT_EQ(error({}, {{"LANG", "zh_CN.UTF-8"}, {"ALEXNET_OPT_LANG", "auto"}}), "错误:");
  EXPECT_EQ(error({"--lang", "en"}, {{"LANG", "zh_CN.UTF-8"}, {"ALEXNET_OPT_LANG", "zh"}}), "error:");
  EXPECT_EQ(error({"--lang", "zh"}, {{"LC_ALL", "C"}}), "错误:");
}

TEST_F(CliLanguage, AnotherWordIsRefused) {
  const auto option = alexnet({"version", "--lang", "fr"});
  EXPECT_EQ(option.status, 2);
  EXPECT_NE(option.err.find("option --lang cannot be used\nexpected auto, en, zh, got fr"), std::string::npos)
      << option.err;
  const auto variable = alexnet({"version"}, with({}, {{"ALEXNET_OPT_LANG", "fr"}}));
  EXPECT_EQ(variable.status, 2);
  EXPECT_NE(variable.err.find("ALEXNET_OPT_LANG"), std::string::npos) << variable.err;
}

TEST_F(CliLanguage, TheCLocaleGivesPlainAscii) {
  const auto plain = with(here(), {{"LC_ALL", "C"}});
  for (const auto& words : std::vector<std::vector<std::string>>{{},
                                                                 {"help", "train"},
                                                                 {"summary", "tutorial"},
                                                                 {"evaluate", "run"},
                                                                 {"check", "photos"},
                                                                 {"man"},
                                                                 {"trian"}}) {
    const auto outcome = alexnet(words, plain);
    EXPECT_TRUE(is_ascii(outcome.out + outcome.err)) << outcome.out << outcome.err;
  }
}

TEST_F(CliLanguage, TheManualIsChinese) {
  const auto page = alexnet({"man", "--lang", "zh"}).out;
  EXPECT_NE(page.find("退出状态"), std::string::npos) << page.substr(0, 400);
  if (shell("command -v man").status != 0) {
    GTEST_SKIP() << "man is not installed";
  }
  const auto shown =
      shell("alexnet man --lang zh > zh.1; MANWIDTH=80 man -l zh.1", with(here(), {{"MANPAGER", "cat"}}));
  EXPECT_EQ(shown.status, 0) << shown.err;
  EXPECT_EQ(shown.err, "");
  EXPECT_NE(shown.out.find("每条命令都有的选项"), std::string::npos);
}

}  // namespace
}  // namespace alexnet::testing
