#include "explain/photo_svg.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/image/encode.h"
#include "alexnet/image/resize.h"

#include "charts/svg.h"
#include "charts/text.h"
#include "core/base64.h"

namespace alexnet::explain {
namespace {

using charts::detail::escaped;
using charts::detail::kEdge;
using charts::detail::kTextSize;
using charts::detail::put;
using charts::detail::put_text;
using charts::detail::shortened;

constexpr int kQuality = 85;
constexpr int kPhoto = 200;
constexpr int kBarsWidth = 420;
constexpr int kBarRow = 38;
constexpr int kBar = 14;
constexpr int kValueWidth = 80;
constexpr int kNear = 128;  // of a near photo, and its column
constexpr int kColumn = kNear + 12;
constexpr int kBlock = kNear + 96;

std::string head(const std::string& title, double width, double height) {
  std::string out;
  put(out,
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\" role=\"img\" font-family=\"system-ui,'Segoe UI',Roboto,'Noto Sans','Noto Sans CJK SC',"
      "'Microsoft YaHei',sans-serif\">\n<title>{2}</title>\n{3}<rect class=\"ax-paper\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\"/>\n",
      width, height, escaped(title), charts::detail::style_sheet());
  return out;
}

/// In the middle of a square of `side`.
void put_photo(std::string& out, const Image& photo, double left, double top, int side, const std::string& name) {
  const Image small = small_copy(photo, side);
  put(out,
      "<image x=\"{:.1f}\" y=\"{:.1f}\" width=\"{}\" height=\"{}\" href=\"data:image/jpeg;base64,{}\">"
      "<title>{}</title></image>\n",
      left + (side - small.width) / 2.0, top + (side - small.height) / 2.0, small.width, small.height,
      base64(encode_jpeg(small, kQuality)), escaped(name));
}

/// The photo of a set; an empty frame where it cannot be read any more.
void put_near(std::string& out, const Say& say, const PhotoSet& set, const Neighbour& near, double left, double top) {
  const std::string& file = set.file_of(near.item);
  try {
    put_photo(out, set.dataset->load(near.item, true), left, top, kNear, file);
  } catch (const Error&) {
    put(out, "<rect class=\"ax-axis\" fill=\"none\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n", left, top, kNear,
        kNear);
  }
  const std::string& name = set.class_of(near.item);
  const std::string part = set.part_of(near.item);
  double y = top + kNear + 16;
  if (!name.empty()) {
    put(out, "<g class=\"ax-s0\">");
    put_text(out, left, y, "ax-label", "start", shortened(name, kTextSize, kNear));
    out += "</g>\n";
    y += 16;
  }
  put_text(out, left, y, "ax-text", "start",
           fmt::format("{:.4f}{}{}", near.distance, part.empty() ? "" : ", ", say.word(part)));
  put_text(out, left, y + 16, "ax-text", "start", shortened(file, kTextSize, kNear, 0.7));
}

}  // namespace

Image small_copy(const Image& photo, int side) {
  const int longest = std::max(photo.width, photo.height);
  if (longest <= side) {
    const int factor = std::max(1, side / longest);
    return resize(photo, photo.width * factor, photo.height * factor, {.filter = Filter::kNearest});
  }
  const auto length = [&](int of) { return std::max(1, static_cast<int>(std::lround(1.0 * of * side / longest))); };
  return resize(photo, length(photo.width), length(photo.height));
}

std::string bars_svg(const std::string& title, const std::optional<Image>& picture, const std::vector<Bar>& bars,
                     double end, const std::string& words) {
  double least = 0;
  double most = end;
  for (const Bar& bar : bars) {
    least = std::min(least, bar.value);
    most = end > 0 ? most : std::max(most, bar.value);
  }
  const double range = most - least > 0 ? most - least : 1;
  const double left = kEdge + (picture ? kPhoto + 24 : 0);
  const double width = left + kBarsWidth + kEdge;
  const auto lines = charts::detail::wrapped(words, kTextSize, width - 2 * kEdge, 4);
  const double rows = std::max(picture ? kPhoto : 0, kBarRow * static_cast<int>(bars.size()));
  std::string out = head(title, width, kEdge + rows + 10 + 17.0 * static_cast<double>(lines.size()) + kEdge);
  if (picture) {
    put_photo(out, *picture, kEdge, kEdge, kPhoto, title);
  }
  const double room = kBarsWidth - kValueWidth;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const double top = kEdge + kBarRow * static_cast<double>(i);
    const double from = std::min(bars[i].value, 0.0);
    const double length = std::min(std::abs(bars[i].value) / range, 1.0) * room;
    const double bar = left + (from - least) / range * room;
    // The one that is meant in colour, the others in the grey of their words.
    put(out, "<g class=\"ax-s0\">");
    put_text(out, left, top + 11, bars[i].marked ? "ax-label" : "ax-text", "start",
             shortened(bars[i].name, kTextSize, kBarsWidth));
    put(out, "<rect {} x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\"/></g>\n",
        bars[i].marked ? "fill=\"currentColor\"" : "class=\"ax-text\"", bar, top + 16, std::max(length, 1.0), kBar);
    put_text(out, bar + std::max(length, 1.0) + 8, top + 28, "ax-text", "start", bars[i].text);
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    put_text(out, kEdge, kEdge + rows + 22 + 17.0 * static_cast<double>(i), "ax-text", "start", lines[i]);
  }
  return out + "</svg>\n";
}

std::string neighbours_svg(const Image& photo, const std::string& file, const PhotoSet& set,
                           const std::vector<Neighbours>& neighbours, const Say& say) {
  std::size_t most = 0;
  for (const Neighbours& of_layer : neighbours) {
    most = std::max(most, of_layer.nearest.size());
  }
  const double first = kEdge + kColumn + 16;
  const double width = std::max(first + static_cast<double>(most) * kColumn - 12, 360.0) + kEdge;
  std::string out =
      head(say("Photos nearest to {}", file), width, kEdge + kBlock * static_cast<double>(neighbours.size()));
  for (std::size_t row = 0; row < neighbours.size(); ++row) {
    const double top = kEdge + kBlock * static_cast<double>(row);
    put_text(out, kEdge, top + 12, "ax-title", "start", say("nearest by {}", neighbours[row].layer));
    put_photo(out, photo, kEdge, top + 24, kNear, file);
    put_text(out, kEdge, top + 24 + kNear + 16, "ax-text", "start", say("the photo looked at"));
    for (std::size_t i = 0; i < neighbours[row].nearest.size(); ++i) {
      put_near(out, say, set, neighbours[row].nearest[i], first + static_cast<double>(i) * kColumn, top + 24);
    }
  }
  return out + "</svg>\n";
}

}  // namespace alexnet::explain
