#pragma once

#include "isa.h"

// Rows of a product in tiles whose size the compiler knows.

namespace alexnet::cpu::ALEXNET_ISA {

/// Calls tile(Count<rows>{}) for the number of rows at hand.
template <int Most, class Tile>
inline void with_rows(std::int64_t rows, Tile tile) {
  if (rows == Most) {
    return tile(Count<Most>{});
  }
  if constexpr (Most > 1) {
    with_rows<Most - 1>(rows, tile);
  }
}

/// All rows in tiles of nearly equal size; behind each but the last, between(which, of how many).
template <int Most, class Tile, class Between>
inline void for_tiles(std::int64_t rows, Tile tile, Between between) {
  const std::int64_t tiles = (rows + Most - 1) / Most;
  for (std::int64_t t = 0, row = 0; t < tiles; ++t) {
    const std::int64_t count = rows / tiles + (t < rows % tiles ? 1 : 0);
    with_rows<Most>(count, [&](auto n) { tile(n, row); });
    row += count;
    if (t + 1 < tiles) {
      between(t, tiles - 1);
    }
  }
}
template <int Most, class Tile>
inline void for_tiles(std::int64_t rows, Tile tile) {
  for_tiles<Most>(rows, tile, [](std::int64_t, std::int64_t) {});
}

}  // namespace alexnet::cpu::ALEXNET_ISA
