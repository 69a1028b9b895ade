#include "alexnet/report/rate_curve.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace alexnet::report {
namespace {

using testing::HasSubstr;
using testing::Not;

RateSearch search(const std::vector<double>& losses) {
  std::vector<RatePoint> points;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    points.push_back({std::pow(10, static_cast<double>(i) - 3), losses[i], losses[i]});
  }
  return judge_rates(std::move(points), RateSearchEnd::kDiverged);
}

TEST(RateCurve, SaysWhyAndMarksTheRate) {
  const RateSearch found = search({2, 1, 1.5, 1e30});
  EXPECT_THAT(reason_words(found), HasSubstr("least at a rate of 0.01; it diverged at 1."));
  const std::string svg = rate_curve_svg(found);
  EXPECT_THAT(svg, HasSubstr("suggested: 0.001"));
  EXPECT_THAT(svg, HasSubstr("power of ten"));
  EXPECT_THAT(svg, Not(HasSubstr("e+")));  // the loss that left every scale is not drawn
}

TEST(RateCurve, SaysThatNothingIsSuggested) {
  const RateSearch found = search({2, 2, 9});
  EXPECT_THAT(reason_words(found), HasSubstr("never fell clearly"));
  EXPECT_THAT(rate_curve_svg(found), Not(HasSubstr("suggested")));
  EXPECT_THAT(reason_words(judge_rates({}, RateSearchEnd::kStopped)), HasSubstr("No step"));
}

}  // namespace
}  // namespace alexnet::report
