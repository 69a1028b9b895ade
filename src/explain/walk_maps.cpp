#include "explain/walk_maps.h"

#include <algorithm>
#include <cmath>

#include "alexnet/image/encode.h"
#include "alexnet/image/image.h"

#include "core/base64.h"
#include "explain/walk_example.h"

namespace alexnet::explain {
namespace {

constexpr std::int64_t kMostCells = 320'000;
constexpr double kPositiveLevels = 31, kSignedLevels = 15, kZeroLevel = 16;
constexpr int kGreysALevel = 8;

}  // namespace

nlohmann::ordered_json maps_json(const Tensor& activation) {
  const Shape& shape = activation.shape();
  const bool maps = shape.size() == 3;
  const std::int64_t height = maps ? shape[1] : 1;
  const std::int64_t width = maps ? shape[2] : 1;
  const std::int64_t shown = std::clamp<std::int64_t>(kMostCells / (height * width), 1, shape[0]);
  const auto columns =
      static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(shown * height) / static_cast<double>(width))));
  const std::int64_t rows = (shown + columns - 1) / columns;
  const auto values = activation.as<double>();
  const auto [least, most] = std::ranges::minmax(values);
  const double largest = std::max(std::abs(least), std::abs(most));
  const bool is_signed = least < 0;
  Image sheet(static_cast<int>(columns * width), static_cast<int>(rows * height), 1);
  for (std::int64_t map = 0; map < shown; ++map) {
    for (std::int64_t y = 0; y < height; ++y) {
      std::uint8_t* out = sheet.row(static_cast<int>(map / columns * height + y)) + map % columns * width;
      for (std::int64_t x = 0; x < width; ++x) {
        const double share =
            largest > 0 ? values[static_cast<std::size_t>((map * height + y) * width + x)] / largest : 0;
        const double level =
            is_signed ? kZeroLevel + std::round(kSignedLevels * share) : std::round(kPositiveLevels * share);
        out[x] = static_cast<std::uint8_t>(kGreysALevel * static_cast<int>(level));
      }
    }
  }
  return {{"png", base64(encode_png(sheet))},
          {"shown", shown},
          {"columns", columns},
          {"width", width},
          {"height", height},
          {"scale", is_signed ? "signed" : "positive"},
          {"largest", short_value(largest)}};
}

}  // namespace alexnet::explain
