#include "alexnet/models/comparison.h"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "alexnet/models/models.h"

#include "support/source_tree.h"

namespace alexnet {
namespace {

using ::testing::HasSubstr;

TEST(Comparison, StandsInTheDocumentation) {
  std::ifstream file(testing_support::source_tree() / "docs/models.md");
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  EXPECT_NE(document.find(models::comparison_markdown()), std::string::npos)
      << "docs/models.md is out of date: put there what `alexnet summary --networks` prints";
}

TEST(Comparison, SaysWhatDiffers) {
  const std::string text = models::comparison_markdown();
  EXPECT_THAT(text, HasSubstr("| `alexnet-2012` | normalize x 1 mean 256x256<br>conv 96 11x11/4 pad 0,0,3,3, LRN 5 c "
                              "2e-5 k 2 groups 2, max pool 3x3/2 up, ReLU<br>conv 256 5x5/1 pad 2 groups 2, ReLU, "));
  EXPECT_THAT(text, HasSubstr("| `alexnet-2012` | N(0.01); conv3, conv4, conv5: N(0.03) | 1 rate 2 decay 0; conv1, "
                              "conv3, fc8: 0 rate 2 decay 0 |\n"));
  EXPECT_THAT(text, HasSubstr("| 3x224x224 | 60,965,224 | 60,965,224 | 724,406,816 |\n"));
}

TEST(Comparison, HasEveryPresetInItsDocument) {
  const auto document = nlohmann::json::parse(models::comparison_json());
  EXPECT_EQ(document["schema"], "alexnet.networks");
  ASSERT_EQ(document["networks"].size(), models::presets().size());
  EXPECT_EQ(document["networks"][1]["name"], "tutorial");
  EXPECT_EQ(document["networks"][1]["parameters"], 28096769);
  EXPECT_EQ(document["networks"][1]["trainable"], 28075633);
}

}  // namespace
}  // namespace alexnet
