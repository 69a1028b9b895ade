#pragma once

#include <cstdint>

#include "../layout.h"

namespace alexnet::cpu {

// The tiles of AMX: 16 rows of 32 numbers at bf16, times 16 pairs of rows of 16 columns, added to 16 rows of 16 sums at
// f32. What follows runs on the calling thread, and only where amx_allowed().

/// Numbers at bf16 of a step of one tile: so many pixels are multiplied at once.
constexpr std::int64_t kTilePixels = 32;
/// Channels of a tile.
constexpr std::int64_t kTileChannels = 16;

/// Whether the processor has tiles of bf16 and the system lets this process use them.
[[nodiscard]] bool amx_allowed();

/// The pixels of all photos in one row, with zeros between lines and between photos, so that a convolution's window is
/// a distance in it: pixel (n, h, w) is number first + n * photo + h * line + w.
struct PixelRow {
  std::int64_t first, line, photo;
};

/// Pixels from number `from` on of a block of 16 channels of `maps`, as to[pair of pixels][channel][2]; `steps` times
/// kTilePixels of them. Adds them, rounded, to the 16 `sums`.
void amx_pack_pairs(const Layout& layout, const PixelRow& row, const float* maps, std::int64_t from, std::int64_t steps,
                    std::uint16_t* to, float* sums);
/// The same as to[channel][pixel], with `pitch` numbers from one channel to the next.
void amx_pack_planes(const Layout& layout, const PixelRow& row, const float* maps, std::int64_t from,
                     std::int64_t steps, std::uint16_t* to, std::int64_t pitch);
/// Every stride-th float of `from`.
void amx_pack_strided(const float* from, std::int64_t stride, std::int64_t count, std::uint16_t* to);

/// Sums over pixels of a channel's number times a filter's, for neighbouring columns of a kernel; 16 or 32 channels and
/// filters.
struct TileSums {
  std::int64_t steps;          ///< of kTilePixels
  std::int64_t columns;        ///< of the kernel: each a pixel further in `channels`
  bool two_rows, two_blocks;   ///< of 16 channels, of 16 filters
  std::int64_t channel_pitch;  ///< numbers from one channel to the next
  std::int64_t filter_block;   ///< numbers from 16 filters to the next 16
  std::int64_t sum_row;        ///< floats from the sums of a channel to those of the next
  std::int64_t sum_block;      ///< and from those of 16 filters to the next 16
  bool add;                    ///< to the sums that are there
};
/// channels: [channel][pixel], filters: [pair of pixels][filter][2], sums: [channel][column][filter]
void amx_add_products(const TileSums& t, const std::uint16_t* channels, const std::uint16_t* filters, float* sums);

/// A thread's tiles are set up between these.
void amx_begin();
void amx_end();

}  // namespace alexnet::cpu
