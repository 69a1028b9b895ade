#include "alexnet/models/models.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/error.h"
#include "alexnet/network/summary.h"

namespace alexnet {
namespace {

TEST(Models, ListsPresetsThatMakeThemselves) {
  std::vector<std::string> names;
  for (const models::Preset& preset : models::presets()) {
    names.push_back(preset.name);
    const Network network = models::by_name(preset.name);
    EXPECT_EQ(network.name(), preset.name);
    EXPECT_EQ(network.classes(), preset.classes);
    EXPECT_TRUE(network == preset.make(preset.classes));
  }
  EXPECT_THAT(names, ::testing::ElementsAre("lenet5", "tutorial", "alexnet-2012", "alexnet-2012-half",
                                            "alexnet-2012-nolrn", "alexnet-2012-pool2", "alexnet-6conv",
                                            "alexnet-paper", "alexnet-owt", "caffe-alexnet", "caffenet", "alexnet-bn",
                                            "torchvision", "cifar10-quick", "cifar10-full", "cifar10-80sec",
                                            "cifar10-18pct", "cifar10-13pct", "cifar10-11pct"));
}

TEST(Models, OtherClassCountsChangeOnlyTheLastDense) {
  for (const models::Preset& preset : models::presets()) {
    Network::Options options = models::by_name(preset.name, 23).options();
    std::get<Dense>(options.layers.back()).units = preset.classes;
    EXPECT_TRUE(Network(options) == models::by_name(preset.name)) << preset.name;
    EXPECT_EQ(models::by_name(preset.name, 23).classes(), 23);
  }
}

TEST(Models, RoundTripThroughJson) {
  for (const models::Preset& preset : models::presets()) {
    const Network network = preset.make(preset.classes);
    EXPECT_TRUE(Network::from_json(network.to_json()) == network) << preset.name;
  }
}

TEST(Models, SuggestTheNearestName) {
  try {
    (void)models::by_name("alexnet2012");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), Message::kUnknownNetwork);
    EXPECT_EQ(describe(error).hint, "did you mean alexnet-2012?");
  }
}

TEST(Models, RefuseNegativeClassCounts) { EXPECT_THROW((void)models::by_name("tutorial", -1), Error); }

// r + (window - 1) * (product of the strides before): 11, 11 + 2 * 4, 19 + 4 * 8, ...
TEST(Models, ReceptiveFieldsOfAlexNet) {
  for (const char* name : {"alexnet-2012", "alexnet-paper", "torchvision"}) {
    const Network network = models::by_name(name);
    const Summary summary = summarize(network, 1);
    std::vector<std::int64_t> fields;
    for (const char* layer : {"conv1", "pool1", "conv2", "pool2", "conv3", "conv4", "conv5", "pool5"}) {
      fields.push_back(summary.rows[network.index_of(layer)].receptive_field);
    }
    EXPECT_THAT(fields, ::testing::ElementsAre(11, 19, 51, 67, 99, 131, 163, 195)) << name;
    EXPECT_EQ(summary.rows[network.index_of("fc6")].receptive_field, 0);
  }
}

// Shares of the paper's network: 58,631,144 of 60,965,224 parameters in the dense layers, 665,784,864 of 724,406,816
// multiply-accumulates in the convolutions.
TEST(Models, AlexNetTeachesWhereParametersAndWorkAre) {
  EXPECT_EQ(teaching_sentences(summarize(models::alexnet_2012(), 1)),
            "Of the parameters, 96.2 % are in the dense layers (61.9 % in fc6 alone). "
            "Of the work, 91.9 % is done by the convolutions (30.9 % by conv2 alone).");
}

TEST(Models, SummaryFitsEightyColumns) {
  for (const models::Preset& preset : models::presets()) {
    const std::string table = to_table(summarize(preset.make(preset.classes), 128), {.width = 80});
    std::size_t longest = 0;
    for (std::size_t start = 0; start < table.size();) {
      const std::size_t end = table.find('\n', start);
      longest = std::max(longest, end - start);
      start = end + 1;
    }
    EXPECT_LE(longest, 80u) << preset.name;
    EXPECT_THAT(table, ::testing::HasSubstr("geometry")) << preset.name;
  }
}

}  // namespace
}  // namespace alexnet
