#include "alexnet/data/class_names.h"

#include <gtest/gtest.h>

#include "data/known_layout.h"

namespace alexnet {
namespace {

TEST(ClassNames, EveryClassOfAKnownSetHasAChineseName) {
  for (const char* set : {"flowers17", "fashion-mnist", "cifar10"}) {
    const auto classes = known_class_names(set);
    const auto names = known_names(classes);
    ASSERT_EQ(names.size(), classes.size()) << set;
    for (const auto& [name, others] : names) {
      EXPECT_FALSE(others.chinese.empty()) << name;
      EXPECT_EQ(others.latin.empty(), std::string(set) != "flowers17") << name;
    }
  }
}

TEST(ClassNames, OtherClassesHaveNone) {
  EXPECT_TRUE(known_names({}).empty());
  EXPECT_TRUE(known_names({"daisy", "rose"}).empty());
  auto classes = known_class_names("cifar10");
  classes.back() = "lorry";
  EXPECT_TRUE(known_names(classes).empty());
}

}  // namespace
}  // namespace alexnet
