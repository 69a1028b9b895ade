#include "vector.h"

namespace alexnet::cpu::ALEXNET_ISA {
namespace {

/// Rows (or columns) first..last of the output whose window holds the input's row `at`.
struct Span {
  std::int64_t first, last;
};
inline Span windows_over(std::int64_t at, int window, int stride, std::int64_t outputs) {
  const std::int64_t beyond = at - window;  // the last start that does not reach `at`
  return {beyond < 0 ? 0 : beyond / stride + 1, smaller(at / stride, outputs - 1)};
}
/// The span of at + 1 from that of `at`, without divisions.
inline Span next_windows(Span s, std::int64_t at, int window, int stride, std::int64_t outputs) {
  s.first += s.first * stride + window <= at + 1 ? 1 : 0;
  s.last += (s.last + 1) * stride <= at + 1 && s.last + 1 < outputs ? 1 : 0;
  return s;
}

/// Calls f(photo, block of channels, row) for all, near ones of the memory one after the other.
template <class F>
inline void for_rows_of(const Layout& l, F f) {
  const bool rows_first = l.order == Layout::Order::kPixels;
  const std::int64_t outer = rows_first ? l.height : l.blocks();
  const std::int64_t inner = rows_first ? l.blocks() : l.height;
#pragma omp parallel for collapse(3)
  for (std::int64_t n = 0; n < l.rows; ++n) {
    for (std::int64_t i = 0; i < outer; ++i) {
      for (std::int64_t j = 0; j < inner; ++j) {
        f(n, rows_first ? j : i, rows_first ? i : j);
      }
    }
  }
}

/// Lanes side by side: their values, and the places in a window that belong to them.
template <int Lanes>
struct Pooled {
  using Value = typename Vector<Lanes>::Value;
  using Places [[gnu::vector_size(Lanes * sizeof(std::int32_t))]] = std::int32_t;
  using Bytes [[gnu::vector_size(Lanes)]] = std::uint8_t;
};

template <int Lanes>
inline void store_places(std::uint8_t* to, typename Pooled<Lanes>::Places places) {
  using Bytes = typename Pooled<Lanes>::Bytes;
  if constexpr (Lanes == 1) {
    *to = static_cast<std::uint8_t>(places[0]);
  } else {
    const Bytes bytes = __builtin_convertvector(places, Bytes);
    __builtin_memcpy(to, &bytes, sizeof(bytes));
  }
}

template <int Lanes>
inline typename Pooled<Lanes>::Places load_places(const std::uint8_t* from) {
  using Places = typename Pooled<Lanes>::Places;
  if constexpr (Lanes == 1) {
    return Places{*from};
  } else {
    typename Pooled<Lanes>::Bytes bytes;
    __builtin_memcpy(&bytes, from, sizeof(bytes));
    return __builtin_convertvector(bytes, Places);
  }
}

template <int Lanes, bool WithIndex>
void max_pool_lanes(std::int64_t lane, const Layout& x, const Layout& y, const PoolGeometry& g, const float* in,
                    float* out, std::uint8_t* index) {
  using V = typename Pooled<Lanes>::Value;
  using Places = typename Pooled<Lanes>::Places;
  for_rows_of(y, [&](std::int64_t n, std::int64_t b, std::int64_t oy) {
    const float* plane = in + n * x.image_stride + b * x.block_stride + lane;
    const std::int64_t top = oy * g.stride - g.top;
    for (std::int64_t ox = 0; ox < y.width; ++ox) {
      const std::int64_t left = ox * g.stride - g.left;
      V best = V{} - __builtin_inff();
      Places place = {};
      for (std::int64_t iy = larger(top, 0); iy < smaller(top + g.window, x.height); ++iy) {
        for (std::int64_t ix = larger(left, 0); ix < smaller(left + g.window, x.width); ++ix) {
          const V value = load<Lanes>(plane + iy * x.row_stride + ix * x.pixel_stride);
          const auto stays = value <= best;  // the first maximum stays; NaN is taken
          best = stays ? best : value;
          if constexpr (WithIndex) {
            place = stays ? place : Places{} + static_cast<std::int32_t>((iy - top) * g.window + ix - left);
          }
        }
      }
      const std::int64_t at = n * y.image_stride + b * y.block_stride + oy * y.row_stride + ox * y.pixel_stride + lane;
      store<Lanes>(out + at, best);
      if constexpr (WithIndex) {
        store_places<Lanes>(index + at, place);
      }
    }
  });
}

void max_pool(const Layout& x, const Layout& y, const PoolGeometry& g, const float* in, float* out,
              std::uint8_t* index) {
  for_vectors(x.lanes, [&](auto lanes, std::int64_t lane) {
    constexpr int kLanes = decltype(lanes)::kCount;
    index != nullptr ? max_pool_lanes<kLanes, true>(lane, x, y, g, in, out, index)
                     : max_pool_lanes<kLanes, false>(lane, x, y, g, in, out, index);
  });
}

/// The gradient of one window, `at` in the output, for the input pixel `k` of it, `from` in the input: where that holds
/// the window's maximum.
template <int Lanes>
inline typename Pooled<Lanes>::Value gradient_of(const MaxPoolChoice& choice, std::int32_t k, std::int64_t at,
                                                 std::int64_t from, const float* dy) {
  using V = typename Pooled<Lanes>::Value;
  const V gradient = load<Lanes>(dy + at);
  if (choice.index == nullptr) {
    const V maximum = load<Lanes>(choice.output + at);
    const V least = V{} + (choice.relu ? 0 : -__builtin_inff());
    const auto takes = (load<Lanes>(choice.input + from) == maximum) & (maximum > least);
    return takes ? gradient : V{};
  }
  const V here = load_places<Lanes>(choice.index + at) == k ? gradient : V{};
  return choice.relu ? (load<Lanes>(choice.output + at) > 0 ? here : V{}) : here;
}

/// Each input pixel gathers from the windows over it: every dx is written once, by one thread.
template <int Lanes>
void max_pool_backward_lanes(std::int64_t lane, const Layout& x, const Layout& y, const PoolGeometry& g,
                             const MaxPoolChoice& choice, const float* dy, float* dx) {
  for_rows_of(x, [&](std::int64_t n, std::int64_t b, std::int64_t iy) {
    const Span oys = windows_over(iy + g.top, g.window, g.stride, y.height);
    const std::int64_t base = n * y.image_stride + b * y.block_stride + lane;
    Span oxs = windows_over(g.left, g.window, g.stride, y.width);
    for (std::int64_t ix = 0; ix < x.width; ++ix) {
      const std::int64_t from =
          n * x.image_stride + b * x.block_stride + iy * x.row_stride + ix * x.pixel_stride + lane;
      typename Pooled<Lanes>::Value sum = {};
      for (std::int64_t oy = oys.first; oy <= oys.last; ++oy) {
        for (std::int64_t ox = oxs.first; ox <= oxs.last; ++ox) {
          const auto k = (iy + g.top - oy * g.stride) * g.window + ix + g.left - ox * g.stride;
          sum += gradient_of<Lanes>(choice, static_cast<std::int32_t>(k),
                                    base + oy * y.row_stride + ox * y.pixel_stride, from, dy);
        }
      }
      store<Lanes>(dx + from, sum);
      oxs = next_windows(oxs, ix + g.left, g.window, g.stride, y.width);
    }
  });
}

void max_pool_backward(const Layout& x, const Layout& y, const PoolGeometry& g, const MaxPoolChoice& choice,
                       const float* dy, float* dx) {
  for_vectors(x.lanes, [&](auto lanes, std::int64_t lane) {
    max_pool_backward_lanes<decltype(lanes)::kCount>(lane, x, y, g, choice, dy, dx);
  });
}

/// 1 over the divisor of the window at (oy, ox).
inline float average_factor(const Layout& x, const PoolGeometry& g, float divisor, std::int64_t oy, std::int64_t ox) {
  if (divisor != 0) {
    return 1 / divisor;
  }
  const std::int64_t top = oy * g.stride - g.top;
  const std::int64_t left = ox * g.stride - g.left;
  const std::int64_t rows = smaller(top + g.window, x.height) - larger(top, 0);
  const std::int64_t columns = smaller(left + g.window, x.width) - larger(left, 0);
  return rows > 0 && columns > 0 ? 1 / static_cast<float>(rows * columns) : 0;
}

void avg_pool(const Layout& x, const Layout& y, const PoolGeometry& g, float divisor, const float* in, float* out) {
  for_vectors(x.lanes, [&](auto lanes, std::int64_t lane) {
    constexpr int kLanes = decltype(lanes)::kCount;
    for_rows_of(y, [&](std::int64_t n, std::int64_t b, std::int64_t oy) {
      const float* plane = in + n * x.image_stride + b * x.block_stride + lane;
      for (std::int64_t ox = 0; ox < y.width; ++ox) {
        const std::int64_t top = oy * g.stride - g.top;
        const std::int64_t left = ox * g.stride - g.left;
        typename Vector<kLanes>::Value sum = {};
        for (std::int64_t iy = larger(top, 0); iy < smaller(top + g.window, x.height); ++iy) {
          for (std::int64_t ix = larger(left, 0); ix < smaller(left + g.window, x.width); ++ix) {
            sum += load<kLanes>(plane + iy * x.row_stride + ix * x.pixel_stride);
          }
        }
        const float factor = average_factor(x, g, divisor, oy, ox);
        float* to = out + n * y.image_stride + b * y.block_stride + oy * y.row_stride + ox * y.pixel_stride + lane;
        store<kLanes>(to, sum * factor);
      }
    });
  });
}

void avg_pool_backward(const Layout& x, const Layout& y, const PoolGeometry& g, float divisor, const float* dy,
                       float* dx) {
  for_vectors(x.lanes, [&](auto lanes, std::int64_t lane) {
    constexpr int kLanes = decltype(lanes)::kCount;
    for_rows_of(x, [&](std::int64_t n, std::int64_t b, std::int64_t iy) {
      const Span oys = windows_over(iy + g.top, g.window, g.stride, y.height);
      const float* plane = dy + n * y.image_stride + b * y.block_stride + lane;
      Span oxs = windows_over(g.left, g.window, g.stride, y.width);
      for (std::int64_t ix = 0; ix < x.width; ++ix) {
        typename Vector<kLanes>::Value sum = {};
        for (std::int64_t oy = oys.first; oy <= oys.last; ++oy) {
          for (std::int64_t ox = oxs.first; ox <= oxs.last; ++ox) {
            const float factor = average_factor(x, g, divisor, oy, ox);
            sum += load<kLanes>(plane + oy * y.row_stride + ox * y.pixel_stride) * factor;
          }
        }
        float* to = dx + n * x.image_stride + b * x.block_stride + iy * x.row_stride + ix * x.pixel_stride + lane;
        store<kLanes>(to, sum);
        oxs = next_windows(oxs, ix + g.left, g.window, g.stride, y.width);
      }
    });
  });
}

}  // namespace

void fill_pooling(Kernels& table) {
  table.max_pool = max_pool;
  table.max_pool_backward = max_pool_backward;
  table.avg_pool = avg_pool;
  table.avg_pool_backward = avg_pool_backward;
}

}  // namespace alexnet::cpu::ALEXNET_ISA
