#include "alexnet/charts/canvas.h"

#include <cmath>
#include <limits>
#include <set>

#include <gtest/gtest.h>

#include "charts/letters.h"
#include "support/thrown.h"

namespace alexnet::charts {
namespace {

Colour at(const Canvas& canvas, int x, int y) {
  const std::uint8_t* pixel = canvas.image().row(y) + static_cast<std::size_t>(x) * 3;
  return {pixel[0], pixel[1], pixel[2]};
}

/// ITU-R BT.601: what is left of a colour in grey print.
double lightness(Colour c) { return 0.299 * c.red + 0.587 * c.green + 0.114 * c.blue; }

TEST(ColourScale, SequentialGrowsLighter) {
  double before = -1;
  for (int i = 0; i <= 100; ++i) {
    const double now = lightness(colour_of(ScaleKind::kSequential, i / 100.0));
    EXPECT_GT(now, before) << i;
    before = now;
  }
}

TEST(ColourScale, DivergingIsLightestAtZeroAndItsEndsAreAlike) {
  for (int i = 1; i <= 100; ++i) {
    for (const double sign : {-1.0, 1.0}) {
      EXPECT_LT(lightness(colour_of(ScaleKind::kDiverging, sign * i / 100)),
                lightness(colour_of(ScaleKind::kDiverging, sign * (i - 1) / 100)));
    }
  }
  EXPECT_NEAR(lightness(colour_of(ScaleKind::kDiverging, -1)), lightness(colour_of(ScaleKind::kDiverging, 1)), 25);
  EXPECT_LT(colour_of(ScaleKind::kDiverging, -0.5).red, colour_of(ScaleKind::kDiverging, -0.5).blue);
  EXPECT_GT(colour_of(ScaleKind::kDiverging, 0.5).red, colour_of(ScaleKind::kDiverging, 0.5).blue);
}

TEST(ColourScale, TakesAnyNumber) {
  EXPECT_EQ(colour_of(ScaleKind::kSequential, 7), colour_of(ScaleKind::kSequential, 1));
  EXPECT_EQ(colour_of(ScaleKind::kDiverging, -7), colour_of(ScaleKind::kDiverging, -1));
  EXPECT_EQ(colour_of(ScaleKind::kSequential, std::nan("")), kGrey);
  EXPECT_EQ(colour_of(ScaleKind::kSequential, std::numeric_limits<double>::infinity()),
            colour_of(ScaleKind::kSequential, 1));
}

TEST(Canvas, EnlargesByWholePixels) {
  Canvas canvas(7, 5, kGrey);
  Image two(2, 1, 1);
  two.pixels = {10, 200};
  canvas.draw(two, 1, 1, 3);
  for (int y = 0; y < 5; ++y) {
    for (int x = 0; x < 7; ++x) {
      const bool inside = x >= 1 && y >= 1 && y < 4;
      const Colour expected = !inside ? kGrey : x < 4 ? Colour{10, 10, 10} : Colour{200, 200, 200};
      EXPECT_EQ(at(canvas, x, y), expected) << x << ' ' << y;
    }
  }
}

TEST(Canvas, LeavesOutWhatLiesOutside) {
  Canvas canvas(4, 4, kWhite);
  canvas.fill({-5, -5, 6, 6}, kBlack);
  canvas.frame({-1, -1, 10, 10}, kBlack);
  canvas.text(-3, 2, "text that is longer than the canvas", kBlack);
  canvas.cross({2, 2, 9, 9}, kBlack);
  EXPECT_EQ(at(canvas, 0, 0), kBlack);
  EXPECT_EQ(at(canvas, 1, 1), kWhite);
}

TEST(Canvas, FramesStandOutsideOfTheirBox) {
  Canvas canvas(8, 8, kWhite);
  canvas.frame({2, 2, 3, 3}, kBlack);
  EXPECT_EQ(at(canvas, 1, 1), kBlack);
  EXPECT_EQ(at(canvas, 5, 5), kBlack);
  EXPECT_EQ(at(canvas, 2, 2), kWhite);
  EXPECT_EQ(at(canvas, 4, 4), kWhite);
  EXPECT_EQ(at(canvas, 6, 6), kWhite);
}

TEST(Canvas, RefusesASizeOfNothing) {
  EXPECT_EQ(testing_support::message_of([] { const Canvas canvas(0, 5, kWhite); }), Message::kWrongCall);
}

TEST(Letters, AreAllDifferentAndOthersAreQuestionMarks) {
  std::set<Letter> seen;
  for (char32_t c = U' '; c <= U'~'; ++c) {
    EXPECT_TRUE(seen.insert(letter_of(c)).second) << static_cast<char>(c);
  }
  EXPECT_EQ(letter_of(U'\u00E9'), letter_of(U'?'));
  EXPECT_EQ(letter_of(U'\u73AB'), letter_of(U'?'));
  EXPECT_EQ(text_width("\xE7\x8E\xAB"
                       "1"),
            text_width("?1"));
}

TEST(Legend, ShowsBothEnds) {
  Canvas canvas(120, kLegendHeight + 2, kWhite);
  draw_legend(canvas, {1, 1, 100, kLegendHeight}, ScaleKind::kDiverging, 2.5, "points");
  EXPECT_EQ(at(canvas, 1, 3), colour_of(ScaleKind::kDiverging, -1));
  EXPECT_EQ(at(canvas, 100, 3), colour_of(ScaleKind::kDiverging, 1));
}

}  // namespace
}  // namespace alexnet::charts
