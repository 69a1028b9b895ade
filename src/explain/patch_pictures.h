#pragma once

#include <cstddef>
#include <vector>

#include "alexnet/explain/patches.h"

namespace alexnet::explain {

/// Of each unit its patches, the most exciting first.
using UnitTiles = std::vector<std::vector<Image>>;

/// What a cell sees of a cut, in colour; grey where its field goes beyond. Small fields are enlarged by a whole number,
/// as far as `side` has room, large ones brought to it.
[[nodiscard]] Image field_picture(const Image& cut, const Field& field, int side);
/// Its width and height.
[[nodiscard]] int tile_side(std::int64_t field, int side);

/// The patches of all units of the layers, cut out of the photos on `threads` threads, each photo decoded once.
[[nodiscard]] std::vector<UnitTiles> patch_tiles(const PhotoPass& pass, const PhotoSet& set,
                                                 const std::vector<LayerPatches>& layers, int side, int threads);

inline constexpr std::size_t kUnitsASheet = 128;
inline constexpr int kSheetTile = 33;

/// Units [first, last), each with its number over three rows of patches; dead ones are crossed out.
[[nodiscard]] Image patch_sheet(const LayerPatches& layer, const UnitTiles& tiles, std::size_t first, std::size_t last);
/// The patches of one unit in rows of three.
[[nodiscard]] Image patch_block(const std::vector<Image>& tiles, int side);

}  // namespace alexnet::explain
