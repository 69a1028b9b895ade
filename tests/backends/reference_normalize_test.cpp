#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/error.h"

#include "backends/reference_run.h"

// Every expected number is worked out by hand from the formula in network/normalize.h.
namespace alexnet {
namespace {

using test::numbers;
using test::ReferenceRun;
using testing::DoubleNear;
using testing::ElementsAre;

Batch bytes(Shape shape, std::initializer_list<std::uint8_t> values) {
  return test::batch_of(Tensor::of<std::uint8_t>(std::move(shape), {values.begin(), values.size()}));
}

TEST(ReferenceNormalize, ReadsBytesByPixelAndNumbersByChannel) {
  const Normalize normalize{.name = "pixels", .scale = 0.5, .mean = {1, 2, 3}, .deviation = {1, 2, 4}};
  ReferenceRun run({3, 1, 2}, {normalize});
  // Two pixels: (10, 20, 30) and (40, 50, 60). (10 * 0.5 - 1) / 1, (40 * 0.5 - 1) / 1, (20 * 0.5 - 2) / 2, ...
  EXPECT_THAT(run.infer(bytes({1, 1, 2, 3}, {10, 20, 30, 40, 50, 60})), ElementsAre(4, 19, 4, 11.5, 3, 6.75));
  EXPECT_THAT(run.infer(numbers({1, 3, 1, 2}, {10, 40, 20, 50, 30, 60})), ElementsAre(4, 19, 4, 11.5, 3, 6.75));
}

TEST(ReferenceNormalize, ReversesTheChannels) {
  const Normalize normalize{.name = "pixels", .order = Normalize::Order::kBGR, .scale = 1, .mean = {1, 2, 3}};
  ReferenceRun run({3, 1, 1}, {normalize});
  EXPECT_THAT(run.infer(bytes({1, 1, 1, 3}, {10, 20, 30})), ElementsAre(29, 18, 7));
}

Weights mean_image() { return {{"pixels.mean", numbers({1, 3, 4}, {0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23})}}; }

Normalize with_mean_image(Normalize::MeanAt at) {
  return {.name = "pixels", .scale = 1, .mean_image = true, .mean_height = 3, .mean_width = 4, .mean_at = at};
}

Batch one_photo(const PhotoFacts& facts) {
  Batch batch = bytes({1, 1, 2, 1}, {100, 100});
  batch.photos = {facts};
  return batch;
}

// The 2012 code takes the centre whatever the crop, and does not mirror it.
TEST(ReferenceNormalize, SubtractsTheCentreOfTheMeanImage) {
  ReferenceRun run({1, 1, 2}, {with_mean_image(Normalize::MeanAt::kCentre)}, mean_image());
  EXPECT_THAT(run.infer(one_photo({.crop_top = 2, .crop_left = 2, .flipped = true})), ElementsAre(89, 88));
}

// Caffe takes the crop's own place and mirrors it with the photo.
TEST(ReferenceNormalize, SubtractsTheCropOfTheMeanImage) {
  ReferenceRun run({1, 1, 2}, {with_mean_image(Normalize::MeanAt::kCrop)}, mean_image());
  EXPECT_THAT(run.infer(one_photo({.crop_top = 2, .crop_left = 2})), ElementsAre(78, 77));
  EXPECT_THAT(run.infer(one_photo({.crop_top = 2, .crop_left = 2, .flipped = true})), ElementsAre(77, 78));
  EXPECT_THROW(static_cast<void>(run.infer(one_photo({.crop_left = 3}))), Error);
  EXPECT_THROW(static_cast<void>(run.infer(one_photo({.crop_top = -1}))), Error);
}

// The noise is added to the mean-free crop, then all is divided by 1.1; the deviation comes last.
TEST(ReferenceNormalize, AddsColourAfterTheMean) {
  const Normalize normalize{.name = "pixels", .scale = 1, .mean = {10}, .deviation = {2}};
  ReferenceRun run({3, 1, 1}, {normalize});
  Batch batch = bytes({1, 1, 1, 3}, {20, 30, 40});
  batch.photos = {{.colour_offset = {1, 2, 3}, .colour_scale = 0.5}};
  EXPECT_THAT(run.infer(batch), ElementsAre(2.75, 5.5, 8.25));
}

TEST(ReferenceNormalize, GivesTheGradientOfAPixelsOwnValue) {
  const Normalize normalize{.name = "pixels", .order = Normalize::Order::kBGR, .scale = 0.25, .deviation = {0.5, 1, 2}};
  const auto dx = test::input_gradient({3, 1, 1}, normalize, {}, bytes({1, 1, 1, 3}, {1, 2, 3}),
                                       numbers({1, 3, 1, 1}, {1, 10, 100}));
  // Channel 0 of the network is channel 2 of the photo.
  EXPECT_THAT(dx, ElementsAre(DoubleNear(12.5, 1e-12), DoubleNear(2.5, 1e-12), DoubleNear(0.5, 1e-12)));
}

}  // namespace
}  // namespace alexnet
