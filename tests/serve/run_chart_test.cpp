#include "serve/run_chart.h"

#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serve/stored_run.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet::serve {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_support::message_of;
using testing_support::stored_run;
using testing_support::TemporaryFolder;

std::string description(const std::string& svg) {
  std::smatch found;
  return std::regex_search(svg, found, std::regex("<desc[^>]*>([^<]*)</desc>")) ? found[1].str() : "";
}

class RunChart : public testing::Test {
 protected:
  std::string chart(const ChartRequest& request) { return chart_svg(list_runs({folder_.path()}), request); }
  TemporaryFolder folder_;
};

TEST_F(RunChart, SaysTheLastValueOfEachRun) {
  stored_run(folder_ / "first");
  stored_run(folder_ / "second");
  const auto text = description(chart({}));
  EXPECT_THAT(text, HasSubstr("first 62.5 %"));
  EXPECT_THAT(text, HasSubstr("second 62.5 %"));
}

TEST_F(RunChart, SmoothsWithEarlierPointsOnly) {
  stored_run(folder_ / "run");
  // 0.5, 0.75, 0.625 with half of the past: (0.625 / 2 + 0.75 / 4 + 0.5 / 8) / (7 / 8) = 0.642857
  EXPECT_THAT(description(chart({.smooth = 0.5})), HasSubstr("run, smoothed 64.3 %"));
}

TEST_F(RunChart, NeverSmoothsTheRate) {
  stored_run(folder_ / "run");
  EXPECT_THAT(chart({.y = "rate", .smooth = 0.5}), Not(HasSubstr("smoothed")));
}

TEST_F(RunChart, DrawsTheSpikesOfManySteps) {
  RunFolder run = stored_run(folder_ / "run");
  for (int step = 5; step < 6000; ++step) {
    run.append(StepRow{step, 3, step == 3333 ? 77.0 : 1.0, 0.5, 0.01});
  }
  const auto svg = chart({.y = "step_loss", .x = "step"});
  EXPECT_LT(svg.size(), 120'000U);
  EXPECT_THAT(svg, HasSubstr(">80<"));  // the axis reaches the spike
}

TEST_F(RunChart, EveryValueOverEveryAxis) {
  stored_run(folder_ / "run");
  for (const auto& y : chart_values()) {
    for (const char* x : {"epoch", "step", "time"}) {
      EXPECT_THAT(chart({.y = y, .x = x}), HasSubstr("<svg")) << y << x;
    }
  }
}

TEST_F(RunChart, NamesTheValueThatWasMeant) {
  stored_run(folder_ / "run");
  EXPECT_EQ(message_of([&] { chart({.y = "val_top2"}); }), Message::kUnknownName);
  EXPECT_EQ(message_of([&] { chart({.x = "weeks"}); }), Message::kOptionInvalid);
  EXPECT_EQ(message_of([&] { chart({.smooth = 1}); }), Message::kOptionInvalid);
  EXPECT_EQ(message_of([&] { chart({.width = 100}); }), Message::kOptionInvalid);
}

}  // namespace
}  // namespace alexnet::serve
