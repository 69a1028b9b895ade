#include "explain/patch_pictures.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include <fmt/format.h>

#include "alexnet/charts/canvas.h"
#include "alexnet/core/error.h"
#include "alexnet/image/resize.h"

namespace alexnet::explain {
namespace {

using charts::Canvas;

constexpr int kAcross = 3;  // patches in a row of a unit
constexpr int kUnitsARow = 16;
constexpr int kMargin = 8;
constexpr int kGap = 8;
constexpr int kHeading = charts::kTextHeight + 4;
/// Unlike most patches, so that white ones have an edge.
constexpr charts::Colour kPaper = {222, 224, 228};
constexpr charts::Colour kMark = {214, 40, 120};

/// Where the picture of a patch goes.
struct Wanted {
  std::size_t layer;
  std::size_t unit;
  std::size_t rank;
};

Image cut_of(const PhotoSet& set, std::size_t item, const Geometry& geometry) {
  Image cut(geometry.width, geometry.height, geometry.channels);
  apply_cut(prepare(set.dataset->load(item, geometry.apply_orientation), geometry), geometry, centre_cut(geometry),
            cut.pixels.data());
  return cut;
}

int block_side(int side) { return kAcross * (side + 1) + 1; }

void draw_block(Canvas& canvas, int left, int top, const std::vector<Image>& tiles, int side) {
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    const auto place = static_cast<int>(i);
    canvas.draw(tiles[i], left + 1 + place % kAcross * (side + 1), top + 1 + place / kAcross * (side + 1));
  }
}

int rows_of(std::size_t tiles) { return (static_cast<int>(tiles) + kAcross - 1) / kAcross; }

}  // namespace

int tile_side(std::int64_t field, int side) { return field >= side ? side : static_cast<int>(field * (side / field)); }

Image field_picture(const Image& cut, const Field& field, int side) {
  const auto size = static_cast<int>(field.size);
  Image picture(size, size, 3);
  std::ranges::fill(picture.pixels, charts::kGrey.red);
  const auto channels = static_cast<std::size_t>(cut.channels);
  for (int y = 0; y < size; ++y) {
    const auto row = static_cast<int>(field.top) + y;
    for (int x = 0; row >= 0 && row < cut.height && x < size; ++x) {
      const auto column = static_cast<int>(field.left) + x;
      if (column < 0 || column >= cut.width) {
        continue;
      }
      const std::uint8_t* pixel = cut.row(row) + static_cast<std::size_t>(column) * channels;
      for (std::size_t c = 0; c < 3; ++c) {
        picture.row(y)[static_cast<std::size_t>(x) * 3 + c] = pixel[channels == 3 ? c : 0];
      }
    }
  }
  const int wanted = tile_side(field.size, side);
  return resize(picture, wanted, wanted, {.filter = wanted >= size ? Filter::kNearest : Filter::kBilinear});
}

std::vector<UnitTiles> patch_tiles(const PhotoPass& pass, const PhotoSet& set, const std::vector<LayerPatches>& layers,
                                   int side, int threads) {
  std::map<std::size_t, std::vector<Wanted>> by_item;
  std::vector<UnitTiles> tiles(layers.size());
  for (std::size_t l = 0; l < layers.size(); ++l) {
    tiles[l].resize(layers[l].units.size());
    for (std::size_t u = 0; u < layers[l].units.size(); ++u) {
      tiles[l][u].resize(layers[l].units[u].best.size());
      for (std::size_t r = 0; r < layers[l].units[u].best.size(); ++r) {
        by_item[layers[l].units[u].best[r].item].push_back({l, u, r});
      }
    }
  }
  const std::vector<std::pair<std::size_t, std::vector<Wanted>>> photos(by_item.begin(), by_item.end());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < photos.size(); i = next++) {
      Image cut(pass.model().geometry.width, pass.model().geometry.height, 1);
      try {
        cut = cut_of(set, photos[i].first, pass.model().geometry);
      } catch (const Error&) {
        std::ranges::fill(cut.pixels, charts::kGrey.red);  // gone since it was seen: its patches stay grey
      }
      for (const Wanted& wanted : photos[i].second) {
        const LayerPatches& layer = layers[wanted.layer];
        const Excitement& place = layer.units[wanted.unit].best[wanted.rank];
        tiles[wanted.layer][wanted.unit][wanted.rank] =
            field_picture(cut, layer.field.at(place.row, place.column), side);
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (int t = 1; t < threads; ++t) {
      helpers.emplace_back(work);
    }
    work();
  }
  return tiles;
}

Image patch_sheet(const LayerPatches& layer, const UnitTiles& tiles, std::size_t first, std::size_t last) {
  const int side = tile_side(layer.field.size, kSheetTile);
  std::size_t most = 1;
  for (std::size_t unit = first; unit < last; ++unit) {
    most = std::max(most, tiles[unit].size());
  }
  const int step_x = std::max(block_side(side), charts::text_width("000 dead")) + kGap;
  const int step_y = kHeading + rows_of(most) * (side + 1) + 1 + kGap;
  const auto units = static_cast<int>(last - first);
  const int columns = std::min(units, kUnitsARow);
  const int rows = (units + kUnitsARow - 1) / kUnitsARow;
  const std::string heading =
      fmt::format("{}: units {} to {}, the patches that excite each most", layer.layer, first, last - 1);
  const int width = std::max(columns * step_x - kGap, charts::text_width(heading)) + 2 * kMargin;
  Canvas canvas(width, kMargin + kHeading + kGap + rows * step_y - kGap + kMargin, kPaper);
  canvas.text(kMargin, kMargin, heading, charts::kBlack);
  for (int i = 0; i < units; ++i) {
    const std::size_t unit = first + static_cast<std::size_t>(i);
    const int left = kMargin + i % kUnitsARow * step_x;
    const int top = kMargin + kHeading + kGap + i / kUnitsARow * step_y;
    const bool dead = layer.units[unit].dead;
    canvas.text(left, top, fmt::format("{}{}", unit, dead ? " dead" : ""), charts::kBlack);
    draw_block(canvas, left, top + kHeading, tiles[unit], side);
    if (dead) {
      canvas.cross({left, top + kHeading, block_side(side), rows_of(most) * (side + 1) + 1}, kMark);
    }
  }
  return canvas.image();
}

Image patch_block(const std::vector<Image>& tiles, int side) {
  Canvas canvas(block_side(side), rows_of(std::max<std::size_t>(tiles.size(), 1)) * (side + 1) + 1, kPaper);
  draw_block(canvas, 0, 0, tiles, side);
  return canvas.image();
}

}  // namespace alexnet::explain
