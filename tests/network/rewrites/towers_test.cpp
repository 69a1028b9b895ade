#include "alexnet/network/rewrites/towers.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "network/error_text.h"
#include "support/grouped.h"

namespace alexnet {
namespace {

using testing_support::grouped_network;

/// "name kind output", a line a layer.
std::string layers_of(const Network& network) {
  std::string text;
  for (std::size_t i = 0; i < network.layers().size(); ++i) {
    const Layer& layer = network.layers()[i];
    text += fmt::format("{} {} {}\n", name_of(layer), kind_of(layer), to_string(network.facts(i).output));
  }
  return text;
}

template <class L>
const L& layer_of(const Network& network, const char* name) {
  return std::get<L>(network.layers()[network.index_of(name)]);
}

/// `grouped_network` with a layer exchanged for another.
Network with_layer(const char* name, const Layer& other) {
  Network::Options options = grouped_network().options();
  options.layers[grouped_network().index_of(name)] = other;
  options.tensor_names.clear();
  return Network(options);
}

std::string split_refusal(const Network& network, int towers = 2) {
  return error_text([&] { (void)split(network, 0, towers); });
}

std::vector<WeightedNetwork> all_towers(const Network& network, const Weights& weights, int towers) {
  std::vector<WeightedNetwork> all;
  all.reserve(static_cast<std::size_t>(towers));
  for (int rank = 0; rank < towers; ++rank) {
    all.push_back(split(network, weights, rank, towers));
  }
  return all;
}

TEST(Towers, EachHoldsItsPartAndExchangesWhereAllIsRead) {
  // Worked out by hand from the layers of grouped_network.
  const std::string shared =
      "normalize normalize 3x21x21\nconv1 conv2d 6x21x21\nlrn1 lrn 6x21x21\npool1 max_pool2d 6x10x10\n"
      "relu1 relu 6x10x10\nconv2 conv2d 10x10x10\nrelu2 relu 10x10x10\nlrn2 lrn 10x10x10\nlrn2_map lrn 10x10x10\n"
      "pool2 max_pool2d 10x4x4\ngather_conv3 all_gather 20x4x4\nconv3 conv2d 9x4x4\nbn3 batch_norm 9x4x4\n"
      "relu3 relu 9x4x4\nconv4 conv2d 7x4x4\ntanh4 tanh 7x4x4\npool5 max_pool2d 7x2x2\ndropout5 dropout 7x2x2\n"
      "flatten flatten 28\ngather_fc6 all_gather 56\nfc6 dense 15\nrelu6 relu 15\ndropout6 dropout 15\n"
      "gather_fc7 all_gather 30\nfc7 dense 13\nrelu7 relu 13\ndropout7 dropout 13\n";
  const Network whole = grouped_network();
  EXPECT_EQ(layers_of(split(whole, 0, 2)), shared + "gather_fc8 gather 26\nfc8 dense 5\n");
  EXPECT_EQ(layers_of(split(whole, 1, 2)), shared + "gather_fc8 gather 0\n");
  EXPECT_EQ(split(whole, 1, 2).classes(), 0);
  EXPECT_EQ(split(whole, 0, 2).parameter_count() + split(whole, 1, 2).parameter_count(), whole.parameter_count());
}

TEST(Towers, DropoutDrawsItsPartOfTheWholeMask) {
  const Network tower = split(grouped_network(3), 2, 3);
  EXPECT_EQ(layer_of<Dropout>(tower, "dropout5").first_unit, 2 * 7 * 2 * 2);
  EXPECT_EQ(layer_of<Dropout>(tower, "dropout6").first_unit, 2 * 15);
  EXPECT_EQ(layer_of<Dropout>(tower, "dropout6").mask_name, "dropout6");
  EXPECT_EQ(layer_of<LRN>(tower, "lrn1").groups, 1);
  EXPECT_EQ(layer_of<Conv2D>(tower, "conv2").groups, 1);
}

TEST(Towers, KnowTheirPlaceAndWhatTheySend) {
  const Network root = split(grouped_network(), 0, 2);
  const Network other = split(grouped_network(), 1, 2);
  EXPECT_EQ(tower_place(root), (TowerPlace{0, 2}));
  EXPECT_EQ(tower_place(other), (TowerPlace{1, 2}));
  EXPECT_EQ(tower_place(grouped_network()), (TowerPlace{0, 1}));
  const auto sent = exchanges(other);
  ASSERT_EQ(sent.size(), 4);
  EXPECT_EQ(sent[0].reader, "conv3");
  EXPECT_EQ(sent[0].elements, 10 * 4 * 4);
  EXPECT_EQ(sent[1].elements, 28);
  EXPECT_EQ(sent[2].elements, 15);
  EXPECT_EQ(sent[3].elements, 13);
  EXPECT_TRUE(sent[3].to_root_alone);
  EXPECT_EQ(exchanges(root)[3].elements, 0);
  EXPECT_TRUE(exchanges(grouped_network()).empty());
}

TEST(Towers, WeightsArePartsOfTheWhole) {
  const Network whole = grouped_network();
  const Weights weights = initial_weights(whole, 3);
  const WeightedNetwork tower = split(whole, weights, 1, 2);
  const auto part = tower.weights.at("conv2.weight").as<float>();
  const auto all = weights.at("conv2.weight").as<float>();
  ASSERT_EQ(tower.weights.at("conv2.weight").shape(), (Shape{10, 6, 5, 5}));
  EXPECT_TRUE(std::ranges::equal(part, all.subspan(part.size())));
  EXPECT_EQ(tower.weights.at("normalize.mean"), weights.at("normalize.mean"));
  EXPECT_FALSE(tower.weights.contains("fc8.weight"));
}

TEST(Towers, MergeUndoesSplitBitForBit) {
  for (const int towers : {2, 3}) {
    for (const ElementType type : {ElementType::kF32, ElementType::kF64}) {
      const Network whole = grouped_network(towers);
      const Weights weights = initial_weights(whole, 5, type);
      auto all = all_towers(whole, weights, towers);
      std::ranges::reverse(all);
      const WeightedNetwork merged = merge(all);
      EXPECT_TRUE(merged.network == whole);
      EXPECT_EQ(merged.weights, weights);
      EXPECT_TRUE(merge(all.back().network) == whole);
    }
  }
}

TEST(Towers, SurviveJson) {
  for (const int rank : {0, 1}) {
    const Network tower = split(grouped_network(), rank, 2);
    EXPECT_TRUE(Network::from_json(tower.to_json()) == tower);
  }
}

TEST(Towers, RefuseWhatTheyCannotShareByName) {
  EXPECT_EQ(split_refusal(grouped_network(), 3),
            "network-invalid | (all) | expected a convolution of 3 groups, to cut the network into 3 towers, got none");
  EXPECT_EQ(split_refusal(with_layer("lrn1", LRN{.name = "lrn1"})),
            "network-invalid | lrn1 | expected groups 2 where each of 2 towers sees its own, got 1");
  EXPECT_EQ(split_refusal(with_layer("conv4", Conv2D{.name = "conv4", .filters = 18, .kernel = 1, .groups = 9})),
            "network-invalid | conv4 | expected groups 2 where each of 2 towers sees its own, got 9");
  EXPECT_EQ(split_refusal(with_layer("conv1", Conv2D{.name = "conv1", .filters = 12, .kernel = 3, .groups = 3})),
            "network-invalid | conv1 | expected groups 1 where every tower sees all channels, got 3");
  EXPECT_EQ(split_refusal(with_layer("fc6", Dense{.name = "fc6", .units = 31})),
            "network-invalid | fc6 | expected units that 2 towers divide, got 31");
  EXPECT_EQ(split_refusal(with_layer("conv3", LocallyConnected2D{.name = "conv3", .filters = 18, .kernel = 3})),
            "network-invalid | conv3 | expected a layer that towers can share, got locally_connected2d");
  EXPECT_EQ(split_refusal(split(grouped_network(), 0, 2)),
            "network-invalid | (all) | expected a convolution of 2 groups, to cut the network into 2 towers, got none");
  EXPECT_EQ(error_text([] { (void)split(grouped_network(), 2, 2); }),
            "wrong-call | split | expected 2 towers or more, and a rank from 0 below that, got rank 2 of 2");
}

TEST(Towers, RefuseToBecomeANetworkThatTheyAreNotPartsOf) {
  const Network whole = grouped_network();
  auto towers = all_towers(whole, initial_weights(whole, 5), 2);
  const auto refusal = [](const std::vector<WeightedNetwork>& given) {
    return error_text([&] { (void)merge(given); });
  };
  EXPECT_EQ(refusal({}), "towers-differ | (none) | expected at least 2 towers, got 0");
  EXPECT_EQ(refusal({towers[0]}), "towers-differ | grouped | expected one of 1 towers, got one of 2");
  EXPECT_EQ(refusal({towers[1], towers[1]}), "towers-differ | tower 0 | expected each tower once, got towers 1, 1");
  EXPECT_EQ(refusal({towers[0], {whole, initial_weights(whole, 5)}}),
            "towers-differ | grouped | expected one of 2 towers, got a whole network");
  const Network other = grouped_network(2, 0.25);
  EXPECT_EQ(refusal({towers[0], split(other, initial_weights(other, 5), 1, 2)}),
            "towers-differ | tower 1 | expected the same network as tower 0 is of, got another");
  towers[1].weights.at("normalize.mean").as<float>()[0] = 1;
  EXPECT_EQ(refusal(towers), "towers-differ | normalize.mean | expected the same in every tower, got other values");
  EXPECT_EQ(error_text([&] { (void)merge(whole); }), "towers-differ | grouped | expected tower 0, got a whole network");
  EXPECT_EQ(error_text([&] { (void)merge(towers[1].network); }),
            "towers-differ | grouped | expected tower 0, got tower 1");
}

TEST(Towers, GatherLayersRefuseImpossibleRanks) {
  const auto refusal = [](const Layer& layer) { return error_text([&] { (void)output_shape(layer, {4, 2, 2}); }); };
  EXPECT_EQ(refusal(AllGather{.name = "a", .towers = 1}), "network-invalid | a | expected towers of at least 2, got 1");
  EXPECT_EQ(refusal(Gather{.name = "a", .towers = 2, .rank = 2}),
            "network-invalid | a | expected ranks from 0 to 1, got 2");
  EXPECT_EQ(output_shape(Gather{.name = "a", .towers = 3, .rank = 1, .root = 1}, {4}), (Shape{12}));
}

}  // namespace
}  // namespace alexnet
