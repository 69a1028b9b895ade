#include "alexnet/explain/layer_maps.h"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "alexnet/charts/canvas.h"

namespace alexnet::explain {
namespace {

using charts::Canvas;
using charts::ScaleKind;

constexpr int kWidth = 704;  // of a sheet, about
constexpr int kLargestScale = 16;
constexpr int kMargin = 8;
constexpr int kHeading = charts::kTextHeight + 4;
constexpr charts::Colour kMark = {214, 40, 120};  // stands in neither scale

struct Sheet {
  std::span<const double> values;
  int maps;
  int width;  // of a map
  int height;
  int columns;
  int enlarged;
  [[nodiscard]] int rows() const { return (maps + columns - 1) / columns; }
  [[nodiscard]] int step_x() const { return width * enlarged + 1; }
  [[nodiscard]] int step_y() const { return height * enlarged + 1; }
};

/// About as wide as high: of c columns the width is c * width, the height maps / c * height.
Sheet planned(const LayerMaps& facts, std::span<const double> values) {
  const bool maps = facts.shape.size() == 3;
  Sheet sheet{.values = values,
              .maps = static_cast<int>(facts.shape[0]),
              .width = maps ? static_cast<int>(facts.shape[2]) : 1,
              .height = maps ? static_cast<int>(facts.shape[1]) : 1,
              .columns = 1,
              .enlarged = 1};
  const double even = std::sqrt(static_cast<double>(sheet.maps) * sheet.height / sheet.width);
  sheet.columns = std::clamp(static_cast<int>(std::ceil(even * 1.25)), 1, sheet.maps);
  sheet.enlarged = std::clamp((kWidth / sheet.columns - 1) / sheet.width, 1, kLargestScale);
  return sheet;
}

void draw_maps(Canvas& canvas, const Sheet& sheet, int top, ScaleKind scale, double largest) {
  for (int map = 0; map < sheet.maps; ++map) {
    const int left = kMargin + 1 + map % sheet.columns * sheet.step_x();
    const int map_top = top + 1 + map / sheet.columns * sheet.step_y();
    canvas.frame({left, map_top, sheet.step_x() - 1, sheet.step_y() - 1}, charts::kBlack);
    for (int y = 0; y < sheet.height; ++y) {
      for (int x = 0; x < sheet.width; ++x) {
        const int place = (map * sheet.height + y) * sheet.width + x;
        const double value = sheet.values[static_cast<std::size_t>(place)];
        canvas.fill({left + x * sheet.enlarged, map_top + y * sheet.enlarged, sheet.enlarged, sheet.enlarged},
                    charts::colour_of(scale, largest > 0 ? value / largest : 0));
      }
    }
  }
}

Image drawn(const LayerMaps& facts, const Sheet& sheet) {
  const std::string heading =
      fmt::format("{} {}: strongest {}/{}, framed", facts.layer, to_string(facts.shape), facts.layer, facts.strongest);
  const int grid_width = sheet.columns * sheet.step_x() + 1;
  const int grid_height = sheet.rows() * sheet.step_y() + 1;
  const int width = std::max({grid_width, charts::text_width(heading), 200}) + 2 * kMargin;
  const int legend_top = kMargin + kHeading + grid_height + kMargin;
  Canvas canvas(width, legend_top + charts::kLegendHeight + kMargin, charts::kWhite);
  canvas.text(kMargin, kMargin, heading, charts::kBlack);
  const auto scale = facts.min < 0 ? ScaleKind::kDiverging : ScaleKind::kSequential;
  const double largest = std::max(std::abs(facts.min), std::abs(facts.max));
  draw_maps(canvas, sheet, kMargin + kHeading, scale, largest);
  const auto strongest = static_cast<int>(facts.strongest);
  canvas.frame(
      {kMargin + 1 + strongest % sheet.columns * sheet.step_x(),
       kMargin + kHeading + 1 + strongest / sheet.columns * sheet.step_y(), sheet.step_x() - 1, sheet.step_y() - 1},
      kMark, 2);
  charts::draw_legend(canvas, {kMargin, legend_top, 200, charts::kLegendHeight}, scale, largest);
  return canvas.image();
}

LayerMaps maps_of(const Layer& layer, const Tensor& activation) {
  LayerMaps facts{
      .layer = name_of(layer), .kind = std::string(kind_of(layer)), .shape = activation.shape(), .sheet = {}};
  const auto values = activation.as<double>();
  const auto [least, most] = std::ranges::minmax_element(values);
  const auto peak = static_cast<std::size_t>(std::ranges::max_element(values) - values.begin());
  facts.min = *least;
  facts.max = *most;
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  facts.mean = sum / static_cast<double>(values.size());
  facts.zeros = static_cast<double>(std::ranges::count(values, 0.0)) / static_cast<double>(values.size());
  const std::size_t cells = values.size() / static_cast<std::size_t>(facts.shape[0]);
  facts.strongest = peak / cells;
  if (facts.shape.size() == 3) {
    facts.row = static_cast<std::int64_t>(peak % cells) / facts.shape[2];
    facts.column = static_cast<std::int64_t>(peak % cells) % facts.shape[2];
  }
  const Sheet sheet = planned(facts, values);
  facts.columns = sheet.columns;
  facts.enlarged = sheet.enlarged;
  facts.sheet = drawn(facts, sheet);
  return facts;
}

}  // namespace

std::vector<LayerMaps> layer_maps(const PhotoPass& pass) {
  std::vector<LayerMaps> all;
  for (const Layer& layer : pass.network().layers()) {
    all.push_back(maps_of(layer, pass.activation(name_of(layer))));
  }
  return all;
}

}  // namespace alexnet::explain
