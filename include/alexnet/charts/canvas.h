#pragma once

#include <string>
#include <string_view>

#include "alexnet/charts/colour_scale.h"
#include "alexnet/image/image.h"

/// Pictures made of pixels: contact sheets and heat maps with their legends.
namespace alexnet::charts {

/// A rectangle in pixels.
struct Box {
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;
};

/// An RGB picture that is drawn on. What lies outside of it is left out.
class Canvas {
 public:
  /// Throws kWrongCall for a side below 1.
  Canvas(int width, int height, Colour background);

  [[nodiscard]] const Image& image() const { return image_; }
  void fill(const Box& box, Colour colour);
  /// A frame of `thickness` pixels around the box, just outside of it.
  void frame(const Box& box, Colour colour, int thickness = 1);
  /// A diagonal cross over the box.
  void cross(const Box& box, Colour colour);
  /// A picture, each pixel as a square of `scale` x `scale`; grey ones too.
  void draw(const Image& picture, int left, int top, int scale = 1);
  /// Letters of 5 x 7 pixels in cells of 6 x 9; characters outside of ASCII are drawn as "?".
  void text(int left, int top, std::string_view text, Colour colour);

 private:
  Image image_;
};

inline constexpr int kTextHeight = 9;
[[nodiscard]] int text_width(std::string_view text);

/// A row of colours from the least to the largest value with the numbers below it: "0 ... 7.13", or for a diverging
/// scale "-2.5 ... 0 ... 2.5"; `unit` stands behind the last number. Takes kLegendHeight pixels of height.
void draw_legend(Canvas& canvas, const Box& box, ScaleKind kind, double largest, std::string_view unit = "");
inline constexpr int kLegendHeight = 24;

}  // namespace alexnet::charts
