#include "image/resize_windows.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace alexnet::detail {
namespace {

double sinc(double x) {
  if (x == 0.0) {
    return 1.0;
  }
  x *= std::numbers::pi;
  return std::sin(x) / x;
}

double box(double x) { return x > -0.5 && x <= 0.5 ? 1.0 : 0.0; }

double bilinear(double x) {
  x = std::abs(x);
  return x < 1.0 ? 1.0 - x : 0.0;
}

double hamming(double x) {
  x = std::abs(x);
  if (x == 0.0) {
    return 1.0;
  }
  if (x >= 1.0) {
    return 0.0;
  }
  x *= std::numbers::pi;
  return std::sin(x) / x * (0.54F + 0.46F * std::cos(x));  // the two constants in single precision
}

double bicubic(double x) {
  constexpr double kA = -0.5;
  x = std::abs(x);
  if (x < 1.0) {
    return ((kA + 2.0) * x - (kA + 3.0)) * x * x + 1.0;
  }
  return x < 2.0 ? (((x - 5.0) * x + 8.0) * x - 4.0) * kA : 0.0;
}

double lanczos(double x) { return x >= -3.0 && x < 3.0 ? sinc(x) * sinc(x / 3.0) : 0.0; }

struct FilterShape {
  double (*value)(double);
  double reach;  // source pixels to either side at scale 1
};

FilterShape shape_of(Filter filter) {
  switch (filter) {
    case Filter::kNearest:  // has no windows; resize() picks pixels itself
    case Filter::kBox:
      return {box, 0.5};
    case Filter::kBilinear:
      return {bilinear, 1.0};
    case Filter::kHamming:
      return {hamming, 1.0};
    case Filter::kBicubic:
      return {bicubic, 2.0};
    case Filter::kLanczos:
      break;
  }
  return {lanczos, 3.0};
}

/// Appends round-half-away(w 2^22) of each weight w after dividing by their sum.
void append_fixed_point(const std::vector<double>& values, std::vector<std::int32_t>& out) {
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  for (const double value : values) {
    const double scaled = (sum != 0.0 ? value / sum : value) * (1 << kWeightBits);
    out.push_back(static_cast<std::int32_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5));
  }
}

}  // namespace

ResizeWindows resize_windows(Filter filter, int source, float from, float to, int target) {
  const FilterShape shape = shape_of(filter);
  const float length = to - from;
  const double scale = static_cast<double>(length) / target;
  const double stretch = std::max(scale, 1.0);  // antialiasing: the filter is as wide as the pixels it gathers
  const double reach = shape.reach * stretch;
  const double inverse = 1.0 / stretch;

  ResizeWindows result;
  result.windows.reserve(static_cast<std::size_t>(target));
  std::vector<double> values;
  for (int i = 0; i < target; ++i) {
    // w_j = f((j - c + 1/2) / stretch), c = from + (i + 1/2) scale, over the pixels within reach of c.
    const double centre = from + (i + 0.5) * scale;
    const int first = std::max(0, static_cast<int>(std::trunc(centre - reach + 0.5)));
    const int end = std::min(source, static_cast<int>(std::trunc(centre + reach + 0.5)));
    values.clear();
    for (int j = first; j < end; ++j) {
      values.push_back(shape.value((j - centre + 0.5) * inverse));
    }
    result.windows.push_back({first, static_cast<int>(values.size()), result.weights.size()});
    append_fixed_point(values, result.weights);
  }
  return result;
}

}  // namespace alexnet::detail
