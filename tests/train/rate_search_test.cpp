#include "alexnet/train/rate_search.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "alexnet/core/error.h"

#include "support/thrown.h"
#include "train/training.h"

namespace alexnet {
namespace {

using testing_support::message_of;
using testing_support::Training;

/// Rates 1e-4, 1e-3 ... with these smoothed losses.
std::vector<RatePoint> points(const std::vector<double>& smoothed) {
  std::vector<RatePoint> made;
  for (std::size_t i = 0; i < smoothed.size(); ++i) {
    made.push_back({std::pow(10, static_cast<double>(i) - 4), smoothed[i], smoothed[i]});
  }
  return made;
}

TEST(JudgeRates, SuggestsATenthOfTheRateOfTheLeastLoss) {
  const RateSearch search = judge_rates(points({2, 1.9, 1.2, 1.5, 9}), RateSearchEnd::kDiverged);
  EXPECT_DOUBLE_EQ(search.least_loss_rate, 1e-2);
  EXPECT_DOUBLE_EQ(search.suggested, 1e-3);
  EXPECT_EQ(search.end, RateSearchEnd::kDiverged);
}

TEST(JudgeRates, SuggestsNothingWhereTheLossNeverFell) {
  EXPECT_EQ(judge_rates(points({2, 1.95, 1.91, 9}), RateSearchEnd::kDiverged).suggested, 0);
  EXPECT_GT(judge_rates(points({2, 1.95, 1.89, 9}), RateSearchEnd::kDiverged).suggested, 0);
  EXPECT_EQ(judge_rates({}, RateSearchEnd::kStopped).suggested, 0);
}

TEST(JudgeRates, PassesOverWhatIsNoNumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_DOUBLE_EQ(judge_rates(points({2, 1, nan}), RateSearchEnd::kDiverged).least_loss_rate, 1e-3);
  EXPECT_EQ(judge_rates(points({nan, nan}), RateSearchEnd::kDiverged).suggested, 0);
}

RateSearch search(const Training& training, const RateSearchOptions& options = {}) {
  return find_rate(training.task(), options, {}, training.stop);
}

TEST(FindRate, EndsWhereTheLossDivergesAndSuggestsLess) {
  Training training;
  const RateSearch found = search(training, {.lowest = 1e-4, .highest = 1e6, .steps = 100});
  EXPECT_EQ(found.end, RateSearchEnd::kDiverged);
  EXPECT_LT(found.points.size(), 100U);
  EXPECT_GT(found.points.size(), 20U);
  EXPECT_NEAR(found.points.front().loss, std::log(3.0), 0.5);
  EXPECT_EQ(found.points.front().rate, 1e-4);
  EXPECT_NEAR(found.points[1].rate / found.points[0].rate, std::pow(1e10, 1.0 / 99), 1e-12);
  EXPECT_GT(found.suggested, 1e-4);
  EXPECT_LT(found.suggested, found.points.back().rate / 10);
}

// Four times the least smoothed loss, the first step beyond it being the last.
TEST(FindRate, CallsALossDivergedAtFourTimesTheLeast) {
  Training training;
  const RateSearch found = search(training, {.lowest = 1e-4, .highest = 1e6, .steps = 400});
  ASSERT_EQ(found.end, RateSearchEnd::kDiverged);
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i + 1 < found.points.size(); ++i) {
    least = std::min(least, found.points[i].smoothed);
    EXPECT_LE(found.points[i].smoothed, 4 * least) << i;
  }
  EXPECT_FALSE(found.points.back().smoothed <= 4 * least);
  const auto highest = std::ranges::max_element(found.points.begin(), found.points.end() - 1, {},
                                                [](const RatePoint& point) { return point.smoothed; });
  EXPECT_GT(highest->smoothed, 1.5 * least) << "a smaller factor would have ended it sooner";
}

TEST(FindRate, TriesTheWholeRangeAndRepeats) {
  Training training;
  const RateSearchOptions options{.lowest = 1e-5, .highest = 1e-2, .steps = 12};
  const RateSearch once = search(training, options);
  EXPECT_EQ(once.end, RateSearchEnd::kRange);
  ASSERT_EQ(once.points.size(), 12U);
  EXPECT_DOUBLE_EQ(once.points.back().rate, 1e-2);
  training.settings["loader_threads"] = "4";
  EXPECT_EQ(to_csv(search(training, options)), to_csv(once));
}

TEST(FindRate, StopsWhenToldAndRefusesARangeThatDoesNotRise) {
  Training training;
  EXPECT_EQ(message_of([&] { (void)search(training, {.lowest = 1, .highest = 0.1}); }), Message::kOptionInvalid);
  EXPECT_EQ(message_of([&] { (void)search(training, {.steps = 1}); }), Message::kOptionInvalid);
  int seen = 0;
  const auto stop_at_three = [&](const RatePoint&, int step, int steps) {
    EXPECT_EQ(step, ++seen);
    EXPECT_EQ(steps, 200);
    training.stop = step == 3 ? 1 : 0;
  };
  const RateSearch stopped = find_rate(training.task(), {}, stop_at_three, training.stop);
  EXPECT_EQ(stopped.end, RateSearchEnd::kStopped);
  EXPECT_EQ(stopped.points.size(), 3U);
}

}  // namespace
}  // namespace alexnet
