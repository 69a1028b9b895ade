#include "alexnet/explain/heat.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/backends/reference_backend.h"
#include "alexnet/core/error.h"
#include "alexnet/infer/predictor.h"
#include "alexnet/models/models.h"

#include "explain/lattice.h"
#include "explain/small_model.h"
#include "support/thrown.h"

namespace alexnet::explain {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Pointwise;
using testing_support::argument;
using testing_support::grey;
using testing_support::message_of;
using testing_support::model_of;
using testing_support::noise_photo;
using testing_support::set;
using testing_support::thrown;

/// Two maps of 2x2 from a grey picture of 2x2: the picture itself and its double. Class 0 counts the first map's top
/// row and takes away the second's; class 1 is the negative of all.
Model two_maps() {
  Network network(
      {.name = "two maps",
       .input = {1, 2, 2},
       .layers = {Normalize{.name = "normalize", .scale = 1}, Conv2D{.name = "conv1", .filters = 2, .kernel = 1},
                  Flatten{.name = "flatten"}, Dense{.name = "fc", .units = 2}}});
  Weights weights = initial_weights(network, 1);
  set(weights, "conv1.weight", {1, 2});
  set(weights, "fc.weight", {4, 2, 0, 0, -1, -1, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1});
  return model_of(network, weights);
}

TEST(GradCam, IsTheWeightedSumWorkedOutByHand) {
  const auto backend = make_reference_backend();
  PhotoPass pass(two_maps(), *backend);
  pass.look(grey(2, 2, {1, 2, 3, 0}));
  const auto cam = grad_cam(pass, 0, "conv1");
  // Means of (4, 2, 0, 0) and (-1, -1, 0, 0); then 1.5 p - 0.5 * 2 p = 0.5 p.
  EXPECT_THAT(cam.weights, ElementsAre(1.5, -0.5));
  EXPECT_THAT(cam.map.values, ElementsAre(0.5, 1, 1.5, 0));
  EXPECT_TRUE(cam.has_evidence());
  EXPECT_EQ(cam.map.peak(), 2U);
  EXPECT_EQ(cam.map.centre(2).x, 0.5);
  EXPECT_EQ(cam.map.centre(2).y, 1.5);
}

TEST(GradCam, HoldsOneClassAgainstAnother) {
  const auto backend = make_reference_backend();
  PhotoPass pass(two_maps(), *backend);
  pass.look(grey(2, 2, {1, 2, 3, 0}));
  const auto cam = grad_cam_against(pass, 0, 1, "conv1");
  // Means of (5, 3, 1, 1) and (0, 0, 1, 1); then 2.5 p + 0.5 * 2 p = 3.5 p. The other way round the signs are kept.
  EXPECT_THAT(cam.weights, ElementsAre(2.5, 0.5));
  EXPECT_THAT(cam.map.values, ElementsAre(3.5, 7, 10.5, 0));
  EXPECT_THAT(grad_cam_against(pass, 1, 0, "conv1").map.values, ElementsAre(-3.5, -7, -10.5, 0));
  EXPECT_EQ(message_of([&] { (void)grad_cam_against(pass, 0, 2, "conv1"); }), Message::kWrongCall);
}

TEST(GradCam, SaysWhereNothingSpeaksForAClass) {
  const auto backend = make_reference_backend();
  PhotoPass pass(two_maps(), *backend);
  pass.look(grey(2, 2, {1, 2, 3, 0}));
  const auto cam = grad_cam(pass, 1, "conv1");
  EXPECT_FALSE(cam.has_evidence());
  EXPECT_THAT(cam.map.values, Each(0.0));
  pass.look(grey(2, 2, {0, 0, 0, 0}));
  EXPECT_THAT(grad_cam(pass, 0, "conv1").map.values, Each(0.0));
}

TEST(GradCam, TakesTheDeepestLayerOfSixBySixOrMore) {
  // Sizes: docs/models.md.
  EXPECT_EQ(grad_cam_layer(models::tutorial()), "bn3");
  EXPECT_EQ(grad_cam_layer(models::alexnet_2012()), "relu5");
  EXPECT_EQ(grad_cam_layer(models::caffenet()), "pool5");
  EXPECT_EQ(grad_cam_layer(models::lenet5()), "tanh2");
  EXPECT_EQ(grad_cam_layer(two_maps().network), "conv1") << "the deepest that there is";
}

TEST(GradCam, NamesTheLayersThatWouldDo) {
  const auto backend = make_reference_backend();
  PhotoPass pass(two_maps(), *backend);
  pass.look(grey(2, 2, {1, 2, 3, 0}));
  const auto unknown = thrown([&] { static_cast<void>(grad_cam(pass, 0, "conv2")); });
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->message(), Message::kLayerUnknown);
  EXPECT_EQ(argument(*unknown, "nearest"), "conv1");
  const auto dense = thrown([&] { static_cast<void>(grad_cam(pass, 0, "fc")); });
  ASSERT_TRUE(dense);
  EXPECT_EQ(argument(*dense, "known"), "conv1");
  const Network without({.name = "dense", .input = {1, 2, 2}, .layers = {Flatten{"flatten"}, Dense{"fc", 2}}});
  EXPECT_EQ(message_of([&] { static_cast<void>(grad_cam_layer(without)); }), Message::kNoConvolution);
}

TEST(Lattice, IsTheMiddleOfTheReceptiveField) {
  const Network network = models::tutorial();
  // Worked out by hand: conv1 11/4, pool1 2/2, conv2 11/1, pool2 2/2, conv3 3/1, nothing padded:
  // 5.5 + 0.5*4 + 5*8 + 0.5*8 + 1*16 = 67.5, 16 apart.
  const Lattice bn3 = lattice_of(network, network.index_of("bn3"));
  EXPECT_EQ(bn3.x, 67.5);
  EXPECT_EQ(bn3.step_x, 16);
  // Padding takes it back: a 5x5 kernel padded by 2 looks at its own place.
  const Network lenet = models::lenet5();
  EXPECT_EQ(lattice_of(lenet, lenet.index_of("conv1")).y, 0.5);
  EXPECT_EQ(lattice_of(lenet, lenet.index_of("pool1")).y, 1);
  EXPECT_EQ(lattice_of(lenet, lenet.index_of("pool1")).step_y, 2);
}

/// Scores that are linear in the pixels.
Model linear(OutputKind output) {
  Network network({.name = "linear",
                   .input = {1, 3, 3},
                   .layers = {Normalize{.name = "normalize", .scale = 0.5}, Flatten{"flatten"}, Dense{"fc", 2}},
                   .output = output});
  Weights weights = initial_weights(network, 1);
  set(weights, "fc.weight", {1, 2, 3, 4, 5, 6, 7, 8, -9, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  return model_of(network, weights);
}

TEST(Occlusion, OfALinearNetworkIsExact) {
  const auto backend = make_reference_backend();
  PhotoPass pass(linear(OutputKind::kScores), *backend);
  pass.look(grey(3, 3, {10, 20, 30, 40, 50, 60, 70, 80, 90}));
  const auto single = occlusion(pass, 0, {.patch = 1, .places = 13, .grey = 50});
  ASSERT_EQ(single.scores.values.size(), 9U) << "no more places than pixels";
  // weight * 0.5 * (pixel - 50)
  EXPECT_THAT(single.scores.values,
              Pointwise(DoubleNear(1e-4), {-20.0, -30.0, -30.0, -20.0, 0.0, 30.0, 70.0, 120.0, -180.0}));
  const auto square = occlusion(pass, 0, {.patch = 2, .places = 2, .grey = 0});
  // Of the four squares of 2x2: sum of weight * 0.5 * pixel.
  EXPECT_THAT(square.scores.values, Pointwise(DoubleNear(1e-4), {230.0, 370.0, 770.0, 220.0}));
  EXPECT_EQ(square.scores.centre(3).x, 2);
  EXPECT_EQ(square.scores.centre(3).y, 2);
}

TEST(Occlusion, IsInPointsOfProbability) {
  const auto backend = make_reference_backend();
  PhotoPass pass(linear(OutputKind::kProbabilities), *backend);
  pass.look(grey(3, 3, {0, 0, 0, 2, 0, 0, 0, 0, 0}));
  const auto found = occlusion(pass, 0, {.patch = 1, .places = 3, .grey = 0});
  // Scores 4 and 0; without that pixel 0 and 0.
  EXPECT_NEAR(found.points.values[3], 100 * (1 / (1 + std::exp(-4.0)) - 0.5), 1e-4);
  EXPECT_NEAR(found.points.values[0], 0, 1e-9);
  EXPECT_FALSE(found.by_score());
  EXPECT_EQ(found.falls().values, found.points.values);
}

TEST(Occlusion, IsOfTheScoreWhereTheProbabilityIsSaturated) {
  const auto backend = make_reference_backend();
  PhotoPass pass(linear(OutputKind::kProbabilities), *backend);
  pass.look(grey(3, 3, {0, 0, 0, 20, 0, 30, 0, 0, 0}));
  const auto found = occlusion(pass, 0, {.patch = 1, .places = 3, .grey = 0});
  // Score 4 * 0.5 * 20 + 6 * 0.5 * 30 = 130 against 0; 40 or 90 are as certain.
  EXPECT_LT(found.points.largest(), 1e-9);
  EXPECT_TRUE(found.by_score());
  EXPECT_THAT(found.falls().values, Pointwise(DoubleNear(1e-4), {0.0, 0.0, 0.0, 40.0, 0.0, 90.0, 0.0, 0.0, 0.0}));
}

TEST(Occlusion, RefusesAPatchThatDoesNotFit) {
  const auto backend = make_reference_backend();
  PhotoPass pass(linear(OutputKind::kScores), *backend);
  pass.look(Image(3, 3, 1));
  EXPECT_EQ(message_of([&] { static_cast<void>(occlusion(pass, 0, {.patch = 4})); }), Message::kWrongCall);
  EXPECT_EQ(message_of([&] { static_cast<void>(occlusion(pass, 0, {.places = 0})); }), Message::kWrongCall);
}

TEST(Saliency, OfALinearNetworkIsItsWeights) {
  const auto backend = make_reference_backend();
  PhotoPass pass(linear(OutputKind::kProbabilities), *backend);
  pass.look(noise_photo(3, 3, 1, 4));
  // Of the score, not of the probability; by the bytes of the pixels, which Normalize halves.
  EXPECT_THAT(saliency(pass, 0).values, ElementsAre(0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5));
  EXPECT_THAT(saliency(pass, 1).values, Each(0.0));
}

/// Two maps, one for red and one for blue; each class is the mean of one of them.
Model red_and_blue() {
  Network network(
      {.name = "red and blue",
       .input = {3, 24, 24},
       .layers = {Normalize{.name = "normalize"}, Conv2D{.name = "conv1", .filters = 2, .kernel = 3}, ReLU{"relu1"},
                  AvgPool2D{.name = "pool", .window = 22, .stride = 22}, Flatten{"flatten"}, Dense{"fc", 2}}});
  Weights weights = initial_weights(network, 1);
  std::vector<float> filters(54);
  for (std::size_t place = 0; place < 9; ++place) {
    filters[place] = 1;        // red
    filters[9 + place] = -1;   // green
    filters[18 + place] = -1;  // blue
    filters[27 + place] = -1;
    filters[36 + place] = -1;
    filters[45 + place] = 1;
  }
  set(weights, "conv1.weight", filters);
  set(weights, "fc.weight", {3, 0, 0, 3});
  return model_of(network, weights);
}

TEST(Heat, OfAPhotoPastedOfTwoPeaksOnTheRightHalf) {
  Image photo(24, 24, 3);
  for (int y = 0; y < 24; ++y) {
    for (int x = 0; x < 24; ++x) {
      std::uint8_t* pixel = photo.row(y) + 3 * x;
      pixel[x < 12 ? 0 : 2] = 230;
    }
  }
  const auto backend = make_cpu_backend();
  PhotoPass pass(red_and_blue(), *backend);
  pass.look(photo);
  for (std::size_t index = 0; index < 2; ++index) {
    const auto cam = grad_cam(pass, index, "relu1");
    const auto cover = occlusion(pass, index);
    for (const HeatMap& map : {cam.map, cover.falls()}) {
      const double x = map.centre(map.peak()).x;
      EXPECT_TRUE(index == 0 ? x < 12 : x > 12) << "class " << index << " at " << x;
    }
    // The other half speaks against the class: covering it raises the probability, where Grad-CAM is 0.
    EXPECT_GT(agreement(cover.falls(), cam.map).value_or(0), 0.7);
  }
}

TEST(Heat, OfAnotherNetworkDiffers) {
  // A map that hardly changes when all weights are drawn anew would show the photo, not the model.
  const auto backend = make_cpu_backend();
  const Network network = models::lenet5();
  const Image photo = noise_photo(28, 28, 1, 3);
  std::vector<HeatMap> maps;
  for (const std::uint64_t seed : {1U, 2U}) {
    PhotoPass pass(model_of(network, initial_weights(network, seed)), *backend);
    pass.look(photo);
    maps.push_back(grad_cam(pass, 0, "tanh2").map);
    maps.push_back(saliency(pass, 0));
  }
  EXPECT_LT(rank_correlation(maps[0].values, maps[2].values).value_or(0), 0.5);
  EXPECT_LT(rank_correlation(maps[1].values, maps[3].values).value_or(0), 0.5);
}

TEST(PhotoPass, AnswersAsAPredictorDoesAlsoBehindOtherCuts) {
  const auto backend = make_cpu_backend();
  // Kernels that are large for their maps: the cpu backend does many photos otherwise than one.
  const Network network({.name = "large kernels",
                         .input = {3, 24, 24},
                         .layers = {Normalize{.name = "normalize"}, Conv2D{.name = "conv1", .filters = 32, .kernel = 3},
                                    ReLU{"relu1"}, Conv2D{.name = "conv2", .filters = 32, .kernel = 11}, ReLU{"relu2"},
                                    Flatten{"flatten"}, Dense{"fc", 3}}});
  const Model model = model_of(network, initial_weights(network, 1));
  const Image photo = noise_photo(24, 24, 3, 1);
  Predictor predictor(model, *backend, {.batch = 1});
  const auto expected = predictor.predict({&photo, 1}).front();
  PhotoPass pass(model, *backend);
  pass.look(photo);
  EXPECT_THAT(pass.values(), Pointwise(DoubleNear(1e-6), expected));
  for (const auto& scores : pass.scores_of(std::vector<Image>(33, pass.cut()))) {
    EXPECT_THAT(pass.values_of(scores), Pointwise(DoubleNear(1e-6), expected));
  }
  pass.look(photo);
  EXPECT_THAT(pass.values(), Pointwise(DoubleNear(1e-6), expected));
}

TEST(Heat, IsTheSameOnBothBackends) {
  const auto reference = make_reference_backend();
  const auto cpu = make_cpu_backend();
  for (const Network& network : {models::lenet5(), models::cifar10_quick()}) {
    const Shape input = network.input();
    const Image photo = noise_photo(40, 31, static_cast<int>(input[0]), 3);
    std::vector<GradCam> cams;
    std::vector<HeatMap> saliencies;
    std::vector<Occlusion> occlusions;
    for (const Backend* backend : {reference.get(), cpu.get()}) {
      PhotoPass pass(model_of(network, initial_weights(network, 1)), *backend);
      pass.look(photo);
      cams.push_back(grad_cam(pass, 3, grad_cam_layer(network)));
      saliencies.push_back(saliency(pass, 3));
      occlusions.push_back(occlusion(pass, 3, {.places = 3}));
    }
    const auto near = [](const HeatMap& map) {
      return Pointwise(DoubleNear(1e-4 * map.largest() + 1e-12), map.values);
    };
    EXPECT_THAT(cams[1].map.values, near(cams[0].map)) << network.name();
    EXPECT_THAT(saliencies[1].values, near(saliencies[0])) << network.name();
    EXPECT_THAT(occlusions[1].points.values, Pointwise(DoubleNear(1e-4), occlusions[0].points.values))
        << network.name();
  }
}

}  // namespace
}  // namespace alexnet::explain
