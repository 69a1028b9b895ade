#include "alexnet/data/colour_noise.h"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "alexnet/core/random.h"
#include "alexnet/data/loader.h"

#include "support/tiny.h"

namespace alexnet {
namespace {

using Reading = ColourNoise::Reading;

struct Deviations {
  double red, green, blue;
};

/// Of the offsets of many photos, which have mean 0.
Deviations deviations(Reading reading) {
  constexpr std::uint32_t kPhotos = 20000;
  std::array<double, 3> squares{};
  for (std::uint32_t position = 0; position < kPhotos; ++position) {
    const auto offset = colour_offset({.strength = 0.1, .reading = reading}, 1, 1, position);
    for (std::size_t c = 0; c < 3; ++c) {
      squares[c] += offset[c] * offset[c] / kPhotos;
    }
  }
  return {std::sqrt(squares[0]), std::sqrt(squares[1]), std::sqrt(squares[2])};
}

// sqrt(sum over components of (0.1 * length * direction)^2), worked out from the published components: grey levels.
TEST(ColourNoise, IsAsStrongAsEachReadingSays) {
  const Deviations code = deviations(Reading::kDeviation);
  EXPECT_NEAR(code.red, 7.40, 0.12);
  EXPECT_NEAR(code.green, 7.20, 0.12);
  EXPECT_NEAR(code.blue, 7.70, 0.12);
  const Deviations paper = deviations(Reading::kEigenvalue);
  EXPECT_NEAR(paper.red, 842, 13);
  EXPECT_NEAR(paper.green, 855, 13);
  EXPECT_NEAR(paper.blue, 883, 13);
  const Deviations lighting = deviations(Reading::kLighting);
  EXPECT_NEAR(lighting.red, 3.17, 0.05);
  EXPECT_NEAR(lighting.green, 3.22, 0.05);
  EXPECT_NEAR(lighting.blue, 3.25, 0.05);
}

TEST(ColourNoise, IsTheSumOfItsComponentsTimesItsDraws) {
  RandomStream draws(5, Purpose::kColour, 3, 9);
  const double z1 = draws.normal();
  const double z2 = draws.normal();
  const double z3 = draws.normal();
  const auto offset = colour_offset({.strength = 0.2}, 5, 3, 9);
  const double red = 0.2 * (-0.563510 * 121.780061 * z1 - 0.712579 * 37.093889 * z2 + 0.417955 * 19.720833 * z3);
  const double blue = 0.2 * (-0.592003 * 121.780061 * z1 + 0.701196 * 37.093889 * z2 + 0.397311 * 19.720833 * z3);
  EXPECT_NEAR(offset[0], red, 1e-12);
  EXPECT_NEAR(offset[2], blue, 1e-12);
}

TEST(ColourNoise, IsDrawnAnewForEachPhotoAndEpoch) {
  const ColourNoise noise{.strength = 0.1};
  EXPECT_EQ(colour_offset(noise, 1, 1, 1), colour_offset(noise, 1, 1, 1));
  EXPECT_NE(colour_offset(noise, 1, 1, 1), colour_offset(noise, 1, 1, 2));
  EXPECT_NE(colour_offset(noise, 1, 1, 1), colour_offset(noise, 1, 2, 1));
  EXPECT_NE(colour_offset(noise, 1, 1, 1), colour_offset(noise, 2, 1, 1));
}

/// The facts of the only photo of epoch `epoch`.
PhotoFacts facts_of(const ColourNoise& noise, std::uint32_t epoch) {
  const testing_support::TinyDataset dataset;
  Loader loader(dataset, {0},
                {.geometry = {.resize = 4, .width = 4, .height = 4},
                 .augmentation = {.colour_noise = noise},
                 .batch = 1,
                 .seed = 8});
  loader.start(epoch);
  return loader.next()->batch.photos.at(0);
}

TEST(ColourNoise, ReachesTheNetworkInItsUnitsAndOrder) {
  const auto offset = colour_offset({.strength = 0.1}, 8, 1, 0);
  const PhotoFacts facts = facts_of({.strength = 0.1, .shrink = true, .scale = 0.5, .blue_first = true}, 1);
  EXPECT_FLOAT_EQ(facts.colour_offset[0], static_cast<float>(offset[2] * 0.5));
  EXPECT_FLOAT_EQ(facts.colour_offset[1], static_cast<float>(offset[1] * 0.5));
  EXPECT_FLOAT_EQ(facts.colour_offset[2], static_cast<float>(offset[0] * 0.5));
  EXPECT_FLOAT_EQ(facts.colour_scale, 1 / 1.1F);
  EXPECT_EQ(facts_of({.strength = 0.1}, 1).colour_scale, 1);
}

TEST(ColourNoise, EndsBehindItsLastEpoch) {
  const ColourNoise noise{.strength = 0.1, .shrink = true, .last_epoch = 2};
  EXPECT_NE(facts_of(noise, 2).colour_offset[0], 0);
  EXPECT_EQ(facts_of(noise, 3).colour_offset[0], 0);
  EXPECT_EQ(facts_of(noise, 3).colour_scale, 1);
  EXPECT_EQ(facts_of({}, 1).colour_offset[0], 0);
}

}  // namespace
}  // namespace alexnet
