#include "alexnet/infer/views.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "alexnet/backends/reference_backend.h"
#include "alexnet/infer/evaluation.h"
#include "alexnet/infer/predictor.h"
#include "alexnet/network/weights.h"

#include "support/thrown.h"
#include "support/tiny.h"

namespace alexnet {
namespace {

using testing_support::argument;
using testing_support::thrown;
using testing_support::TinyDataset;

Geometry geometry_of(int resize, int width, int height) { return {.resize = resize, .width = width, .height = height}; }

TEST(CutsOf, TenAreFourCornersTheCentreAndTheSameMirrored) {
  // 224 in 256: offsets 0 and 32, centre 16. Order: that of the authors' program.
  const std::vector<Cut> expected = {{0, 0, false}, {32, 0, false}, {16, 16, false}, {0, 32, false}, {32, 32, false},
                                     {0, 0, true},  {32, 0, true},  {16, 16, true},  {0, 32, true},  {32, 32, true}};
  EXPECT_EQ(cuts_of(Views::kTen, geometry_of(256, 224, 224)), expected);
}

TEST(CutsOf, NineAreAllPlacesNoneMirrored) {
  // 24 in 32: offsets 0, 4, 8
  const std::vector<Cut> expected = {{0, 0, false}, {4, 0, false}, {8, 0, false}, {0, 4, false}, {4, 4, false},
                                     {8, 4, false}, {0, 8, false}, {4, 8, false}, {8, 8, false}};
  EXPECT_EQ(cuts_of(Views::kNine, geometry_of(32, 24, 24)), expected);
}

TEST(CutsOf, CenterIsTheCentreWhateverTheRoom) {
  EXPECT_EQ(cuts_of(Views::kCenter, geometry_of(256, 224, 224)), (std::vector<Cut>{{16, 16, false}}));
  EXPECT_EQ(cuts_of(Views::kCenter, geometry_of(8, 8, 8)), (std::vector<Cut>{{0, 0, false}}));
}

TEST(CutsOf, EachSideHasItsOwnRoom) {
  const auto cuts = cuts_of(Views::kTen, geometry_of(10, 10, 7));
  EXPECT_EQ(cuts[4], (Cut{0, 3, false}));
  EXPECT_EQ(cuts[2], (Cut{0, 2, false}));  // round half to even, as centre_cut
}

TEST(CutsOf, WithoutRoomMoreThanOneViewIsRefused) {
  for (const Views views : {Views::kTen, Views::kNine}) {
    const auto error = thrown([&] { (void)cuts_of(views, geometry_of(224, 224, 224)); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->message(), Message::kOptionInvalid);
    EXPECT_EQ(argument(*error, "where"), "views " + std::string(name_of(views)));
    EXPECT_EQ(argument(*error, "got"), "224x224 of a square of 224: the whole");
    EXPECT_NE(argument(*error, "hint").find("--views center"), std::string::npos);
  }
}

TEST(ViewsNames, AreReadBack) {
  for (const Views views : {Views::kCenter, Views::kTen, Views::kNine}) {
    EXPECT_EQ(views_by_name(name_of(views)), views);
  }
  const auto error = thrown([] { (void)views_by_name("tenn"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kUnknownName);
  EXPECT_EQ(argument(*error, "nearest"), "ten");
}

TEST(MeanScores, AverageProbabilitiesNotScores) {
  // softmax(0, ln 9) = (0.1, 0.9); softmax(ln 4, 0) = (0.8, 0.2). Mean of probabilities: (0.45, 0.55). Of the scores:
  // (ln 2, ln 3), whose softmax is (0.4, 0.6).
  const std::vector<std::vector<double>> rows = {{0, std::log(9.0)}, {std::log(4.0), 0}};
  const auto mean = mean_scores(rows, {}, OutputKind::kProbabilities);
  EXPECT_NEAR(std::exp(mean[0]), 0.45, 1e-15);
  EXPECT_NEAR(std::exp(mean[1]), 0.55, 1e-15);
  const Verdict verdict = judge(mean, 0, OutputKind::kProbabilities);
  EXPECT_NEAR(verdict.loss, -std::log(0.45), 1e-15);
  EXPECT_NEAR(verdict.label_value, 0.45, 1e-15);
  const auto scores = mean_scores(rows, {}, OutputKind::kScores);
  EXPECT_NEAR(scores[0], std::log(2.0), 1e-15);
  EXPECT_NEAR(scores[1], std::log(3.0), 1e-15);
}

TEST(MeanScores, WeighTheRows) {
  // 0.75 (0.1, 0.9) + 0.25 (0.8, 0.2) = (0.275, 0.725)
  const std::vector<std::vector<double>> rows = {{0, std::log(9.0)}, {std::log(4.0), 0}};
  const std::vector<double> weights = {0.75, 0.25};
  EXPECT_NEAR(std::exp(mean_scores(rows, weights, OutputKind::kProbabilities)[0]), 0.275, 1e-15);
  EXPECT_NEAR(mean_scores(rows, weights, OutputKind::kScores)[1], 0.75 * std::log(9.0), 1e-15);
  const std::vector<double> first = {1, 0};
  EXPECT_NEAR(std::exp(mean_scores(rows, first, OutputKind::kProbabilities)[0]), 0.1, 1e-15);
}

TEST(MeanScores, StayFiniteWhereProbabilitiesVanish) {
  // exp(-2000) is 0 in double, its logarithm is not.
  const std::vector<std::vector<double>> rows = {{0, -2000}, {0, -2000}};
  EXPECT_DOUBLE_EQ(mean_scores(rows, {}, OutputKind::kProbabilities)[1], -2000);
}

TEST(MeanScores, OfOneRowAreThatRow) {
  const std::vector<std::vector<double>> rows = {{1, 2, 3}};
  EXPECT_EQ(mean_scores(rows, {}, OutputKind::kProbabilities), rows[0]);
}

/// Two scores a photo, from a 2x2 window: pixel (0, 0), and twice pixel (1, 1), after a mean image at the crop.
Model two_pixel_model(OutputKind output = OutputKind::kProbabilities) {
  const Network network({.name = "two pixels",
                         .input = {1, 2, 2},
                         .layers = {Normalize{.name = "normalize",
                                              .scale = 1.0 / 16,
                                              .mean_image = true,
                                              .mean_height = 3,
                                              .mean_width = 3,
                                              .mean_at = Normalize::MeanAt::kCrop},
                                    Flatten{.name = "flatten"}, Dense{.name = "fc1", .units = 2}},
                         .output = output});
  Weights weights = initial_weights(network, 1);
  const auto set = [&](const std::string& name, const std::vector<float>& values) {
    const auto out = weights.at(name).as<float>();
    ASSERT_EQ(out.size(), values.size()) << name;
    std::ranges::copy(values, out.begin());
  };
  set("normalize.mean", {0, 1, 2, 3, 4, 5, 6, 7, 8});
  set("fc1.weight", {1, 0, 0, 0, 0, 0, 0, 2});
  set("fc1.bias", {0, 0});
  return {network, std::move(weights), {.channels = 1, .resize = 3, .width = 2, .height = 2}, {"a", "b"}};
}

/// The 3x3 photo of two_pixel_model; times 1/16 its pixels are 4 0 1 / 3 5 2 / 6 9 7.
Image three_by_three() {
  Image photo(3, 3, 1);
  photo.pixels = {64, 0, 16, 48, 80, 32, 96, 144, 112};
  return photo;
}

/// What each window of that photo scores, by hand: window (top, left) gives x(top, left) - mean(top, left) and
/// 2 (x(top + 1, left + 1) - mean(top + 1, left + 1)). half of a room of 1 rounds to 0.
/// x - mean: 4 -1 -1 / 0 1 -3 / 0 2 -1.
const std::vector<std::vector<double>> kWindows = {{4, 2}, {-1, -6}, {0, 4}, {1, -2}};  // at 00, 01, 10, 11 (top, left)

TEST(Views, ReachTheNetworkWithTheirPlaces) {
  // ten, room 1 by 1: top left, top right, centre (offset 0), bottom left, bottom right, then the same mirrored. A
  // mirrored window's pixel (0, 0) is its own (0, 1), less the mean that belongs to that pixel; and its (1, 1) is its
  // own (1, 0).
  const std::vector<std::vector<double>> mirrored = {{-1, 0}, {-1, 2}, {1, 0}, {-3, 4}};
  std::vector<std::vector<double>> rows;
  for (const auto& windows : {kWindows, mirrored}) {
    for (const std::size_t window : {0U, 1U, 0U, 2U, 3U}) {
      rows.push_back(windows[window]);
    }
  }
  const auto backend = make_reference_backend();
  Predictor scores(two_pixel_model(OutputKind::kScores), *backend, {.views = Views::kTen});
  const std::vector<Image> photos = {three_by_three()};
  // sums over the ten: first 4 - 1 + 4 + 0 + 1 - 1 - 1 - 1 + 1 - 3 = 3; second 2 - 6 + 2 + 4 - 2 + 0 + 2 + 0 + 0 + 4 =
  // 6
  const auto means = scores.predict(photos)[0];
  EXPECT_NEAR(means[0], 0.3, 1e-6);
  EXPECT_NEAR(means[1], 0.6, 1e-6);

  double probability = 0;
  for (const auto& row : rows) {
    probability += 1 / (1 + std::exp(row[1] - row[0])) / 10;
  }
  Predictor predictor(two_pixel_model(), *backend, {.views = Views::kTen});
  EXPECT_NEAR(predictor.predict(photos)[0][0], probability, 1e-6);
}

/// The photo of two_pixel_model and its mirror image, one a class.
class PairDataset final : public Dataset {
 public:
  explicit PairDataset(std::set<std::size_t> unreadable = {}) : unreadable_(std::move(unreadable)) {
    name_ = "pair";
    root_ = "/pair";
    classes_ = {"a", "b"};
    items_ = {{"a/1.png", 0, {}}, {"b/1.png", 1, {}}};
  }
  [[nodiscard]] Image load(std::size_t item, bool /*apply_orientation*/) const override {
    ++loads;
    if (unreadable_.contains(item)) {
      throw Error(Message::kPhotoTruncated, {{"where", items_[item].path}});
    }
    Image photo = three_by_three();
    for (int y = 0; y < 3 && item == 1; ++y) {
      std::swap(photo.row(y)[0], photo.row(y)[2]);
    }
    return photo;
  }
  [[nodiscard]] std::string content_hash(std::size_t item) const override { return std::to_string(item); }
  mutable int loads = 0;

 private:
  std::set<std::size_t> unreadable_;
};

TEST(Views, TenOfAPhotoAndOfItsMirrorImageAreTheSame) {
  // Room 2 for a window of 2, so that the centre is the mirror image's centre too.
  const Network network(
      {.name = "plain",
       .input = {1, 2, 2},
       .layers = {Normalize{.name = "normalize"}, Flatten{.name = "flatten"}, Dense{.name = "fc1", .units = 2}}});
  const Model model = {network, initial_weights(network, 5), {.channels = 1, .resize = 4, .width = 2, .height = 2}, {}};
  Image photo(4, 4, 1);
  photo.pixels = {3, 90, 200, 17, 251, 8, 66, 140, 5, 77, 31, 190, 120, 44, 222, 9};
  Image mirrored = photo;
  for (int y = 0; y < 4; ++y) {
    std::reverse(mirrored.row(y), mirrored.row(y) + 4);
  }
  const auto backend = make_reference_backend();
  const std::vector<Image> photos = {photo, mirrored};
  const auto values = [&](Views views) { return Predictor(model, *backend, {.views = views}).predict(photos); };
  const auto ten = values(Views::kTen);
  EXPECT_NEAR(ten[0][0], ten[1][0], 1e-12);
  EXPECT_GT(std::abs(values(Views::kCenter)[0][0] - values(Views::kCenter)[1][0]), 1e-3);
  EXPECT_GT(std::abs(values(Views::kNine)[0][0] - values(Views::kNine)[1][0]), 1e-3);
}

TEST(ScorePhotos, AgreeWithThePredictorAndDecodeOnce) {
  const PairDataset dataset;
  const auto backend = make_reference_backend();
  for (const Views views : {Views::kCenter, Views::kTen, Views::kNine}) {
    Predictor predictor(two_pixel_model(), *backend, {.views = views});
    dataset.loads = 0;
    const auto seen = score_photos(two_pixel_model(), *backend, dataset, {0, 1}, {.views = views, .batch = 1});
    EXPECT_EQ(dataset.loads, 2);
    for (std::size_t i = 0; i < 2; ++i) {
      const auto values = predictor.predict(std::vector<Image>{dataset.load(i, true)})[0];
      EXPECT_EQ(output_values(seen.scores[i], OutputKind::kProbabilities), values);
    }
    EXPECT_EQ(seen.labels, (std::vector<std::int32_t>{0, 1}));
  }
}

TEST(ScorePhotos, DoNotDependOnTheBatch) {
  const TinyDataset dataset(5, 3, {3});
  const Network network = testing_support::tiny_network();
  Model model = {network, initial_weights(network, 3), geometry_of(10, 8, 8), dataset.classes()};
  const auto backend = make_reference_backend();
  const std::vector<std::size_t> items = {0, 3, 5, 14, 1, 2, 7};
  const auto one = score_photos(model, *backend, dataset, items, {.views = Views::kNine, .batch = 1});
  const auto many = score_photos(model, *backend, dataset, items, {.views = Views::kNine, .batch = 30});
  EXPECT_EQ(one.items, (std::vector<std::size_t>{0, 5, 14, 1, 2, 7}));
  EXPECT_EQ(one.scores, many.scores);
  ASSERT_EQ(many.skipped.size(), 1U);
  EXPECT_EQ(many.skipped[0].item, 3U);
}

TEST(ScorePhotos, GiveTheEvaluationOfTheLoader) {
  const TinyDataset dataset(4, 3, {5});
  const Network network = testing_support::tiny_network();
  const Model model = {network, initial_weights(network, 3), geometry_of(10, 8, 8), dataset.classes()};
  const auto backend = make_reference_backend();
  std::vector<std::size_t> items = {0, 1, 2, 5, 6, 11};
  const Evaluation e = evaluate(score_photos(model, *backend, dataset, items, {.batch = 4}), dataset.classes());
  const auto program = backend->compile(network, backend->parameters(network, model.weights), {.batch = 4});
  Loader loader(dataset, items, {.geometry = model.geometry, .batch = 4});
  const Evaluation expected = evaluate(*program, loader, dataset.classes(), network.output());
  EXPECT_EQ(e.count, 5);
  EXPECT_EQ(e.loss, expected.loss);
  EXPECT_EQ(e.confusion, expected.confusion);
  EXPECT_EQ(e.skipped.size(), 1U);
}

}  // namespace
}  // namespace alexnet
