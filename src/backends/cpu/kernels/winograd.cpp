#include "vector.h"

// Lavin and Gray 2015, "Fast algorithms for convolutional neural networks" (arXiv 1509.09308): a window of 6x6 holds
// the products of polynomials at the points 0, 1, -1, 2, -2 and infinity, in each direction. That gives 4x4 outputs of
// a kernel of 3x3, and 2x2 of one of 5x5.

namespace alexnet::cpu::ALEXNET_ISA {
namespace {

constexpr int kPoints = 6;  // in each direction
constexpr int kLanes = kRegisterFloats;
using V = typename Vector<kLanes>::Value;

/// Six values of the input to the points: the transpose of what makes values of points.
inline void window_line(const V (&d)[kPoints], V (&to)[kPoints]) {
  const V even = d[4] - 4 * d[2];
  const V odd = d[3] - 4 * d[1];
  const V even_2 = d[4] - d[2];
  const V odd_2 = 2 * (d[3] - d[1]);
  to[0] = 4 * d[0] - 5 * d[2] + d[4];
  to[1] = even + odd;
  to[2] = even - odd;
  to[3] = even_2 + odd_2;
  to[4] = even_2 - odd_2;
  to[5] = 4 * d[1] - 5 * d[3] + d[5];
}

/// Kernel values (the coefficients of a polynomial) to its values at the points, over the products of their distances.
template <int Kernel>
inline void kernel_line(const V (&w)[Kernel], V (&to)[kPoints]) {
  V even = w[0] + w[2];
  V odd = w[1];
  V even_2 = w[0] + 4 * w[2];
  V odd_2 = 2 * w[1];
  if constexpr (Kernel == 5) {
    even += w[4];
    odd += w[3];
    even_2 += 16 * w[4];
    odd_2 += 8 * w[3];
  }
  to[0] = w[0] / 4;
  to[1] = (even + odd) / -6;
  to[2] = (even - odd) / -6;
  to[3] = (even_2 + odd_2) / 24;
  to[4] = (even_2 - odd_2) / 24;
  to[5] = w[Kernel - 1];
}

/// Points to outputs.
template <int Outputs>
inline void output_line(const V (&m)[kPoints], V (&to)[Outputs]) {
  const V even = m[1] + m[2];
  const V odd = m[1] - m[2];
  const V even_2 = m[3] + m[4];
  const V odd_2 = m[3] - m[4];
  to[0] = m[0] + even + even_2;
  to[1] = odd + 2 * odd_2;
  if constexpr (Outputs == 4) {
    to[2] = even + 4 * even_2;
    to[3] = odd + 8 * odd_2;
  }
  to[Outputs - 1] += m[5];
}

/// Both directions: From x From values, read by at(row, column), to To x To, each handed to put(row, column, value).
template <int From, int To, class At, class Line, class Put>
inline void transform(At at, Line line, Put put) {
  V half[To][From];
  for (int column = 0; column < From; ++column) {
    V values[From];
    V results[To];
    for (int row = 0; row < From; ++row) {
      values[row] = at(row, column);
    }
    line(values, results);
    for (int row = 0; row < To; ++row) {
      half[row][column] = results[row];
    }
  }
  for (int row = 0; row < To; ++row) {
    V results[To];
    line(half[row], results);
    for (int column = 0; column < To; ++column) {
      put(row, column, results[column]);
    }
  }
}

void winograd_window(const Layout& l, std::int64_t row, std::int64_t column, const float* map, float* points,
                     std::int64_t point_stride) {
  transform<kPoints, kPoints>(
      [&](int i, int j) {
        const std::int64_t y = row + i;
        const std::int64_t x = column + j;
        const bool inside = y >= 0 && y < l.height && x >= 0 && x < l.width;
        return inside ? load<kLanes>(map + y * l.row_stride + x * l.pixel_stride) : V{};
      },
      window_line, [&](int i, int j, V value) { store<kLanes>(points + (i * kPoints + j) * point_stride, value); });
}

template <int Kernel>
void kernel_to_points(const float* weights, float* points, std::int64_t point_stride) {
  transform<Kernel, kPoints>(
      [&](int i, int j) { return load<kLanes>(weights + (i * Kernel + j) * kLanes); }, kernel_line<Kernel>,
      [&](int i, int j, V value) { store<kLanes>(points + (i * kPoints + j) * point_stride, value); });
}

void winograd_kernel(int kernel, const float* weights, float* points, std::int64_t point_stride) {
  kernel == 3 ? kernel_to_points<3>(weights, points, point_stride) : kernel_to_points<5>(weights, points, point_stride);
}

template <int Outputs>
void outputs_of(const Layout& l, std::int64_t row, std::int64_t column, const float* points, std::int64_t point_stride,
                const float* bias, bool relu, float* map) {
  const V start = bias != nullptr ? load<kLanes>(bias) : V{};
  transform<kPoints, Outputs>([&](int i, int j) { return load<kLanes>(points + (i * kPoints + j) * point_stride); },
                              output_line<Outputs>,
                              [&](int i, int j, V value) {
                                if (row + i < l.height && column + j < l.width) {
                                  value += start;
                                  value = relu ? (value <= 0 ? V{} : value) : value;
                                  store<kLanes>(map + (row + i) * l.row_stride + (column + j) * l.pixel_stride, value);
                                }
                              });
}

void winograd_outputs(const Layout& l, int outputs, std::int64_t row, std::int64_t column, const float* points,
                      std::int64_t point_stride, const float* bias, bool relu, float* map) {
  outputs == 4 ? outputs_of<4>(l, row, column, points, point_stride, bias, relu, map)
               : outputs_of<2>(l, row, column, points, point_stride, bias, relu, map);
}

}  // namespace

void fill_winograd(Kernels& table) {
  table.winograd_window = winograd_window;
  table.winograd_kernel = winograd_kernel;
  table.winograd_outputs = winograd_outputs;
}

}  // namespace alexnet::cpu::ALEXNET_ISA
