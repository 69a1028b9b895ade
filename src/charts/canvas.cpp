#include "alexnet/charts/canvas.h"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

#include "alexnet/core/error.h"

#include "charts/letters.h"
#include "core/text.h"

namespace alexnet::charts {
namespace {

constexpr int kLetterCell = 6;

void set(Image& image, int x, int y, Colour colour) {
  if (x < 0 || y < 0 || x >= image.width || y >= image.height) {
    return;
  }
  std::uint8_t* pixel = image.row(y) + static_cast<std::size_t>(x) * 3;
  pixel[0] = colour.red;
  pixel[1] = colour.green;
  pixel[2] = colour.blue;
}

int checked_side(int side) {
  if (side < 1) {
    throw Error(Message::kWrongCall,
                {{"where", "Canvas"}, {"expected", "sides of at least 1 pixel"}, {"got", fmt::to_string(side)}});
  }
  return side;
}

}  // namespace

Canvas::Canvas(int width, int height, Colour background) : image_(checked_side(width), checked_side(height), 3) {
  fill({0, 0, width, height}, background);
}

void Canvas::fill(const Box& box, Colour colour) {
  const int right = std::min(box.left + box.width, image_.width);
  const int bottom = std::min(box.top + box.height, image_.height);
  for (int y = std::max(box.top, 0); y < bottom; ++y) {
    for (int x = std::max(box.left, 0); x < right; ++x) {
      set(image_, x, y, colour);
    }
  }
}

void Canvas::frame(const Box& box, Colour colour, int thickness) {
  const int width = box.width + 2 * thickness;
  const int height = box.height + 2 * thickness;
  const int left = box.left - thickness;
  const int top = box.top - thickness;
  fill({left, top, width, thickness}, colour);
  fill({left, box.top + box.height, width, thickness}, colour);
  fill({left, top, thickness, height}, colour);
  fill({box.left + box.width, top, thickness, height}, colour);
}

void Canvas::cross(const Box& box, Colour colour) {
  const int steps = std::max(box.width, box.height);
  for (int i = 0; i < steps; ++i) {
    const int x = i * box.width / steps;
    const int y = i * box.height / steps;
    set(image_, box.left + x, box.top + y, colour);
    set(image_, box.left + box.width - 1 - x, box.top + y, colour);
  }
}

void Canvas::draw(const Image& picture, int left, int top, int scale) {
  const auto channels = static_cast<std::size_t>(picture.channels);
  for (int y = 0; y < picture.height; ++y) {
    const std::uint8_t* pixel = picture.row(y);
    for (int x = 0; x < picture.width; ++x, pixel += channels) {
      const Colour colour = channels == 3 ? Colour{pixel[0], pixel[1], pixel[2]} : Colour{pixel[0], pixel[0], pixel[0]};
      fill({left + x * scale, top + y * scale, scale, scale}, colour);
    }
  }
}

void Canvas::text(int left, int top, std::string_view text, Colour colour) {
  while (!text.empty()) {
    const Letter& letter = letter_of(take_character(text).value_or(U'?'));
    for (int y = 0; y < kLetterRows; ++y) {
      for (int x = 0; x < kLetterColumns; ++x) {
        if ((letter[static_cast<std::size_t>(y)] >> (kLetterColumns - 1 - x) & 1) != 0) {
          set(image_, left + x, top + y, colour);
        }
      }
    }
    left += kLetterCell;
  }
}

int text_width(std::string_view text) {
  int characters = 0;
  for (; !text.empty(); ++characters) {
    static_cast<void>(take_character(text));
  }
  return characters * kLetterCell;
}

void draw_legend(Canvas& canvas, const Box& box, ScaleKind kind, double largest, std::string_view unit) {
  constexpr int kBar = 10;
  const bool signed_values = kind == ScaleKind::kDiverging;
  for (int x = 0; x < box.width; ++x) {
    const double share = box.width < 2 ? 0 : static_cast<double>(x) / (box.width - 1);
    canvas.fill({box.left + x, box.top, 1, kBar}, colour_of(kind, signed_values ? 2 * share - 1 : share));
  }
  canvas.frame({box.left, box.top, box.width, kBar}, kBlack);
  const int below = box.top + kBar + 4;
  const std::string least = signed_values ? short_number(-largest) : "0";
  const std::string most = fmt::format("{}{}{}", short_number(largest), unit.empty() ? "" : " ", unit);
  canvas.text(box.left, below, least, kBlack);
  canvas.text(box.left + box.width - text_width(most), below, most, kBlack);
  if (signed_values) {
    canvas.text(box.left + (box.width - text_width("0")) / 2, below, "0", kBlack);
  }
}

}  // namespace alexnet::charts
