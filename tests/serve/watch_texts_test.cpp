#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "serve/watch_page.h"

namespace alexnet::serve {
namespace {

/// "key {placeholder} {placeholder}" of each text of a language, in the order of the file.
std::vector<std::string> keys_of(const std::string& texts) {
  std::vector<std::string> keys;
  const std::regex entry(R"((\w+): (?:'([^']*)'|\{))");
  for (std::sregex_iterator found(texts.begin(), texts.end(), entry), end; found != end; ++found) {
    std::string key = (*found)[1];
    const std::string text = (*found)[2];
    std::multiset<std::string> placeholders;
    const std::regex placeholder(R"(\{\w+\})");
    for (std::sregex_iterator inner(text.begin(), text.end(), placeholder); inner != end; ++inner) {
      placeholders.insert(inner->str());
    }
    for (const auto& each : placeholders) {
      key += " " + each;
    }
    keys.push_back(key);
  }
  return keys;
}

TEST(WatchTexts, BothLanguagesHaveTheSameKeysAndPlaceholders) {
  const std::string all(kTextsJs);
  const auto chinese = all.find("  zh: {");
  const auto end = all.find("\n};");
  ASSERT_NE(chinese, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  auto en = keys_of(all.substr(0, chinese));
  auto zh = keys_of(all.substr(chinese, end - chinese));
  ASSERT_GT(en.size(), 50U);
  en.erase(en.begin());  // the name of the language itself
  zh.erase(zh.begin());
  EXPECT_EQ(en, zh);
}

TEST(WatchTexts, ThePageAsksForNothingOutside) {
  for (const auto text : {kWatchHtml, kWatchCss, kWatchJs, kTextsJs}) {
    EXPECT_EQ(text.find("http://"), std::string::npos);
    EXPECT_EQ(text.find("https://"), std::string::npos);
  }
}

}  // namespace
}  // namespace alexnet::serve
