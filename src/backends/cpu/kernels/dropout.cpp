#include "isa.h"

namespace alexnet::cpu::ALEXNET_ISA {
namespace {

constexpr int kChunk = 64;  // Philox blocks side by side, so that the ten rounds become vector instructions

/// Words of the Philox blocks first .. first + kChunk - 1 of one photo (core/random.h), four a block.
void philox_chunk(const DropoutDraw& d, std::uint32_t first, std::uint32_t position, std::uint32_t* words) {
  std::uint32_t c0[kChunk];
  std::uint32_t c1[kChunk];
  std::uint32_t c2[kChunk];
  std::uint32_t c3[kChunk];
  for (int i = 0; i < kChunk; ++i) {
    c0[i] = first + static_cast<std::uint32_t>(i);
    c1[i] = position;
    c2[i] = d.epoch;
    c3[i] = d.purpose;
  }
  auto k0 = static_cast<std::uint32_t>(d.seed);
  auto k1 = static_cast<std::uint32_t>(d.seed >> 32);
  for (int round = 0; round < 10; ++round) {
#pragma omp simd
    for (int i = 0; i < kChunk; ++i) {
      const std::uint64_t p = std::uint64_t{0xD2511F53u} * c0[i];
      const std::uint64_t q = std::uint64_t{0xCD9E8D57u} * c2[i];
      c0[i] = static_cast<std::uint32_t>(q >> 32) ^ c1[i] ^ k0;
      c1[i] = static_cast<std::uint32_t>(q);
      c2[i] = static_cast<std::uint32_t>(p >> 32) ^ c3[i] ^ k1;
      c3[i] = static_cast<std::uint32_t>(p);
    }
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  for (int i = 0; i < kChunk; ++i) {
    words[4 * i] = c0[i];
    words[4 * i + 1] = c1[i];
    words[4 * i + 2] = c2[i];
    words[4 * i + 3] = c3[i];
  }
}

void dropout_mask(const DropoutDraw& d, std::int64_t rows, std::int64_t elements, std::uint8_t* mask) {
  constexpr std::int64_t kWords = 4 * kChunk;
  const std::int64_t begin = d.first_unit / 4 * 4;  // the word at the start of the first unit's block
  const std::int64_t end = d.first_unit + elements;
  const std::int64_t chunks = (end - begin + kWords - 1) / kWords;
#pragma omp parallel for collapse(2)
  for (std::int64_t n = 0; n < rows; ++n) {
    for (std::int64_t chunk = 0; chunk < chunks; ++chunk) {
      std::uint32_t words[kWords];
      const std::int64_t first = begin + chunk * kWords;
      philox_chunk(d, static_cast<std::uint32_t>(first / 4), d.position + static_cast<std::uint32_t>(n), words);
      const std::int64_t from = larger(first, d.first_unit);
      const std::int64_t to = smaller(first + kWords, end);
      for (std::int64_t u = from; u < to; ++u) {
        mask[n * elements + u - d.first_unit] = words[u - first] < d.threshold ? 0 : 1;
      }
    }
  }
}

void apply_mask(const Layout& l, const std::uint8_t* mask, float scale, const float* x, float* y) {
  const std::int64_t pixels = l.height * l.width;
  if (pixels == 1 && l.order == Layout::Order::kPixels) {  // rows: the layout's order is the mask's
#pragma omp parallel for simd
    for (std::int64_t i = 0; i < l.rows * l.channels; ++i) {
      y[i] = mask[i] != 0 ? x[i] * scale : 0;
    }
    return;
  }
#pragma omp parallel for collapse(2)
  for (std::int64_t n = 0; n < l.rows; ++n) {
    for (std::int64_t b = 0; b < l.blocks(); ++b) {
      const std::int64_t count = smaller(l.lanes, l.channels - b * l.lanes);
      for (std::int64_t h = 0; h < l.height; ++h) {
        for (std::int64_t w = 0; w < l.width; ++w) {
          const std::int64_t at = n * l.image_stride + b * l.block_stride + h * l.row_stride + w * l.pixel_stride;
          const std::uint8_t* m = mask + (n * l.channels + b * l.lanes) * pixels + h * l.width + w;
          for (std::int64_t c = 0; c < count; ++c) {
            y[at + c] = m[c * pixels] != 0 ? x[at + c] * scale : 0;
          }
          for (std::int64_t c = count; c < (l.order == Layout::Order::kBlocked ? l.lanes : count); ++c) {
            y[at + c] = 0;  // the padding
          }
        }
      }
    }
  }
}

}  // namespace

void fill_dropout(Kernels& table) {
  table.dropout_mask = dropout_mask;
  table.apply_mask = apply_mask;
}

}  // namespace alexnet::cpu::ALEXNET_ISA
