#include <string>

#include <gtest/gtest.h>

#include "serve/page_texts.h"
#include "serve/watch_page.h"

namespace alexnet::serve {
namespace {

using testing_support::keys_of;

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
  for (const auto text : {kWatchHtml, kWatchCss, kWatchJs, kLayersJs, kTextsJs}) {
    EXPECT_EQ(text.find("http://"), std::string::npos);
    EXPECT_EQ(text.find("https://"), std::string::npos);
  }
}

}  // namespace
}  // namespace alexnet::serve
