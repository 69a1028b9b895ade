#include "report/card_limits.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "core/text.h"
#include "core/words.h"

namespace alexnet::report {
namespace {

constexpr std::size_t kWeakest = 3;
constexpr std::size_t kPairs = 3;
/// The alarm that says nothing of the model.
constexpr std::string_view kAboutTime = "slow-photos";
/// Fewer photos of a class: its own figure says little.
constexpr std::int64_t kFewPhotos = 50;

void add_class_limits(const CardFacts& facts, const Say& say, std::vector<std::string>& items) {
  if (!facts.result) {
    return;
  }
  const Evaluation& result = *facts.result;
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
    weakest.push_back(say("{0} (recall {1} of {2} photos)", order[i]->name, percent(order[i]->recall),
                          with_commas(order[i]->support)));
  }
  if (!none.empty()) {
    items.push_back(say("It found no photo of: {0}.", fmt::format("{}", fmt::join(none, say.comma()))));
  }
  if (!weakest.empty()) {
    items.push_back(say("It is weakest on: {0}.", fmt::format("{}", fmt::join(weakest, say.comma()))));
  }
  for (std::size_t i = 0; i < std::min(result.confused.size(), kPairs) && result.confused[i].count > 1; ++i) {
    const ConfusedPair& pair = result.confused[i];
    items.push_back(say("It took {0} for {1} {2} times, {3} of all its errors.", result.classes[pair.is].name,
                        result.classes[pair.taken_for].name, with_commas(pair.count), percent(pair.share)));
  }
}

void add_photo_limits(const CardFacts& facts, const Say& say, std::vector<std::string>& items) {
  if (!facts.photos.empty()) {
    const auto [least, most] = std::ranges::minmax_element(facts.photos, {}, [](const PhotosAPart& p) { return p[0]; });
    const auto name = [&](auto found) { return facts.classes[static_cast<std::size_t>(found - facts.photos.begin())]; };
    const std::int64_t all = std::accumulate(facts.photos.begin(), facts.photos.end(), std::int64_t{0},
                                             [](std::int64_t sum, const PhotosAPart& p) { return sum + p[0]; });
    items.push_back((*least)[0] == (*most)[0]
                        ? say("It was trained on {0} photos, {1} a class: photos unlike those are new to it.",
                              with_commas(all), with_commas((*least)[0]))
                        : say("It was trained on {0} photos, from {1} ({2}) to {3} ({4}) a class: photos unlike those "
                              "are new to it.",
                              with_commas(all), with_commas((*least)[0]), name(least), with_commas((*most)[0]),
                              name(most)));
  }
  if (facts.leaks.value_or(0) > 0) {
    items.push_back(say("{} photos of val and test have an equal file in another part: figures of them are too good.",
                        with_commas(*facts.leaks)));
  }
  if (facts.sizes) {
    items.push_back(say("It saw photos of {} x {} pixels and more: smaller ones are new to it.",
                        facts.sizes->smallest[0], facts.sizes->smallest[1]));
  }
  if (facts.brightness) {
    items.push_back(
        say("Nine in ten of its photos are from {} to {} bright on average: darker and brighter ones are new to it.",
            percent(facts.brightness->low), percent(facts.brightness->high)));
  }
  if (!facts.result) {
    return;
  }
  const ClassResult* fewest = nullptr;
  std::size_t index = 0;
  for (std::size_t i = 0; i < facts.result->classes.size(); ++i) {
    const ClassResult& each = facts.result->classes[i];
    if (each.support > 0 && (fewest == nullptr || each.support < fewest->support)) {
      fewest = &each;
      index = i;
    }
  }
  if (fewest != nullptr && fewest->support < kFewPhotos) {
    const Interval interval = wilson_interval(facts.result->confusion[index][index], fewest->support);
    items.push_back(
        say("Figures of single classes are rough: {0} has {1} photos in the part {2}, and its recall of {3} may lie "
            "anywhere within {4}.",
            fewest->name, with_commas(fewest->support), facts.run->result->part, percent(fewest->recall),
            range_words(interval.low, interval.high, say.language())));
  }
  if (facts.run->result->part != "test") {
    items.push_back(say("The figures are of the photos that chose the best epoch: they are too good."));
  }
}

}  // namespace

std::vector<std::string> limits_of(const CardFacts& facts, const Say& say) {
  std::vector<std::string> items = {
      say("It knows only these {0} names: a photo of anything else gets one of them too.", facts.classes.size())};
  add_class_limits(facts, say, items);
  add_photo_limits(facts, say, items);
  if (facts.output == OutputKind::kScores) {
    items.push_back(say("Its scores are no probabilities: they say which name is first, not how sure it is."));
  }
  if (facts.calibration) {
    items.push_back(facts.calibration->threshold
                        ? say("Below a confidence of {0} its answer is better taken as unknown.",
                              percent(*facts.calibration->threshold))
                        : say("No confidence was enough to trust its answers: {0} of them right was asked for.",
                              percent(kTrustedPrecision)));
  }
  if (facts.run) {
    for (const RunAlarm& alarm : facts.run->alarms) {
      if (alarm.code != kAboutTime) {
        items.push_back(say("Its training raised the alarm \"{0}\" in epoch {1}.", alarm.code, alarm.epoch));
      }
    }
  }
  return items;
}

}  // namespace alexnet::report
