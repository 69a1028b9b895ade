#include "layout.h"

#include <cstring>

namespace alexnet::cpu {

void to_logical(const Layout& l, const float* from, float* to) {
#pragma omp parallel for collapse(2)
  for (std::int64_t n = 0; n < l.rows; ++n) {
    for (std::int64_t c = 0; c < l.channels; ++c) {
      float* out = to + (n * l.channels + c) * l.height * l.width;
      for (std::int64_t h = 0; h < l.height; ++h) {
        const float* in = from + l.at(n, c, h, 0);
        for (std::int64_t w = 0; w < l.width; ++w) {
          *out++ = in[w * l.pixel_stride];
        }
      }
    }
  }
}

void from_logical(const Layout& l, const float* from, float* to) {
  if (l.channels % l.lanes != 0) {
    std::memset(to, 0, static_cast<std::size_t>(l.size()) * sizeof(float));  // the padding
  }
#pragma omp parallel for collapse(2)
  for (std::int64_t n = 0; n < l.rows; ++n) {
    for (std::int64_t c = 0; c < l.channels; ++c) {
      const float* in = from + (n * l.channels + c) * l.height * l.width;
      for (std::int64_t h = 0; h < l.height; ++h) {
        float* out = to + l.at(n, c, h, 0);
        for (std::int64_t w = 0; w < l.width; ++w) {
          out[w * l.pixel_stride] = *in++;
        }
      }
    }
  }
}

}  // namespace alexnet::cpu
