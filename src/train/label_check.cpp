#include "alexnet/train/label_check.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/random.h"
#include "alexnet/data/loader.h"
#include "alexnet/infer/predictor.h"
#include "alexnet/network/weights.h"

namespace alexnet {
namespace {

constexpr int kViews = 2;  // the photo and its mirror image
constexpr int kPhotosAtATime = 32;
constexpr int kRowsAStep = 128;
constexpr int kEpochs = 30;
constexpr int kLeastSteps = 300;  // of few photos: more epochs
constexpr double kRate = 5;       // at first; falls by a cosine. Features have a mean square of 1 / features
constexpr double kDecay = 1e-5;
constexpr double kPi = 3.14159265358979323846;

/// Of each photo that could be read, kViews rows of `width` features.
struct Features {
  std::size_t width = 0;
  std::vector<float> values = {};
  std::vector<std::size_t> items = {};
  std::vector<std::int32_t> labels = {};
  std::vector<BadPhoto> skipped = {};

  [[nodiscard]] std::size_t photos() const { return items.size(); }
  [[nodiscard]] std::span<const float> row(std::size_t row) const {
    return std::span(values).subspan(row * width, width);
  }
};

std::optional<Features> make_features(const Dataset& dataset, const Model& model, const Backend& backend, int threads,
                                      const EvaluationProgress& progress) {
  const Cut centre = centre_cut(model.geometry);
  Cut mirrored = centre;
  mirrored.flipped = true;
  std::vector<std::size_t> items(dataset.size());
  std::iota(items.begin(), items.end(), std::size_t{0});
  Loader loader(dataset, items,
                {.geometry = model.geometry,
                 .cuts = {centre, mirrored},
                 .batch = kPhotosAtATime,
                 .threads = std::max(threads, 1),
                 .cache_bytes = 0});
  const auto program = backend.compile(model.network, backend.parameters(model.network, model.weights),
                                       {.batch = kPhotosAtATime * kViews, .threads = threads});
  Features features{.width = static_cast<std::size_t>(model.network.classes())};
  features.values.reserve(dataset.size() * kViews * features.width);
  loader.start(0);
  while (const LoadedBatch* loaded = loader.next()) {
    features.skipped.insert(features.skipped.end(), loaded->bad.begin(), loaded->bad.end());
    if (loaded->batch.rows > 0) {
      const auto scores = program->infer(loaded->batch).as<float>();
      features.values.insert(
          features.values.end(), scores.begin(),
          scores.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(loaded->batch.rows) * features.width));
      for (const std::size_t item : loaded->items) {
        features.items.push_back(item);
        features.labels.push_back(dataset.items()[item].label);
      }
    }
    if (progress && !progress(loaded->next_position, loader.photos())) {
      return std::nullopt;
    }
  }
  return features;
}

/// Each feature x becomes sign(x) sqrt|x|, less its mean, over its deviation and the root of their number: so that none
/// outweighs the others and a step has the same effect for any network.
void standardize(Features& features) {
  const std::size_t width = features.width;
  const std::size_t rows = features.photos() * kViews;
  std::vector<double> sums(width, 0.0);
  std::vector<double> squares(width, 0.0);
  for (std::size_t i = 0; i < features.values.size(); ++i) {
    float& value = features.values[i];
    value = std::copysign(std::sqrt(std::fabs(value)), value);
    sums[i % width] += value;
    squares[i % width] += static_cast<double>(value) * value;
  }
  std::vector<float> means(width);
  std::vector<float> factors(width);
  for (std::size_t i = 0; i < width; ++i) {
    const double mean = sums[i] / static_cast<double>(rows);
    const double variance = std::max(0.0, squares[i] / static_cast<double>(rows) - mean * mean);
    means[i] = static_cast<float>(mean);
    factors[i] = variance > 1e-12 ? static_cast<float>(1 / std::sqrt(variance * static_cast<double>(width))) : 0.0F;
  }
  for (std::size_t i = 0; i < features.values.size(); ++i) {
    features.values[i] = (features.values[i] - means[i % width]) * factors[i % width];
  }
}

/// For each photo, a number that only its copies share.
std::vector<std::size_t> groups_of(const Dataset& dataset, const Features& features,
                                   const std::vector<std::vector<std::string>>& copies) {
  std::map<std::string, std::size_t> place;
  for (std::size_t i = 0; i < features.photos(); ++i) {
    place.emplace(dataset.items()[features.items[i]].path, i);
  }
  std::vector<std::size_t> group(features.photos());
  std::iota(group.begin(), group.end(), std::size_t{0});
  for (const auto& files : copies) {
    std::vector<std::size_t> same;
    for (const auto& file : files) {
      if (const auto found = place.find(file); found != place.end()) {
        same.push_back(group[found->second]);
      }
    }
    for (auto& number : group) {
      if (!same.empty() && std::ranges::find(same, number) != same.end()) {
        number = same.front();
      }
    }
  }
  return group;
}

/// A fold for each photo: classes spread evenly, copies together.
std::vector<int> make_folds(const std::vector<std::int32_t>& labels, const std::vector<std::size_t>& groups,
                            const LabelCheckOptions& options) {
  RandomStream draws(options.seed, Purpose::kFolds);
  const auto order = permutation(static_cast<std::int64_t>(labels.size()), draws);
  std::map<std::size_t, int> fold_of_group;
  std::map<std::int32_t, int> next;  // of a class
  std::vector<int> folds(labels.size());
  for (const std::int64_t number : order) {
    const auto photo = static_cast<std::size_t>(number);
    const auto [place, fresh] = fold_of_group.try_emplace(groups[photo], next[labels[photo]] % options.folds);
    next[labels[photo]] += fresh ? 1 : 0;
    folds[photo] = place->second;
  }
  return folds;
}

/// A linear classifier over features.
class LinearHead {
 public:
  LinearHead(const Backend& backend, const Features& features, std::int64_t classes)
      : features_(features),
        network_({.name = "linear",
                  .input = {static_cast<std::int64_t>(features.width)},
                  .layers = {Dense{.name = "fc", .units = static_cast<int>(classes)}}}),
        parameters_(backend.parameters(network_, zeros(network_))),
        trainer_(backend.compile(network_, parameters_,
                                 {.batch = kRowsAStep,
                                  .statistics = Statistics::kTraining,
                                  .backward = Backward::kAll,
                                  .update = Sgd{.momentum = 0.9, .decay = kDecay},
                                  .threads = 1})) {  // a step is too small to share
    batch_.input = Tensor(ElementType::kF32, {kRowsAStep, static_cast<std::int64_t>(features.width)});
  }

  /// From zero, on all views of these photos.
  void train(const std::vector<std::size_t>& photos, std::uint64_t seed) {
    parameters_->write(zeros(network_));
    parameters_->write_slot("momentum", zeros(network_));
    const auto rows = static_cast<std::int64_t>(photos.size() * kViews);
    const auto steps_an_epoch = static_cast<int>((rows + kRowsAStep - 1) / kRowsAStep);
    const int epochs = std::max(kEpochs, (kLeastSteps + steps_an_epoch - 1) / steps_an_epoch);
    const double steps = static_cast<double>(epochs) * steps_an_epoch;
    int step = 0;
    for (int epoch = 0; epoch < epochs; ++epoch) {
      RandomStream draws(seed, Purpose::kShuffle, static_cast<std::uint32_t>(epoch));
      const auto order = permutation(rows, draws);
      for (std::int64_t first = 0; first < rows; first += kRowsAStep, ++step) {
        const auto last = std::min<std::int64_t>(rows, first + kRowsAStep);
        batch_.labels.clear();
        for (std::int64_t i = first; i < last; ++i) {
          const auto view = static_cast<std::size_t>(order[static_cast<std::size_t>(i)]);
          const auto photo = photos[view / kViews];
          put_row(static_cast<std::size_t>(i - first), photo * kViews + view % kViews);
          batch_.labels.push_back(features_.labels[photo]);
        }
        batch_.rows = static_cast<int>(last - first);
        const double rate = kRate * 0.5 * (1 + std::cos(kPi * step / steps));
        (void)trainer_->train(batch_, {.rates = std::span(&rate, 1)});
      }
    }
  }

  /// The mean of what it says of a photo's views.
  [[nodiscard]] std::vector<double> judge(std::size_t photo) {
    std::vector<std::vector<double>> rows;
    batch_.rows = kViews;
    batch_.labels.clear();
    for (std::size_t view = 0; view < kViews; ++view) {
      put_row(view, photo * kViews + view);
    }
    rows.reserve(kViews);
    const Tensor& scores = trainer_->infer(batch_);
    for (int view = 0; view < kViews; ++view) {
      rows.push_back(row_of(scores, view));
    }
    return output_values(mean_scores(rows, {}, OutputKind::kProbabilities), OutputKind::kProbabilities);
  }

 private:
  static Weights zeros(const Network& network) {
    Weights weights;
    for (const ParameterSpec& spec : network.parameters()) {
      weights.emplace(spec.name, Tensor(ElementType::kF32, spec.shape));
    }
    return weights;
  }

  void put_row(std::size_t to, std::size_t from) {
    std::ranges::copy(features_.row(from), batch_.input.as<float>().subspan(to * features_.width).begin());
  }

  const Features& features_;
  const Network network_;
  std::shared_ptr<Parameters> parameters_;
  std::unique_ptr<Program> trainer_;
  Batch batch_;
};

void check_enough(const Dataset& dataset, const Features& features, int folds) {
  const bool one_class =
      std::ranges::adjacent_find(features.labels, std::ranges::not_equal_to{}) == features.labels.end();
  if (one_class || features.photos() < static_cast<std::size_t>(std::max(folds, 2))) {
    throw Error(Message::kTooFewPhotos,
                {{"where", dataset.name()},
                 {"expected", fmt::format("{} photos of two classes that can be read", std::max(folds, 2))},
                 {"got", fmt::format("{}", features.photos())}});
  }
}

}  // namespace

LabelCheck judge_labels(const std::vector<std::int32_t>& labels,
                        const std::vector<std::vector<double>>& probabilities) {
  LabelCheck check{.photos = static_cast<std::int64_t>(labels.size())};
  const std::size_t classes = labels.empty() ? 0 : probabilities.front().size();
  std::vector<double> photos(classes, 0.0);
  std::vector<double> thresholds(classes, 0.0);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto given = static_cast<std::size_t>(labels[i]);
    photos[given] += 1;
    thresholds[given] += probabilities[i][given];
    check.top1 += std::ranges::max(probabilities[i]) == probabilities[i][given] ? 1.0 : 0.0;
  }
  check.top1 /= std::max<double>(1, static_cast<double>(labels.size()));
  for (std::size_t c = 0; c < classes; ++c) {
    thresholds[c] = photos[c] > 0 ? thresholds[c] / photos[c] : 2;  // never reached
  }
  std::vector<double> confident(classes, 0.0);  // photos in the row of C
  std::vector<double> agreeing(classes, 0.0);   // on its diagonal
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto& p = probabilities[i];
    std::size_t likely = classes;
    for (std::size_t c = 0; c < classes; ++c) {
      if (p[c] >= thresholds[c] && (likely == classes || p[c] > p[likely])) {
        likely = c;
      }
    }
    if (likely == classes) {
      continue;
    }
    const auto given = static_cast<std::size_t>(labels[i]);
    confident[given] += 1;
    agreeing[given] += likely == given ? 1 : 0;
    if (likely != given) {
      check.suspects.push_back({i, labels[i], static_cast<std::int32_t>(likely), p[likely], p[given]});
    }
  }
  double right = 0;
  double counted = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    if (confident[c] > 0) {
      right += photos[c] * agreeing[c] / confident[c];
      counted += photos[c];
    }
  }
  check.wrong_share = counted > 0 ? 1 - right / counted : 0;
  std::ranges::stable_sort(check.suspects, {},
                           [](const SuspectLabel& s) { return s.given_probability - s.probability; });
  return check;
}

std::optional<LabelCheck> check_labels(const Dataset& dataset, const FeatureModel& features, const Backend& backend,
                                       const LabelCheckOptions& options, const EvaluationProgress& progress) {
  auto made = make_features(dataset, features.model, backend, options.threads, progress);
  if (!made) {
    return std::nullopt;
  }
  check_enough(dataset, *made, options.folds);
  standardize(*made);
  const auto folds = make_folds(made->labels, groups_of(dataset, *made, options.copies), options);
  std::vector<std::vector<double>> probabilities(made->photos());
  LinearHead head(backend, *made, static_cast<std::int64_t>(dataset.classes().size()));
  for (int fold = 0; fold < options.folds; ++fold) {
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < folds.size(); ++i) {
      if (folds[i] != fold) {
        others.push_back(i);
      }
    }
    head.train(others, options.seed);
    for (std::size_t i = 0; i < folds.size(); ++i) {
      if (folds[i] == fold) {
        probabilities[i] = head.judge(i);
      }
    }
  }
  auto check = judge_labels(made->labels, probabilities);
  for (auto& suspect : check.suspects) {
    suspect.item = made->items[suspect.item];
  }
  check.skipped = std::move(made->skipped);
  check.features = features.words;
  return check;
}

}  // namespace alexnet
