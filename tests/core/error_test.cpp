#include "alexnet/core/error.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace alexnet {
namespace {

TEST(Messages, HaveDistinctCodesAndBalancedPlaceholders) {
  std::set<std::string_view> codes;
  for (int i = 0; i < static_cast<int>(Message::kCount); ++i) {
    const auto& entry = message_template(static_cast<Message>(i), Language::kEnglish);
    EXPECT_TRUE(codes.insert(entry.code).second) << entry.code;
    EXPECT_FALSE(entry.what.empty()) << entry.code;
    for (const auto text : {entry.what, entry.expected, entry.hint}) {
      EXPECT_EQ(std::count(text.begin(), text.end(), '{'), std::count(text.begin(), text.end(), '}')) << entry.code;
      EXPECT_FALSE(text.ends_with('.')) << "no full stop: " << entry.code;
    }
  }
}

TEST(Error, IsTurnedIntoWordsByTheCatalogue) {
  const Error error(Message::kModelTruncated, {{"where", "m.safetensors"}, {"expected", "100"}, {"got", "60"}});
  const auto text = describe(error);
  EXPECT_EQ(text.code, "model-truncated");
  EXPECT_EQ(text.what, "the model file is cut off: m.safetensors");
  EXPECT_EQ(text.expected, "expected 100 bytes, got 60");
  EXPECT_EQ(text.where, "m.safetensors");
  EXPECT_EQ(error.kind(), ErrorKind::kBadData);
  EXPECT_STREQ(error.what(), "the model file is cut off: m.safetensors; expected 100 bytes, got 60");
}

TEST(Error, LeavesOutLinesWithoutContent) {
  EXPECT_EQ(describe(Error(Message::kUnknownNetwork, {{"where", "zzz"}})).hint, "");
  EXPECT_EQ(describe(Error(Message::kUnknownNetwork, {{"where", "tutoral"}, {"nearest", "tutorial"}})).hint,
            "did you mean tutorial?");
  EXPECT_EQ(describe(Error(Message::kShapeMismatch, {{"where", "conv1"}})).expected, "");
}

TEST(NearestName, FindsSmallSlipsOnly) {
  const std::vector<std::string> names = {"tutorial", "lenet5", "alexnet-2012"};
  EXPECT_EQ(nearest_name("tutoral", names), "tutorial");
  EXPECT_EQ(nearest_name("Lenet-5", names), "lenet5");
  EXPECT_EQ(nearest_name("alexnet2012", names), "alexnet-2012");
  EXPECT_EQ(nearest_name("vgg", names), "");
}

}  // namespace
}  // namespace alexnet
