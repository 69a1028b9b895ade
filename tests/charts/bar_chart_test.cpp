#include "alexnet/charts/bar_chart.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "alexnet/core/error.h"

#include "charts/xml.h"
#include "support/thrown.h"

namespace alexnet::charts {
namespace {

BarChart chart() {
  return {.title = "Photos <by> confidence",
          .description = "most are sure",
          .x_label = "confidence",
          .y_label = "photos",
          .categories = {"0 %", "50 %"},
          .series = {{"with", {10, 40}}, {"without", {0, 20}}}};
}

TEST(BarChart, DrawsABarForEachValue) {
  const auto svg = to_svg(chart(), 600, 260);
  const auto elements = test::XmlReader(svg).read();
  std::vector<double> heights;
  for (const auto& element : elements) {
    if (element.name == "rect" && element.attributes.contains("fill")) {
      heights.push_back(element.number("height"));
    }
  }
  ASSERT_EQ(heights.size(), 6U);  // two of the legend, then category by category
  EXPECT_NEAR(heights[2] * 4, heights[4], 0.3);
  EXPECT_EQ(heights[3], 0);
  EXPECT_NEAR(heights[5] * 2, heights[4], 0.3);
  EXPECT_EQ(svg, to_svg(chart(), 600, 260));
}

TEST(BarChart, RefusesWhatCannotBeDrawn) {
  auto uneven = chart();
  uneven.series[1].values.pop_back();
  EXPECT_EQ(testing_support::message_of([&] { (void)to_svg(uneven); }), Message::kWrongCall);
  EXPECT_EQ(testing_support::message_of([&] { (void)to_svg(BarChart{}); }), Message::kWrongCall);
  EXPECT_EQ(testing_support::message_of([&] { (void)to_svg(chart(), 100, 100); }), Message::kWrongCall);
}

}  // namespace
}  // namespace alexnet::charts
