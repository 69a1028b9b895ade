// The Chinese catalogue holds every text that the program says, and nothing else.
#include <algorithm>
#include <map>
#include <set>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include "cli/command.h"
#include "cli/help_text.h"
#include "cli/man_page.h"
#include "cli/program.h"
#include "cli/source_texts.h"
#include "core/text.h"
#include "core/translation.h"

namespace alexnet::testing {
namespace {

std::set<std::string> catalogue() {
  std::set<std::string> texts;
  for (const auto& entry : chinese_catalogue()) {
    texts.insert(entry.english);
  }
  return texts;
}

/// Names of the placeholders; those without a name by their place.
std::multiset<std::string> placeholders(const std::string& format, std::string* fault = nullptr) {
  std::multiset<std::string> names;
  int next = 0;
  bool numbered = false;
  for (auto open = format.find('{'); open != std::string::npos; open = format.find('{', open + 1)) {
    const auto close = format.find('}', open);
    if (close == std::string::npos) {
      break;
    }
    const auto inside = format.substr(open + 1, close - open - 1);
    const auto name = inside.substr(0, inside.find(':'));
    numbered = numbered || !name.empty();
    names.insert(name.empty() ? std::to_string(next++) : name);
  }
  if (fault != nullptr && next > 0 && numbered) {
    *fault = "numbered and other placeholders in one text";
  }
  return names;
}

TEST(Catalogue, HasEachTextOnceAndTranslated) {
  std::set<std::string> seen;
  for (const auto& [english, other] : chinese_catalogue()) {
    EXPECT_TRUE(seen.insert(english).second) << "twice in zh.po: " << english;
    EXPECT_FALSE(other.empty()) << "without a translation in zh.po: " << english;
    EXPECT_EQ(english.find_first_not_of(' '), 0U) << "spaces around it: " << english;
    EXPECT_EQ(english.find('\n'), std::string::npos) << "one entry a line: " << english;
  }
  EXPECT_GT(seen.size(), 800U);
}

TEST(Catalogue, PlaceholdersAgree) {
  for (const auto& [english, other] : chinese_catalogue()) {
    std::string fault;
    EXPECT_EQ(placeholders(english), placeholders(other, &fault)) << english << "\n" << other;
    EXPECT_EQ(fault, "") << other;
  }
}

TEST(Catalogue, EnglishIsAsciiAndChineseIsPlainText) {
  for (const auto& [english, other] : chinese_catalogue()) {
    EXPECT_TRUE(std::ranges::all_of(english, [](char c) { return c >= ' ' && c < 127; })) << english;
    EXPECT_TRUE(is_plain_text(other)) << other;
    EXPECT_EQ(english_left_in(other), "") << other;
  }
}

TEST(Catalogue, HasNoTextThatTheSourcesHaveNot) {
  std::set<std::string> texts;
  for (const auto& file : sources()) {
    for (auto& text : texts_of(read(file))) {
      texts.insert(std::move(text));
    }
  }
  for (const auto& english : catalogue()) {
    EXPECT_TRUE(texts.contains(english)) << "remove from src/core/zh.po, or mend, what no source says: " << english;
  }
}

TEST(Catalogue, HoldsWhatCommandsAndMessagesSay) {
  // Words of scripts, of static_assert and of formats, which no reader of the program sees.
  const std::set<std::string> not_for_readers = {"a signal handler may use it", "one entry a message",
                                                 "entries stand in the order of enum Message"};
  const auto known = catalogue();
  auto files = sources("cli");
  files.push_back(sources("core/messages.cpp").at(0));
  for (const auto& file : files) {
    if (file.filename() == "completion_scripts.cpp") {
      continue;  // a program for shells
    }
    for (const auto& text : texts_of(read(file))) {
      if (is_sentence(text) && !not_for_readers.contains(text)) {
        EXPECT_TRUE(known.contains(text)) << file.string() << " says what has no translation; " << entry_to_add(text);
      }
    }
  }
}

/// What a placeholder asks of its value: ".1f" of {:.1f}; those that ask nothing are left out.
std::multiset<std::string> value_formats(const std::string& text) {
  std::multiset<std::string> found;
  for (auto open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
    const auto inside = text.substr(open + 1, text.find('}', open) - open - 1);
    if (const auto colon = inside.find(':'); colon != std::string::npos) {
      found.insert(inside.substr(colon + 1));
    }
  }
  return found;
}

TEST(Catalogue, HoldsWhatPagesSay) {
  std::map<std::string, std::string> chinese;
  for (const auto& [english, other] : chinese_catalogue()) {
    chinese.emplace(english, other);
  }
  std::size_t said = 0;
  for (const auto& file : sources()) {
    for (const auto& text : texts_said(read(file))) {
      ++said;
      const auto found = chinese.find(text);
      ASSERT_NE(found, chinese.end()) << file.string() << " says what has no translation; " << entry_to_add(text);
      EXPECT_EQ(value_formats(text), value_formats(found->second)) << "a value would look different: " << found->second;
    }
  }
  EXPECT_GT(said, 300U);
}

/// Whether a help text is translated: no English sentence is left.
void expect_chinese(const std::string& text, const std::string& english, const std::string& where) {
  EXPECT_EQ(english_left_in(text), "") << where << ": " << entry_to_add(english);
}

TEST(Catalogue, HoldsTheHelpOfEveryCommand) {
  for (auto& command : cli::make_commands()) {
    const cli::CommandLine line(std::move(command));
    const auto text = line.command->text();
    SCOPED_TRACE(text.name);
    for (const auto& words : {text.summary, text.group}) {
      EXPECT_NE(translated(words, Language::kChinese), words) << entry_to_add(words);
    }
    EXPECT_NE(retold(text.description, Language::kChinese), text.description) << entry_to_add(text.description);
    for (const auto& example : text.examples) {
      EXPECT_NE(translated(example.comment, Language::kChinese), example.comment) << entry_to_add(example.comment);
    }
    for (const auto& option : cli::option_facts(line)) {
      SCOPED_TRACE(option.names);
      EXPECT_NE(translated(option.group, Language::kChinese), option.group) << entry_to_add(option.group);
      expect_chinese(cli::option_help(option, Language::kChinese), option.help, option.names);
      EXPECT_NE(cli::option_help(option, Language::kChinese), cli::option_help(option, Language::kEnglish))
          << entry_to_add(option.help);
    }
  }
}

TEST(Catalogue, HoldsEveryMessage) {
  for (int i = 0; i < static_cast<int>(Message::kCount); ++i) {
    const auto& english = message_template(static_cast<Message>(i), Language::kEnglish);
    const auto& chinese = message_template(static_cast<Message>(i), Language::kChinese);
    EXPECT_EQ(chinese.code, english.code);
    EXPECT_EQ(chinese.kind, english.kind);
    for (const auto& [from, to] :
         {std::pair{english.what, chinese.what}, {english.expected, chinese.expected}, {english.hint, chinese.hint}}) {
      // A hint may be a command alone.
      const bool types = from.starts_with("alexnet ") || from.find("ls -l") == 0 || from.find("df -h; ls") == 0;
      const bool command = types && from.find('(') == std::string_view::npos;
      EXPECT_TRUE(from.empty() || command || from != to) << entry_to_add(std::string(from));
    }
  }
}

TEST(SourceTexts, AreWhatStandsInSources) {
  const auto texts = texts_of(R"__(f("one " "text", R"(raw)", 'x'); // "no"
    auto a = "no word after " + g("inner text") + " and more\nnext line"; b = name + " is it"; /* "no" */)__");
  const std::vector<std::string> expected = {"one text", "inner text", "no word after {} and more", "next line",
                                             "{} is it"};
  EXPECT_EQ(texts, expected);
}

TEST(SourceTexts, WhatIsSaidFollowsSay) {
  const auto texts =
      texts_said(R"__(put(out, say("one {} " "text", 1)); source.say("two"); say_("three"); day("no");)__");
  EXPECT_EQ(texts, (std::vector<std::string>{"one {} text", "two", "three"}));
}

TEST(SourceTexts, EnglishThatIsLeftIsFound) {
  EXPECT_NE(english_left_in("训练 a photo that is 完成"), "");
  EXPECT_NE(english_left_in("this is left"), "");
  EXPECT_EQ(english_left_in("用 --batch 8 训练：alexnet train some photos --recipe quick"), "");
  EXPECT_EQ(english_left_in("auto|en|zh，写入 explain/photo one.png"), "");
}

}  // namespace
}  // namespace alexnet::testing
