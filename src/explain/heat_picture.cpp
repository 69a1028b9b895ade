#include "alexnet/explain/heat_picture.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "alexnet/charts/canvas.h"
#include "alexnet/image/resize.h"

namespace alexnet::explain {
namespace {

using charts::Canvas;
using charts::Colour;

constexpr int kPanel = 480;       // longest side of a photo that is shown
constexpr int kSmallPanel = 240;  // shorter ones are enlarged up to it
constexpr int kMargin = 10;
constexpr int kHeading = charts::kTextHeight + 6;
constexpr int kLegendWidth = 200;
constexpr double kOutside = 0.5;  // share of white over what the network did not see

/// The photo in the size in which it is shown, and pixels shown for each of its own.
struct Panel {
  Image photo;
  double scale_x;
  double scale_y;
};

Image enlarged(const Image& image, int factor) {
  return resize(image, image.width * factor, image.height * factor, {.filter = Filter::kNearest});
}

Image fitted(const Image& image, int most, int least) {
  const int longest = std::max(image.width, image.height);
  if (longest <= most) {
    return enlarged(image, std::max(1, least / longest));
  }
  const auto side = [&](int length) {
    return std::max(1, static_cast<int>(std::lround(1.0 * length * most / longest)));
  };
  return resize(image, side(image.width), side(image.height));
}

Panel panel_of(const Image& photo, int most = kPanel, int least = kSmallPanel) {
  Image shown = fitted(with_channels(photo, 3), most, least);
  const double scale_x = static_cast<double>(shown.width) / photo.width;
  const double scale_y = static_cast<double>(shown.height) / photo.height;
  return {std::move(shown), scale_x, scale_y};
}

/// A dark and a light line around the cut, for light and dark photos.
void outline(Canvas& canvas, const Panel& panel, const PhotoWindow& window, int left, int top) {
  const int x = static_cast<int>(std::lround(window.left * panel.scale_x));
  const int y = static_cast<int>(std::lround(window.top * panel.scale_y));
  const charts::Box box{left + x, top + y, static_cast<int>(std::lround(window.width * panel.scale_x)),
                        static_cast<int>(std::lround(window.height * panel.scale_y))};
  canvas.frame(box, charts::kWhite, 2);
  canvas.frame(box, charts::kBlack, 1);
}

std::uint8_t mixed(double a, double b, double share) {
  return static_cast<std::uint8_t>(std::lround(std::lerp(a, b, share)));
}

/// The map over the grey photo, inside of the window only.
Image overlaid(const PhotoPass& pass, const Panel& panel, const HeatMap& map, const HeatPictureOptions& options) {
  const PhotoWindow window = pass.window();
  const Geometry& geometry = pass.model().geometry;
  Image image = with_channels(with_channels(panel.photo, 1), 3);
  for (int y = 0; y < image.height; ++y) {
    const double cut_y = ((y + 0.5) / panel.scale_y - window.top) * geometry.height / window.height;
    std::uint8_t* pixel = image.row(y);
    for (int x = 0; x < image.width; ++x, pixel += 3) {
      const double cut_x = ((x + 0.5) / panel.scale_x - window.left) * geometry.width / window.width;
      const bool inside = cut_x >= 0 && cut_y >= 0 && cut_x <= geometry.width && cut_y <= geometry.height;
      const double grey = pixel[0];
      Colour colour = charts::kWhite;
      double share = kOutside;
      if (inside) {
        const bool coloured = options.largest > 0 && map.covers({cut_x, cut_y});
        share = coloured ? options.strength : 0;
        colour = coloured ? charts::colour_of(options.scale, map.at({cut_x, cut_y}) / options.largest) : colour;
      }
      pixel[0] = mixed(grey, colour.red, share);
      pixel[1] = mixed(grey, colour.green, share);
      pixel[2] = mixed(grey, colour.blue, share);
    }
  }
  return image;
}

/// Two panels with their headings side by side, and room below.
Canvas two_panels(const Image& first, const std::string& first_heading, const Image& second,
                  const std::string& second_heading, int below) {
  const int second_left = 2 * kMargin + std::max(first.width, charts::text_width(first_heading));
  const int width = second_left + std::max({second.width, charts::text_width(second_heading), kLegendWidth}) + kMargin;
  Canvas canvas(width, kMargin + kHeading + std::max(first.height, second.height) + kMargin + below, charts::kWhite);
  canvas.text(kMargin, kMargin, first_heading, charts::kBlack);
  canvas.draw(first, kMargin, kMargin + kHeading);
  canvas.text(second_left, kMargin, second_heading, charts::kBlack);
  canvas.draw(second, second_left, kMargin + kHeading);
  return canvas;
}

int second_left(const Image& first, const std::string& heading) {
  return 2 * kMargin + std::max(first.width, charts::text_width(heading));
}

constexpr const char* kPhotoHeading = "photo, the network's cut outlined";

}  // namespace

Image heat_picture(const PhotoPass& pass, const HeatMap& map, const HeatPictureOptions& options) {
  const Panel panel = panel_of(pass.photo());
  const Image heat = overlaid(pass, panel, map, options);
  Canvas canvas = two_panels(panel.photo, kPhotoHeading, heat, options.heading, charts::kLegendHeight + kMargin);
  const int left = second_left(panel.photo, kPhotoHeading);
  const int top = kMargin + kHeading;
  outline(canvas, panel, pass.window(), kMargin, top);
  outline(canvas, panel, pass.window(), left, top);
  const charts::Box legend{left, top + heat.height + kMargin, kLegendWidth, charts::kLegendHeight};
  if (options.largest > 0) {
    charts::draw_legend(canvas, legend, options.scale, options.largest, options.unit);
  } else {
    canvas.text(legend.left, legend.top, options.nothing, charts::kBlack);
  }
  return canvas.image();
}

Image heat_overlay(const PhotoPass& pass, const HeatMap& map, const HeatPictureOptions& options, int side) {
  return overlaid(pass, panel_of(pass.photo(), side, side), map, options);
}

Image photo_picture(const PhotoPass& pass) {
  const Panel panel = panel_of(pass.photo());
  const Image& cut = pass.cut();
  const Image shown = enlarged(cut, std::max(1, kSmallPanel / std::max(cut.width, cut.height)));
  Canvas canvas = two_panels(panel.photo, kPhotoHeading, shown,
                             fmt::format("what it read, {} x {} pixels", cut.width, cut.height), 0);
  outline(canvas, panel, pass.window(), kMargin, kMargin + kHeading);
  return canvas.image();
}

}  // namespace alexnet::explain
