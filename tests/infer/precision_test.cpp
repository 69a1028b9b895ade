#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <gtest/gtest.h>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/backends/reference_backend.h"
#include "alexnet/infer/evaluation.h"
#include "alexnet/infer/precision_choice.h"
#include "alexnet/infer/predictor.h"
#include "alexnet/infer/range_calibration.h"

#include "support/temporary_folder.h"
#include "support/thrown.h"
#include "support/tiny.h"

namespace alexnet {
namespace {

using testing_support::message_of;
using testing_support::tiny_network;
using testing_support::TinyDataset;

/// Says how well it computes at each precision, and does nothing else.
class StatedBackend final : public Backend {
 public:
  explicit StatedBackend(std::map<Precision, Support> support) : support_(std::move(support)) {}
  [[nodiscard]] std::string_view name() const override { return "stated"; }
  [[nodiscard]] std::vector<std::string> description() const override { return {}; }
  [[nodiscard]] bool supports(const Layer&, Precision) const override { return true; }
  [[nodiscard]] Support support(Precision precision) const override { return support_.at(precision); }
  [[nodiscard]] std::shared_ptr<Parameters> parameters(const Network&, Weights, Precision) const override {
    return nullptr;
  }
  [[nodiscard]] std::unique_ptr<Program> compile(const Network&, std::shared_ptr<Parameters>,
                                                 const CompileOptions&) const override {
    return nullptr;
  }

 private:
  std::map<Precision, Support> support_;
};

Model untrained_model(bool calibrated) {
  Geometry geometry;
  geometry.resize = geometry.width = geometry.height = 8;
  Model model{tiny_network(), initial_weights(tiny_network(), 5), geometry, {}};
  if (calibrated) {
    model.input_ranges = {{"conv1", {-1, 1}}, {"fc2", {0, 1}}, {"fc3", {0, 1}}};
  }
  return model;
}

TEST(PrecisionChoice, TakesWhatModelAndProcessorDoWell) {
  const StatedBackend plain({{Precision::kBF16, Support::kEmulated}, {Precision::kI8, Support::kNone}});
  const StatedBackend half({{Precision::kBF16, Support::kNative}, {Precision::kI8, Support::kFast}});
  const StatedBackend fast({{Precision::kBF16, Support::kFast}, {Precision::kI8, Support::kFast}});
  struct Row {
    PrecisionChoice choice;
    const Backend* backend;
    Precision of_plain_model;
    Precision of_calibrated;
  };
  const auto f32 = Precision::kF32;
  const auto bf16 = Precision::kBF16;
  const auto i8 = Precision::kI8;
  for (const auto& [choice, backend, of_plain, of_calibrated] :
       {Row{PrecisionChoice::kModel, &plain, f32, f32}, Row{PrecisionChoice::kModel, &half, f32, i8},
        Row{PrecisionChoice::kModel, &fast, f32, i8}, Row{PrecisionChoice::kAuto, &plain, f32, f32},
        Row{PrecisionChoice::kAuto, &half, f32, i8}, Row{PrecisionChoice::kAuto, &fast, bf16, i8},
        Row{PrecisionChoice::kF32, &fast, f32, f32}, Row{PrecisionChoice::kBF16, &plain, bf16, bf16}}) {
    EXPECT_EQ(choose_precision(choice, *backend, untrained_model(false)), of_plain);
    EXPECT_EQ(choose_precision(choice, *backend, untrained_model(true)), of_calibrated);
    EXPECT_EQ(choose_precision(choice, *backend), of_plain);
  }
  EXPECT_EQ(message_of([&] { (void)choose_precision(PrecisionChoice::kI8, fast, untrained_model(false)); }),
            Message::kNotCalibrated);
  EXPECT_EQ(precision_choice("bf16"), PrecisionChoice::kBF16);
  EXPECT_EQ(message_of([] { (void)precision_choice("int8"); }), Message::kUnknownName);
}

std::vector<std::size_t> numbers_of_items(const Dataset& dataset) {
  std::vector<std::size_t> items(dataset.size());
  std::iota(items.begin(), items.end(), std::size_t{0});
  return items;
}

TEST(RangeCalibration, LeavesOutPhotosThatCannotBeRead) {
  const TinyDataset dataset(6, 3, {4});
  const auto backend = make_reference_backend();
  const auto found =
      calibrate_ranges(untrained_model(false), *backend, dataset, numbers_of_items(dataset), {.batch = 4});
  ASSERT_EQ(found.skipped.size(), 1U);
  EXPECT_EQ(found.skipped[0].item, 4U);
  ASSERT_EQ(found.ranges.size(), 3U);
  // Bytes from 0 to 179 over 255, and what ReLUs let pass.
  EXPECT_EQ(found.ranges.at("conv1").least, 0);
  EXPECT_NEAR(found.ranges.at("conv1").most, 0.7, 0.02);
  EXPECT_EQ(found.ranges.at("fc2").least, 0);
  EXPECT_GT(found.ranges.at("fc2").most, 0);
  EXPECT_EQ(found.ranges.at("fc3").least, 0);
  EXPECT_EQ(message_of([&] { (void)calibrate_ranges(untrained_model(false), *backend, dataset, {4}); }),
            Message::kTooFewPhotos);
}

TEST(RangeCalibration, SpreadsItsPhotosOverAll) {
  EXPECT_EQ(spread({3, 5, 7, 9, 11, 13}, 3), (std::vector<std::size_t>{3, 7, 11}));
  EXPECT_EQ(spread({3, 5}, 3), (std::vector<std::size_t>{3, 5}));
}

TEST(Predictor, AnswersNearlyTheSameInIntegers) {
  const TinyDataset dataset(8);
  const testing_support::TemporaryFolder folder;
  std::vector<Image> photos;
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    photos.push_back(dataset.load(i, true));
  }
  for (const auto& backend : {make_reference_backend(), make_cpu_backend(1)}) {
    if (backend->support(Precision::kI8) == Support::kNone) {
      continue;
    }
    Model model = untrained_model(false);
    model.input_ranges = calibrate_ranges(model, *backend, dataset, numbers_of_items(dataset)).ranges;
    write_model(folder / "i8.safetensors", model);
    const Model read = read_model(folder / "i8.safetensors");
    const auto whole = Predictor(model, *backend, {.precision = PrecisionChoice::kF32}).predict(photos);
    Predictor predictor(read, *backend, {.precision = PrecisionChoice::kI8});
    EXPECT_EQ(predictor.precision(), Precision::kI8);
    const auto integers = predictor.predict(photos);
    for (std::size_t i = 0; i < photos.size(); ++i) {
      for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_NEAR(integers[i][c], whole[i][c], 0.02);
      }
    }
    EXPECT_NE(integers, whole);
    // Evaluation goes the same way.
    const auto scored =
        score_photos(read, *backend, dataset, numbers_of_items(dataset), {.precision = PrecisionChoice::kI8});
    const auto of_predictor = predictor.scores(std::vector<Image>{prepare(photos[0], model.geometry)});
    for (std::size_t c = 0; c < 3; ++c) {
      EXPECT_NEAR(scored.scores[0][c], of_predictor[0][c], 1e-5);
    }
  }
}

}  // namespace
}  // namespace alexnet
