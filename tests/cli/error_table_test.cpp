#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "alexnet/core/messages.h"

#include "cli/program.h"
#include "cli/provoked_errors.h"
#include "support/source_tree.h"

namespace alexnet::testing {
namespace {

/// The first column of the table in docs/errors.md: `code`.
std::multiset<std::string> documented_codes() {
  std::multiset<std::string> codes;
  std::istringstream in(read(testing_support::source_tree() / "docs/errors.md"));
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("| `")) {
      codes.insert(line.substr(3, line.find('`', 3) - 3));
    }
  }
  return codes;
}

TEST(ErrorTable, ListsEachCodeOnce) {
  std::multiset<std::string> codes;
  for (int i = 0; i < static_cast<int>(Message::kCount); ++i) {
    codes.emplace(message_template(static_cast<Message>(i), Language::kEnglish).code);
  }
  EXPECT_EQ(documented_codes(), codes);
}

TEST(ErrorTable, EachEntryHasATestThatProvokesIt) {
  std::set<std::string> tests;
  const auto& all = *::testing::UnitTest::GetInstance();
  for (int s = 0; s < all.total_test_suite_count(); ++s) {
    const auto& suite = *all.GetTestSuite(s);
    for (int t = 0; std::string_view(suite.name()).starts_with("Provoked") && t < suite.total_test_count(); ++t) {
      EXPECT_TRUE(tests.insert(suite.GetTestInfo(t)->name()).second) << suite.GetTestInfo(t)->name();
    }
  }
  std::set<std::string> wanted;
  for (int i = 0; i < static_cast<int>(Message::kCount); ++i) {
    wanted.insert(test_name(message_template(static_cast<Message>(i), Language::kEnglish).code));
  }
  EXPECT_EQ(tests, wanted) << "tests/cli/provoked_*_test.cpp has a test of each code, called as provoked_errors.h says";
}

}  // namespace
}  // namespace alexnet::testing
