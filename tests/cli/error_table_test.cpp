#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "alexnet/core/messages.h"

#include "cli/program.h"
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

}  // namespace
}  // namespace alexnet::testing
