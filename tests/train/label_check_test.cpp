#include "alexnet/train/label_check.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include <gtest/gtest.h>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/backends/reference_backend.h"
#include "alexnet/formats/safetensors.h"

#include "support/temporary_folder.h"
#include "support/thrown.h"
#include "support/tiny.h"
#include "train/patch_model.h"
#include "train/training.h"

namespace alexnet {
namespace {

using testing_support::message_of;
using testing_support::TemporaryFolder;
using testing_support::tiny_network;
using testing_support::TinyDataset;

// Worked out by hand: thresholds are (0.8 + 0.6 + 0.1) / 3 = 0.5 and (0.72 + 0.86 + 0.52) / 3 = 0.7. Photo 2 is beside
// the diagonal, photo 5 is confident in nothing. C = [[2, 1], [0, 2]]; wrong = 1 - (3 * 2/3 + 3 * 2/2) / 6 = 1/6.
TEST(JudgeLabels, CountsConfidentPhotosAsConfidentLearningDoes) {
  const auto check =
      judge_labels({0, 0, 0, 1, 1, 1}, {{0.8, 0.2}, {0.6, 0.4}, {0.1, 0.9}, {0.28, 0.72}, {0.14, 0.86}, {0.48, 0.52}});
  EXPECT_EQ(check.photos, 6);
  EXPECT_NEAR(check.wrong_share, 1.0 / 6, 1e-12);
  EXPECT_NEAR(check.top1, 5.0 / 6, 1e-12);
  ASSERT_EQ(check.suspects.size(), 1U);
  EXPECT_EQ(check.suspects[0].item, 2U);
  EXPECT_EQ(check.suspects[0].given, 0);
  EXPECT_EQ(check.suspects[0].proposed, 1);
  EXPECT_DOUBLE_EQ(check.suspects[0].probability, 0.9);
  EXPECT_DOUBLE_EQ(check.suspects[0].given_probability, 0.1);
}

TEST(JudgeLabels, PutsTheSmallestMarginFirstAndAClassWithoutPhotosIsNeverProposed) {
  // Thresholds: 0.5 for class 0, 0.5 for class 1; class 2 has no photo.
  const auto check = judge_labels(
      {0, 0, 0, 1, 1, 1},
      {{0.9, 0.1, 0.0}, {0.45, 0.55, 0.0}, {0.15, 0.25, 0.6}, {0.1, 0.9, 0.0}, {0.8, 0.2, 0.0}, {0.6, 0.4, 0.0}});
  ASSERT_EQ(check.suspects.size(), 3U);
  EXPECT_EQ(check.suspects[0].item, 4U);
  EXPECT_EQ(check.suspects[1].item, 5U);
  EXPECT_EQ(check.suspects[2].item, 1U);
  // Photo 2 is confident in no class that has photos: C = [[1, 1], [2, 1]].
  EXPECT_NEAR(check.wrong_share, 1 - (3 * 0.5 + 3.0 / 3) / 6, 1e-12);
}

TEST(JudgeLabels, FindsNothingWhereThereIsNothing) {
  EXPECT_EQ(judge_labels({}, {}).wrong_share, 0);
  const auto sure = judge_labels({0, 1}, {{1, 0}, {0, 1}});
  EXPECT_EQ(sure.wrong_share, 0);
  EXPECT_TRUE(sure.suspects.empty());
}

/// TinyDataset with some photos in the next class, and copies.
class MislabelledDataset final : public Dataset {
 public:
  MislabelledDataset(const std::set<std::size_t>& wrong, const std::map<std::size_t, std::size_t>& copies = {},
                     const std::set<std::size_t>& unreadable = {})
      : base_(24, 3, unreadable), copies_(copies) {
    name_ = base_.name();
    classes_ = base_.classes();
    items_ = base_.items();
    for (const auto item : wrong) {
      items_[item].label = (items_[item].label + 1) % 3;
    }
  }
  [[nodiscard]] Image load(std::size_t item, bool apply_orientation) const override {
    const auto copy = copies_.find(item);
    return base_.load(copy == copies_.end() ? item : copy->second, apply_orientation);
  }
  [[nodiscard]] std::string content_hash(std::size_t item) const override { return base_.content_hash(item); }

 private:
  TinyDataset base_;
  std::map<std::size_t, std::size_t> copies_;
};

std::set<std::size_t> first_suspects(const LabelCheck& check, std::size_t count) {
  std::set<std::size_t> items;
  for (std::size_t i = 0; i < std::min(count, check.suspects.size()); ++i) {
    items.insert(check.suspects[i].item);
  }
  return items;
}

/// What a random first convolution of 16 filters sees: enough to tell such photos apart.
FeatureModel random_features(const std::filesystem::path& folder) {
  Network::Options options = tiny_network().options();
  std::get<Conv2D>(options.layers[1]).filters = 16;
  const Network network(options);
  const auto weights = initial_weights(network, 1);
  const auto file = folder / "weights.safetensors";
  write_safetensors(file, {{"conv1.weight", &weights.at("conv1.weight")}, {"conv1.bias", &weights.at("conv1.bias")}},
                    {});
  return pretrained_features(file, {network});
}

TEST(CheckLabels, FindsPlantedOnesByPatchesOfThePhotos) {
  const std::set<std::size_t> wrong = {3, 17, 30, 40, 55, 70};
  const MislabelledDataset dataset(wrong);
  const auto check = check_labels(dataset, patch_features(dataset), *make_cpu_backend(1), {.threads = 1});
  ASSERT_TRUE(check);
  EXPECT_EQ(first_suspects(*check, wrong.size()), wrong);
  EXPECT_NEAR(check->wrong_share, 6.0 / 72, 0.03);
  EXPECT_EQ(check->photos, 72);
  EXPECT_NE(check->features.find("patches of the photos"), std::string::npos);
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    const auto& suspect = check->suspects[i];
    EXPECT_EQ(suspect.given, dataset.items()[suspect.item].label);
    EXPECT_EQ(suspect.proposed, (suspect.given + 2) % 3);
    EXPECT_GT(suspect.probability, suspect.given_probability);
  }
}

TEST(CheckLabels, FindsThemByPretrainedFeaturesAndRepeats) {
  const TemporaryFolder folder;
  const std::set<std::size_t> wrong = {3, 30, 70};
  const MislabelledDataset dataset(wrong);
  const auto features = random_features(folder.path());
  const auto backend = make_reference_backend();
  const auto once = check_labels(dataset, features, *backend);
  ASSERT_TRUE(once);
  EXPECT_EQ(first_suspects(*once, 3), wrong);
  const auto again = check_labels(dataset, features, *backend, {.threads = 2});
  ASSERT_EQ(again->suspects.size(), once->suspects.size());
  for (std::size_t i = 0; i < once->suspects.size(); ++i) {
    EXPECT_EQ(again->suspects[i].item, once->suspects[i].item);
    EXPECT_EQ(again->suspects[i].probability, once->suspects[i].probability);
  }
}

TEST(CheckLabels, CopiesDoNotSpeakForEachOther) {
  const TemporaryFolder folder;
  const std::set<std::size_t> wrong = {3, 4, 5, 6};
  const MislabelledDataset dataset(wrong, {{4, 3}, {5, 3}, {6, 3}});  // one photo four times, each in the wrong class
  const auto features = random_features(folder.path());
  std::vector<std::string> files;
  for (const auto item : wrong) {
    files.push_back(dataset.items()[item].path);
  }
  const auto backend = make_reference_backend();
  const auto apart = check_labels(dataset, features, *backend);
  const auto together = check_labels(dataset, features, *backend, {.copies = {files}});
  EXPECT_EQ(first_suspects(*together, 4), wrong);
  const auto probability = [](const LabelCheck& check, std::size_t item) {
    const auto found = std::ranges::find(check.suspects, item, &SuspectLabel::item);
    return found == check.suspects.end() ? 1 : found->given_probability;
  };
  EXPECT_LT(probability(*together, 3), probability(*apart, 3));
}

TEST(CheckLabels, LeavesOutWhatCannotBeReadAndEndsWhenTold) {
  const TemporaryFolder folder;
  const MislabelledDataset dataset({30}, {}, {0, 33});
  const auto features = random_features(folder.path());
  const auto backend = make_reference_backend();
  const auto check = check_labels(dataset, features, *backend);
  EXPECT_EQ(check->photos, 70);
  EXPECT_EQ(check->skipped.size(), 2U);
  EXPECT_EQ(check->suspects.at(0).item, 30U) << "items count those that were left out";
  EXPECT_FALSE(check_labels(dataset, features, *backend, {}, [](auto, auto) { return false; }));
  std::set<std::size_t> all;
  for (std::size_t i = 0; i < 72; ++i) {
    all.insert(i);
  }
  const MislabelledDataset none({}, {}, all);
  EXPECT_EQ(message_of([&] { (void)check_labels(none, features, *backend); }), Message::kTooFewPhotos);
  EXPECT_EQ(message_of([&] { (void)patch_features(none); }), Message::kTooFewPhotos);
}

TEST(PretrainedFeatures, EndWhereTheWeightsOfAFileEnd) {
  const TemporaryFolder folder;
  const Network network = tiny_network();
  const auto weights = initial_weights(network, 1);
  const auto file = folder / "weights.safetensors";
  write_safetensors(
      file, {{"features.0.weight", &weights.at("conv1.weight")}, {"conv1.bias", &weights.at("conv1.bias")}}, {});
  Network::Options other = network.options();
  other.name = "other";
  std::get<Conv2D>(other.layers[1]).filters = 5;
  const auto features = pretrained_features(file, {Network(other), network});
  // conv1, relu1 and pool1: 4 maps of 3 x 3.
  EXPECT_EQ(features.model.network.classes(), 4 * 3 * 3);
  EXPECT_EQ(features.model.weights.size(), 2U);
  EXPECT_EQ(features.words, "layer pool1 of tiny, weights.safetensors");
  write_safetensors(file, {{"fc3.bias", &weights.at("fc3.bias")}}, {});
  EXPECT_EQ(message_of([&] { (void)pretrained_features(file, {network}); }), Message::kTensorMissing);
}

TEST(PretrainedFeatures, AMeanImageDecidesBetweenNetworksOfOneShape) {
  const TemporaryFolder folder;
  const Network network = testing_support::tiny_network_with_mean_image();
  Network::Options other = network.options();
  other.name = "other";
  std::get<Normalize>(other.layers[0]).mean_height = 12;
  std::get<Normalize>(other.layers[0]).mean_width = 12;
  const auto weights = initial_weights(network, 1);
  const auto file = folder / "weights.safetensors";
  write_safetensors(file,
                    {{"conv1.weight", &weights.at("conv1.weight")},
                     {"conv1.bias", &weights.at("conv1.bias")},
                     {"mean_image_rgb", &weights.at("normalize.mean")}},
                    {});
  const auto features = pretrained_features(file, {Network(other), network});
  EXPECT_EQ(features.words, "layer pool1 of tiny with mean image, weights.safetensors");
  EXPECT_EQ(features.model.geometry.resize, 10);
}

TEST(PretrainedFeatures, OfAModelAreWhatItsLastDenseLayerReads) {
  const TemporaryFolder folder;
  const Network network = tiny_network();
  const Geometry geometry{.resize = 10, .width = 8, .height = 8};
  write_model(folder / "model.safetensors",
              {.network = network, .weights = initial_weights(network, 1), .geometry = geometry, .classes = {}});
  const auto features = pretrained_features(folder / "model.safetensors", {});
  EXPECT_EQ(features.model.network.classes(), 8);
  EXPECT_EQ(features.model.network.layers().back(), Layer(Dropout{.name = "drop2", .rate = 0.25}));
  EXPECT_EQ(features.model.geometry, geometry);
  EXPECT_EQ(message_of([&] { (void)pretrained_features(folder / "none", {network}); }), Message::kFileMissing);
}

// x . f = (x . S^-1 p) / sqrt(p . S^-1 p) has variance 1 over the patches that S was taken of, but for the ridge.
TEST(PatchModel, FiltersWhitenThePhotos) {
  const TinyDataset dataset(24);
  std::vector<std::size_t> items(dataset.size());
  std::iota(items.begin(), items.end(), std::size_t{0});
  const Model model = patch_model(dataset, items, {.side = 16, .patch = 4, .filters = 10, .sampled = 5000});
  const auto weight = model.weights.at("patches.weight").as<float>();
  const std::size_t length = 3 * 4 * 4;
  ASSERT_EQ(weight.size(), 2 * 10 * length);
  for (std::size_t f = 0; f < 10; ++f) {
    double sum = 0;
    for (std::size_t i = 0; i < length; ++i) {
      EXPECT_EQ(weight[f * length + i], -weight[(f + 10) * length + i]);
      sum += weight[f * length + i];
    }
    EXPECT_NEAR(sum, 0, 1e-3) << "blind to how light a patch is";
    double mean = 0;
    double square = 0;
    int count = 0;
    for (std::size_t item = 0; item < dataset.size(); ++item) {
      const Image photo = prepare(dataset.load(item, true), model.geometry);
      for (int y = 0; y + 4 <= 16; ++y) {
        for (int x = 0; x + 4 <= 16; ++x, ++count) {
          double answer = 0;
          for (std::size_t i = 0; i < length; ++i) {
            const auto c = static_cast<int>(i / 16);
            const auto row = y + static_cast<int>(i % 16 / 4);
            const auto column = x + static_cast<int>(i % 4);
            answer += weight[f * length + i] * photo.row(row)[column * 3 + c] / 255.0;
          }
          mean += answer;
          square += answer * answer;
        }
      }
    }
    mean /= count;
    const double variance = square / count - mean * mean;
    EXPECT_GT(variance, 0.4) << f;
    EXPECT_LT(variance, 1.2) << f;
  }
}

TEST(LabelFindings, JoinTheOthersWithTheFileInItsNewPlace) {
  const TinyDataset dataset(4);
  CheckResult result{.folder = "photos",
                     .findings = {{.kind = FindingKind::kDuplicate, .files = {"a", "b"}},
                                  {.kind = FindingKind::kBlank, .files = {"c"}}}};
  EXPECT_EQ(copies_in(result), (std::vector<std::vector<std::string>>{{"a", "b"}}));
  LabelCheck labels{.photos = 12, .top1 = 0.75, .wrong_share = 0.125, .features = "eyes"};
  labels.suspects = {{1, 0, 2, 0.875, 0.0625}, {0, 0, 1, 0.5, 0.25}};
  add_to(result, labels, dataset);
  ASSERT_TRUE(result.labels);
  EXPECT_EQ(result.labels->wrong_share, 0.125);
  const auto found = result.of(FindingKind::kWrongLabel);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].files, std::vector<std::string>{"class 0/1.png"});
  EXPECT_EQ(found[0].detail, "in class 0 (6 %), looks like class 2 (88 %)");
  EXPECT_EQ(found[0].move_to, "class 2/1.png");
  EXPECT_EQ(found[1].files, std::vector<std::string>{"class 0/0.png"});
  EXPECT_EQ(result.of(FindingKind::kDuplicate).size(), 1U);
  EXPECT_EQ(result.of(FindingKind::kBlank).size(), 1U);
  result = {.folder = "photos.csv"};
  add_to(result, labels, dataset);
  EXPECT_EQ(result.findings.at(0).move_to, "") << "the photos of a list stay where they are";
}

}  // namespace
}  // namespace alexnet
