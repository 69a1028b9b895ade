#include "alexnet/charts/chart.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/error.h"

#include "charts/text.h"
#include "charts/xml.h"

namespace alexnet::charts {
namespace {

using test::Element;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

using Points = std::vector<std::pair<double, double>>;

std::vector<Element> elements_of(const std::string& svg) { return test::XmlReader(svg).read(); }

std::vector<Element> find(const std::vector<Element>& elements, const std::string& name,
                          const std::string& class_name) {
  std::vector<Element> found;
  std::copy_if(elements.begin(), elements.end(), std::back_inserter(found),
               [&](const Element& e) { return class_name.empty() ? e.name == name : e.is(name, class_name); });
  return found;
}

LineChart accuracy_chart() {
  return {.title = "Accuracy",
          .description = "Best after epoch 3.",
          .x_label = "epoch",
          .y_label = "accuracy",
          .series = {{"training", {{1, 0.2}, {2, 0.4}, {3, 0.6}, {4, 0.75}}},
                     {"validation", {{1, 0.25}, {2, 0.35}, {3, 0.5}, {4, 0.45}}, true}},
          .percent = true,
          .mark = {{3, "best: epoch 3"}},
          .reference = {{1.0 / 17, "chance"}}};
}

/// Place of a value on an axis, from two of its labels: {number, pixel} each.
double place(double value, std::pair<double, double> a, std::pair<double, double> b) {
  return a.second + (value - a.first) / (b.first - a.first) * (b.second - a.second);
}

/// {number, x or y} of the labels of an axis: those of the y axis end at it, those of the x axis stand under it.
Points labels_of(const std::vector<Element>& elements, bool y_axis, double scale) {
  Points labels;
  for (const Element& text : find(elements, "text", "ax-text")) {
    const bool number = !text.text.empty() && text.text.find_first_not_of("0123456789. %") == std::string::npos;
    if (number && text.attributes.at("text-anchor") == (y_axis ? "end" : "middle")) {
      labels.emplace_back(std::stod(text.text) * scale, y_axis ? text.number("y") - 4 : text.number("x"));
    }
  }
  return labels;
}

TEST(LineChart, PutsValuesWhereTheAxesSay) {
  const LineChart chart = accuracy_chart();
  const auto elements = elements_of(to_svg({chart}));
  const Points y = labels_of(elements, true, 0.01);
  const Points x = labels_of(elements, false, 1);
  ASSERT_GE(y.size(), 3U);
  ASSERT_GE(x.size(), 2U);
  const auto dots = find(elements, "circle", "");
  ASSERT_EQ(dots.size(), 8U);
  std::size_t dot = 0;
  for (const Series& series : chart.series) {
    for (const auto& [epoch, value] : series.points) {
      EXPECT_NEAR(dots[dot].number("cx"), place(epoch, x.front(), x.back()), 0.3);
      EXPECT_NEAR(dots[dot].number("cy"), place(value, y.front(), y.back()), 0.3);
      ++dot;
    }
  }
}

TEST(LineChart, MarksTheBestEpochAndChance) {
  const auto elements = elements_of(to_svg({accuracy_chart()}));
  const auto rules = find(elements, "path", "ax-rule");
  ASSERT_EQ(rules.size(), 2U);
  const auto dots = find(elements, "circle", "");
  EXPECT_THAT(rules[0].attributes.at("d"), HasSubstr("M" + dots[2].attributes.at("cx") + " "));
  const Points y = labels_of(elements, true, 0.01);
  const std::string& across = rules[1].attributes.at("d");
  EXPECT_NEAR(std::stod(across.substr(across.find(' '))), place(1.0 / 17, y.front(), y.back()), 0.3);
  std::set<std::string> words;
  for (const Element& text : find(elements, "text", "")) {
    words.insert(text.text);
  }
  EXPECT_THAT(words, Contains("best: epoch 3"));
  EXPECT_THAT(words, Contains("chance"));
}

TEST(LineChart, TellsEachPointWhenPointedAt) {
  const auto elements = elements_of(to_svg({accuracy_chart()}));
  std::vector<std::string> titles;
  for (const Element& title : find(elements, "title", "")) {
    titles.push_back(title.text);
  }
  EXPECT_THAT(titles, Contains("validation, epoch 3: 50.0 %"));
}

TEST(LineChart, ShowsAPointAlone) {
  const LineChart chart{.title = "t", .x_label = "epoch", .series = {{"loss", {{1, 2.5}}}}};
  const auto dots = find(elements_of(to_svg({chart})), "circle", "");
  ASSERT_EQ(dots.size(), 1U);
  EXPECT_GE(dots[0].number("r"), 2);
  EXPECT_TRUE(dots[0].number("cx") > 0 && dots[0].number("cx") < 860);
  EXPECT_TRUE(dots[0].number("cy") > 0 && dots[0].number("cy") < 320);
}

TEST(LineChart, BreaksTheLineAtWhatIsNoNumber) {
  for (const double hole : {NAN, INFINITY, -INFINITY}) {
    const LineChart chart{.title = "t", .series = {{"loss", {{1, 3}, {2, 2}, {3, hole}, {4, 1}, {5, 0.5}}}}};
    const auto elements = elements_of(to_svg({chart}));
    const std::string line = find(elements, "path", "ax-line").at(0).attributes.at("d");
    EXPECT_EQ(std::count(line.begin(), line.end(), 'M'), 2) << line;
    EXPECT_EQ(find(elements, "circle", "").size(), 4U);
    EXPECT_THAT(line, Not(HasSubstr("nan")));
  }
}

TEST(LineChart, ShowsEveryPointOfADenseSeries) {
  Series dense{"loss", {}};
  for (int i = 0; i < 1000; ++i) {
    dense.points.emplace_back(i, std::exp(-i / 300.0));
  }
  const auto elements = elements_of(to_svg({LineChart{.title = "t", .series = {dense}}}));
  const auto dots = find(elements, "path", "ax-dots");
  ASSERT_EQ(dots.size(), 1U);
  const std::string& d = dots[0].attributes.at("d");
  EXPECT_EQ(std::count(d.begin(), d.end(), 'M'), 1000);
}

TEST(LineChart, SeriesDifferByMoreThanColour) {
  LineChart chart{.title = "t"};
  for (int i = 0; i < 6; ++i) {
    chart.series.push_back({"run " + std::to_string(i), {{1, i}, {2, i + 1}}, i % 2 == 1});
  }
  const auto elements = elements_of(to_svg({chart}));
  std::set<std::string> dashes;
  for (const Element& line : find(elements, "path", "ax-line")) {
    const auto found = line.attributes.find("stroke-dasharray");
    dashes.insert(found == line.attributes.end() ? "" : found->second);
  }
  EXPECT_EQ(dashes.size(), 6U);
  EXPECT_EQ(find(elements, "text", "ax-label").size(), 6U);
}

TEST(LineChart, EndLabelsDoNotOverlapAndStayInside) {
  for (const double spread : {0.0, 0.001, 1.0}) {
    LineChart chart{.title = "t", .percent = true};
    for (int i = 0; i < 7; ++i) {
      chart.series.push_back(
          {"a run with a very long name, number " + std::to_string(i), {{1, 0.1}, {2, spread * i / 7}}});
    }
    std::vector<double> ys;
    for (const Element& label : find(elements_of(to_svg({chart})), "text", "ax-label")) {
      ys.push_back(label.number("y"));
      EXPECT_LE(label.number("x") + detail::text_width(label.text, 12), 860) << label.text;
    }
    ASSERT_EQ(ys.size(), 7U);
    std::sort(ys.begin(), ys.end());
    for (std::size_t i = 1; i < ys.size(); ++i) {
      EXPECT_GE(ys[i] - ys[i - 1], 14.8) << spread;
    }
    EXPECT_GT(ys.front(), 0);
    EXPECT_LT(ys.back(), 320);
  }
}

TEST(LineChart, ClipsWhatLiesOutsideAFixedRange) {
  const LineChart chart{.title = "t", .series = {{"loss", {{1, 0.5}, {2, 40}, {3, 0.2}}}}, .y_min = 0, .y_max = 1};
  const auto elements = elements_of(to_svg({chart}));
  const auto clip = find(elements, "svg", "");
  ASSERT_EQ(clip.size(), 2U);
  const Element& inner = clip[1];
  EXPECT_EQ(inner.attributes.at("viewBox"), inner.attributes.at("x") + " " + inner.attributes.at("y") + " " +
                                                inner.attributes.at("width") + " " + inner.attributes.at("height"));
  EXPECT_LT(find(elements, "circle", "").at(1).number("cy"), inner.number("y")) << "the value of 40 is outside";
}

TEST(LineChart, SaysThatThereIsNothingYet) {
  for (const LineChart& chart :
       {LineChart{.title = "t"}, LineChart{.title = "t", .series = {{"loss", {{1, NAN}}}}, .mark = {{1, "best"}}}}) {
    std::vector<std::string> words;
    for (const Element& text : find(elements_of(to_svg({chart})), "text", "")) {
      words.push_back(text.text);
    }
    EXPECT_THAT(words, Contains("no values yet"));
  }
}

TEST(ToSvg, EscapesNames) {
  const std::string name = "<rose> & \"\xE7\x8E\xAB\xE7\x91\xB0\"";
  LineChart chart = accuracy_chart();
  chart.title = chart.description = chart.x_label = chart.y_label = chart.series[0].name = name;
  chart.mark->second = chart.reference->second = name;
  const auto elements = elements_of(to_svg({chart}));
  EXPECT_EQ(find(elements, "title", "").at(0).text, name);
  EXPECT_EQ(find(elements, "desc", "").at(0).text, name);
  EXPECT_EQ(find(elements, "text", "ax-title").at(0).text, name);
}

TEST(ToSvg, StaysWellFormedWithBytesOfNoMeaning) {
  LineChart chart = accuracy_chart();
  chart.series[0].name = std::string("a\xFF\x01\0b\xE7", 6);
  EXPECT_NO_THROW((void)elements_of(to_svg({chart})));
}

TEST(ToSvg, HasTextAlternatives) {
  LineChart loss = accuracy_chart();
  loss.title = "Loss";
  loss.description = "It falls.";
  const auto elements = elements_of(to_svg({accuracy_chart(), loss}));
  EXPECT_EQ(elements[0].attributes.at("role"), "img");
  EXPECT_EQ(elements[1].name, "title");
  EXPECT_EQ(elements[1].text, "Accuracy; Loss");
  EXPECT_EQ(elements[2].name, "desc");
  EXPECT_EQ(elements[2].text, "Best after epoch 3. It falls.");
}

TEST(ToSvg, PutsChartsOneBelowTheOther) {
  const auto elements = elements_of(to_svg({accuracy_chart(), accuracy_chart()}, 700, 300));
  EXPECT_EQ(elements[0].attributes.at("viewBox"), "0 0 700 600");
  EXPECT_THAT(elements,
              Contains(::testing::Field(&Element::attributes, Contains(std::pair<const std::string, std::string>(
                                                                  "transform", "translate(0 300)")))));
}

TEST(ToSvg, LoadsAndRunsNothing) {
  std::string svg = to_svg({accuracy_chart()});
  const std::string xmlns = "xmlns=\"http://www.w3.org/2000/svg\"";
  const std::size_t at = svg.find(xmlns);
  ASSERT_NE(at, std::string::npos);
  svg.erase(at, xmlns.size());
  for (const char* loads : {"http:", "https:", "//", "url(", "@import", "href", "src=", "<script", "onload", "<image",
                            "@font-face", "<foreignObject"}) {
    EXPECT_THAT(svg, Not(HasSubstr(loads)));
  }
}

TEST(ToSvg, IsReadableInLightAndDark) {
  const std::string svg = to_svg({accuracy_chart()});
  const std::size_t dark = svg.find("@media (prefers-color-scheme:dark)");
  ASSERT_NE(dark, std::string::npos);
  for (const char* name : {".ax-paper{", ".ax-title{", ".ax-text{", ".ax-grid{", ".ax-axis{", ".ax-rule{", ".ax-halo{",
                           ".ax-s0{", ".ax-s1{", ".ax-s2{", ".ax-s3{", ".ax-s4{", ".ax-s5{"}) {
    EXPECT_LT(svg.find(name), dark) << name;
    EXPECT_NE(svg.find(name, dark), std::string::npos) << name;
  }
}

TEST(ToSvg, SameInputSameBytes) { EXPECT_EQ(to_svg({accuracy_chart()}), to_svg({accuracy_chart()})); }

TEST(ToSvg, RefusesNoChartAndNoRoom) {
  EXPECT_THROW((void)to_svg(std::vector<LineChart>{}), Error);
  EXPECT_THROW((void)to_svg({accuracy_chart()}, 100, 320), Error);
  EXPECT_THROW((void)to_svg({accuracy_chart()}, 860, 50), Error);
}

}  // namespace
}  // namespace alexnet::charts
