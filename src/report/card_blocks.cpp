#include "report/card_blocks.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/text.h"
#include "report/card_words.h"

namespace alexnet::report {
namespace {

using Kind = CardBlock::Kind;
using Row = std::vector<std::string>;

constexpr std::size_t kWeakest = 3;
constexpr std::size_t kPairs = 3;
/// The alarm that says nothing of the model.
constexpr std::string_view kAboutTime = "slow-photos";
/// Fewer photos of a class: its own figure says little.
constexpr std::int64_t kFewPhotos = 50;

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }
std::string interval(const Interval& of) { return fmt::format("{:.1f} - {:.1f} %", 100 * of.low, 100 * of.high); }

std::string duration(double seconds) {
  return seconds < 60 ? fmt::format("{:.1f} s", seconds) : fmt::format("{:.1f} min", seconds / 60);
}

/// One language's card, block by block.
class CardWriter {
 public:
  CardWriter(const CardFacts& facts, CardLanguage language, bool reproducible)
      : facts_(facts), language_(language), reproducible_(reproducible) {}

  Card write() {
    card_.title = facts_.run ? say(CardWord::kTitle, facts_.network, facts_.run->data_name)
                             : say(CardWord::kTitlePlain, facts_.name);
    summary();
    model();
    classes();
    preparation();
    if (facts_.run) {
      training(*facts_.run);
    }
    if (facts_.result) {
      results(*facts_.result, *facts_.run->result);
    }
    if (facts_.calibration) {
      confidence(*facts_.calibration);
    }
    limits();
    heading(CardWord::kUse);
    code(fmt::format("alexnet predict {} photo.jpg\nalexnet explain {} photo.jpg", "model.safetensors",
                     "model.safetensors"));
    to_fill();
    return std::move(card_);
  }

 private:
  template <class... Arguments>
  std::string say(CardWord word, const Arguments&... arguments) const {
    return card_words(word, language_, arguments...);
  }
  void heading(CardWord word) { card_.blocks.push_back({.kind = Kind::kHeading, .text = say(word)}); }
  void paragraph(std::string text) { card_.blocks.push_back({.kind = Kind::kParagraph, .text = std::move(text)}); }
  void code(std::string text) { card_.blocks.push_back({.kind = Kind::kCode, .text = std::move(text)}); }
  void list(const std::vector<std::string>& items) {
    CardBlock block{.kind = Kind::kList};
    for (const std::string& item : items) {
      block.rows.push_back({item});
    }
    card_.blocks.push_back(std::move(block));
  }
  void table(std::vector<Row> rows, std::size_t numbers = 99) {
    card_.blocks.push_back({.kind = Kind::kTable, .rows = std::move(rows), .numbers = numbers});
  }
  std::string count(std::int64_t number) const { return with_commas(number); }
  std::string joined(const std::vector<std::string>& parts) const {
    return fmt::format("{}", fmt::join(parts, say(CardWord::kListComma)));
  }

  void summary();
  void model();
  void classes();
  void preparation();
  void training(const RunDocument& run);
  void results(const Evaluation& result, const FinalResult& final);
  void confidence(const Calibration& calibration);
  void limits();
  void to_fill();
  void add_class_limits(std::vector<std::string>& items) const;
  void add_photo_limits(std::vector<std::string>& items) const;

  const CardFacts& facts_;
  CardLanguage language_;
  bool reproducible_;
  Card card_;
};

std::int64_t right_answers(const Evaluation& result) {
  std::int64_t right = 0;
  for (std::size_t i = 0; i < result.confusion.size(); ++i) {
    right += result.confusion[i][i];
  }
  return right;
}

void CardWriter::summary() {
  if (!facts_.run) {
    return paragraph(say(CardWord::kSummaryPlain, facts_.classes.size()));
  }
  std::string text = say(CardWord::kSummary, facts_.classes.size(), count(facts_.run->photos[0]));
  if (facts_.result) {
    text += " " + say(CardWord::kSummaryResult, count(right_answers(*facts_.result)), count(facts_.result->count),
                      facts_.run->result->part, percent(facts_.result->top1), interval(facts_.result->top1_interval));
  }
  paragraph(std::move(text));
}

void CardWriter::model() {
  heading(CardWord::kModel);
  std::vector<Row> rows = {{"", ""}};
  rows.push_back({say(CardWord::kNetwork), facts_.network});
  rows.push_back({say(CardWord::kParameters), count(facts_.parameters)});
  rows.push_back({say(CardWord::kMacs), count(facts_.macs)});
  rows.push_back(
      {say(CardWord::kInput), say(CardWord::kInputValue, facts_.input[2], facts_.input[1], facts_.input[0])});
  rows.push_back(
      {say(CardWord::kOutput),
       say(facts_.output == OutputKind::kProbabilities ? CardWord::kOutputProbabilities : CardWord::kOutputScores,
           facts_.classes.size())});
  if (facts_.run) {
    rows.push_back({say(CardWord::kProgram), "alexnet " + facts_.run->program_version});
  }
  table(std::move(rows));
}

void CardWriter::classes() {
  heading(CardWord::kClasses);
  paragraph(say(CardWord::kClassesIntro, facts_.classes.size()));
  if (facts_.photos.empty()) {
    return list(facts_.classes);
  }
  std::vector<Row> rows = {
      {say(CardWord::kClass), say(CardWord::kTrain), say(CardWord::kVal), say(CardWord::kTest), say(CardWord::kAll)}};
  for (std::size_t i = 0; i < facts_.classes.size(); ++i) {
    const auto& [train, val, test] = facts_.photos[i];
    rows.push_back({facts_.classes[i], count(train), count(val), count(test), count(train + val + test)});
  }
  table(std::move(rows), 1);
}

void CardWriter::preparation() {
  heading(CardWord::kPreparation);
  const Geometry& geometry = facts_.geometry;
  std::vector<std::string> steps;
  if (geometry.apply_orientation) {
    steps.push_back(say(CardWord::kOrientation));
  }
  steps.push_back(say(geometry.channels == 1 ? CardWord::kGrey : CardWord::kColour));
  steps.push_back(say(geometry.mode == ResizeMode::kSquash ? CardWord::kSquash : CardWord::kCrop, geometry.resize,
                      name_of(geometry.filter)));
  if (geometry.width != geometry.resize || geometry.height != geometry.resize) {
    steps.push_back(say(CardWord::kCut, geometry.width, geometry.height));
  }
  list(steps);
  paragraph(say(CardWord::kAsJson));
  code(to_json(geometry));
}

void CardWriter::training(const RunDocument& run) {
  heading(CardWord::kTraining);
  std::vector<Row> rows = {{"", ""}};
  rows.push_back({say(CardWord::kData), run.data_name});
  rows.push_back({say(CardWord::kFingerprint), run.fingerprint});
  rows.push_back({say(CardWord::kPhotos),
                  say(CardWord::kPhotosValue, count(run.photos[0]), count(run.photos[1]), count(run.photos[2]))});
  if (!facts_.split_method.empty()) {
    rows.push_back({say(CardWord::kSplit),
                    say(facts_.split_method == "shuffle" ? CardWord::kSplitShuffle : CardWord::kSplitQuota)});
  }
  rows.push_back({say(CardWord::kRecipe), run.recipe});
  if (!facts_.settings.empty()) {
    std::vector<std::string> settings;
    for (const auto& [key, value] : facts_.settings) {
      settings.push_back(fmt::format("{} = {}", key, value));
    }
    rows.push_back({say(CardWord::kSettings), joined(settings)});
  }
  rows.push_back({say(CardWord::kSeed), fmt::to_string(run.seed)});
  if (run.best) {
    rows.push_back({say(CardWord::kEpochs),
                    say(CardWord::kEpochsValue, run.best->epoch, run.epochs, percent(run.best->val_top1))});
  }
  rows.push_back({say(CardWord::kUpdates), count(run.step)});
  if (!reproducible_) {
    rows.push_back({say(CardWord::kTime), duration(run.seconds)});
    rows.push_back({say(CardWord::kMachine), say(CardWord::kMachineValue, run.processor, run.threads, run.backend)});
  }
  table(std::move(rows));
}

void CardWriter::results(const Evaluation& result, const FinalResult& final) {
  heading(CardWord::kResults);
  if (final.part == "test") {
    paragraph(say(CardWord::kResultsIntro, final.part, count(result.count)));
  } else {
    paragraph(say(CardWord::kLimitVal));
  }
  std::int64_t most = 0;
  for (const ClassResult& each : result.classes) {
    most = std::max(most, each.support);
  }
  const auto all = static_cast<double>(result.count);
  const double classes = static_cast<double>(facts_.classes.size());
  table({{say(CardWord::kMeasure), say(CardWord::kValue), say(CardWord::kInterval)},
         {say(CardWord::kTop1), percent(final.top1), interval(final.top1_interval)},
         {say(CardWord::kTop5), percent(final.top5),
          interval(wilson_interval(std::llround(final.top5 * all), result.count))},
         {say(CardWord::kLoss), fmt::format("{:.4f}", final.loss), ""},
         {say(CardWord::kGuessing), percent(1 / classes), ""},
         {say(CardWord::kMajority), percent(static_cast<double>(most) / all), ""}},
        1);
  std::vector<Row> rows = {{say(CardWord::kClass), say(CardWord::kPhotosColumn), say(CardWord::kRecall),
                            say(CardWord::kInterval), say(CardWord::kPrecision), say(CardWord::kF1)}};
  for (std::size_t i = 0; i < result.classes.size(); ++i) {
    const ClassResult& each = result.classes[i];
    rows.push_back({each.name, count(each.support), percent(each.recall),
                    interval(wilson_interval(result.confusion[i][i], each.support)), percent(each.precision),
                    percent(each.f1)});
  }
  table(std::move(rows), 1);
}

void CardWriter::confidence(const Calibration& calibration) {
  heading(CardWord::kCalibration);
  std::vector<Row> rows = {{"", ""}};
  rows.push_back({say(CardWord::kFittedOn), say(CardWord::kFittedValue, calibration.part, count(calibration.photos))});
  rows.push_back({say(CardWord::kTemperature), fmt::format("{:.3f}", calibration.temperature)});
  rows.push_back({say(CardWord::kNll), fmt::format("{:.4f}, {:.4f}", calibration.nll_before, calibration.nll_after)});
  rows.push_back({say(CardWord::kThreshold),
                  calibration.threshold ? percent(*calibration.threshold) : say(CardWord::kNoThreshold)});
  table(std::move(rows));
}

void CardWriter::limits() {
  heading(CardWord::kLimits);
  std::vector<std::string> items = {say(CardWord::kLimitNames, facts_.classes.size())};
  add_class_limits(items);
  add_photo_limits(items);
  if (facts_.output == OutputKind::kScores) {
    items.push_back(say(CardWord::kLimitScores));
  }
  if (facts_.calibration) {
    items.push_back(facts_.calibration->threshold
                        ? say(CardWord::kLimitThreshold, percent(*facts_.calibration->threshold))
                        : say(CardWord::kLimitNoThreshold, percent(kTrustedPrecision)));
  }
  if (facts_.run) {
    for (const RunAlarm& alarm : facts_.run->alarms) {
      if (alarm.code != kAboutTime) {
        items.push_back(say(CardWord::kLimitAlarm, alarm.code, alarm.epoch));
      }
    }
  }
  list(items);
}

void CardWriter::add_class_limits(std::vector<std::string>& items) const {
  if (!facts_.result) {
    return;
  }
  const Evaluation& result = *facts_.result;
  std::vector<const ClassResult*> order;
  std::vector<std::string> none;
  for (const ClassResult& each : result.classes) {
    if (each.support > 0 && each.recall == 0) {
      none.push_back(each.name);
    } else if (each.support > 0 && each.recall < 1) {
      order.push_back(&each);
    }
  }
  std::ranges::stable_sort(order, {}, &ClassResult::recall);
  std::vector<std::string> weakest;
  for (std::size_t i = 0; i < std::min(order.size(), kWeakest); ++i) {
    weakest.push_back(say(CardWord::kWeakestItem, order[i]->name, percent(order[i]->recall), count(order[i]->support)));
  }
  if (!none.empty()) {
    items.push_back(say(CardWord::kLimitNoneRight, joined(none)));
  }
  if (!weakest.empty()) {
    items.push_back(say(CardWord::kLimitWeakest, joined(weakest)));
  }
  for (std::size_t i = 0; i < std::min(result.confused.size(), kPairs) && result.confused[i].count > 1; ++i) {
    const ConfusedPair& pair = result.confused[i];
    items.push_back(say(CardWord::kLimitPair, result.classes[pair.is].name, result.classes[pair.taken_for].name,
                        count(pair.count), percent(pair.share)));
  }
}

void CardWriter::add_photo_limits(std::vector<std::string>& items) const {
  if (!facts_.photos.empty()) {
    const auto [least, most] =
        std::ranges::minmax_element(facts_.photos, {}, [](const PhotosAPart& p) { return p[0]; });
    const auto name = [&](auto found) {
      return facts_.classes[static_cast<std::size_t>(found - facts_.photos.begin())];
    };
    const std::int64_t all = std::accumulate(facts_.photos.begin(), facts_.photos.end(), std::int64_t{0},
                                             [](std::int64_t sum, const PhotosAPart& p) { return sum + p[0]; });
    items.push_back((*least)[0] == (*most)[0] ? say(CardWord::kLimitPhotosEven, count(all), count((*least)[0]))
                                              : say(CardWord::kLimitPhotos, count(all), count((*least)[0]), name(least),
                                                    count((*most)[0]), name(most)));
  }
  if (!facts_.result) {
    return;
  }
  const ClassResult* fewest = nullptr;
  std::size_t index = 0;
  for (std::size_t i = 0; i < facts_.result->classes.size(); ++i) {
    const ClassResult& each = facts_.result->classes[i];
    if (each.support > 0 && (fewest == nullptr || each.support < fewest->support)) {
      fewest = &each;
      index = i;
    }
  }
  if (fewest != nullptr && fewest->support < kFewPhotos) {
    items.push_back(say(CardWord::kLimitFewTest, fewest->name, count(fewest->support), facts_.run->result->part,
                        percent(fewest->recall),
                        interval(wilson_interval(facts_.result->confusion[index][index], fewest->support))));
  }
  if (facts_.run->result->part != "test") {
    items.push_back(say(CardWord::kLimitVal));
  }
}

void CardWriter::to_fill() {
  heading(CardWord::kToFill);
  paragraph(say(CardWord::kToFillIntro));
  std::vector<std::string> items = {say(CardWord::kFillPurpose), say(CardWord::kFillLicence),
                                    say(CardWord::kFillPhotos), say(CardWord::kFillContact)};
  if (!facts_.run) {
    items.push_back(say(CardWord::kFillTraining));
  }
  if (!facts_.result) {
    items.push_back(say(CardWord::kFillResults));
  }
  if (!facts_.calibration) {
    items.push_back(say(CardWord::kFillCalibration));
  }
  list(items);
}

}  // namespace

Card make_card(const CardFacts& facts, CardLanguage language, bool reproducible) {
  return CardWriter(facts, language, reproducible).write();
}

}  // namespace alexnet::report
