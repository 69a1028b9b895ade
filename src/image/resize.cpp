#include "alexnet/image/resize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"

#include "image/resize_pass.h"
#include "image/resize_windows.h"

namespace alexnet {
namespace {

constexpr std::array<std::pair<Filter, std::string_view>, 6> kFilters = {{
    {Filter::kNearest, "nearest"},
    {Filter::kBox, "box"},
    {Filter::kBilinear, "bilinear"},
    {Filter::kHamming, "hamming"},
    {Filter::kBicubic, "bicubic"},
    {Filter::kLanczos, "lanczos"},
}};

struct Box {
  float left, top, right, bottom;
};

Box checked_box(const Image& image, int width, int height, const ResizeOptions& o) {
  const auto w = static_cast<float>(image.width);
  const auto h = static_cast<float>(image.height);
  if (width < 1 || height < 1 || image.width < 1 || image.height < 1) {
    throw Error(Message::kWrongCall,
                {{"where", "resize"},
                 {"expected", "sizes of at least 1x1"},
                 {"got", fmt::format("{}x{} to {}x{}", image.height, image.width, height, width)}});
  }
  if (o.box_left == 0 && o.box_top == 0 && o.box_right == 0 && o.box_bottom == 0) {
    return {0, 0, w, h};
  }
  const bool inside = o.box_left >= 0 && o.box_top >= 0 && o.box_right <= w && o.box_bottom <= h;
  if (!inside || !(o.box_left < o.box_right) || !(o.box_top < o.box_bottom)) {
    throw Error(Message::kWrongCall,
                {{"where", "resize"},
                 {"expected", fmt::format("a box inside a picture {} wide and {} high", image.width, image.height)},
                 {"got", fmt::format("left {}, top {}, right {}, bottom {}", o.box_left, o.box_top, o.box_right,
                                     o.box_bottom)}});
  }
  return {o.box_left, o.box_top, o.box_right, o.box_bottom};
}

/// Source index of each output pixel: trunc(from + scale / 2 + i scale), the sum made step by step.
std::vector<std::size_t> nearest_indices(int source, float from, float to, int target) {
  const float length = to - from;
  const double scale = static_cast<double>(length) / target;
  double at = from + scale * 0.5;
  std::vector<std::size_t> indices(static_cast<std::size_t>(target));
  for (std::size_t& index : indices) {
    index = static_cast<std::size_t>(std::min(static_cast<int>(at), source - 1));
    at += scale;
  }
  return indices;
}

Image resize_nearest(const Image& image, int width, int height, const Box& box) {
  const auto columns = nearest_indices(image.width, box.left, box.right, width);
  const auto rows = nearest_indices(image.height, box.top, box.bottom, height);
  Image out(width, height, image.channels);
  const auto channels = static_cast<std::size_t>(image.channels);
  std::uint8_t* to = out.pixels.data();
  for (const std::size_t row : rows) {
    const std::uint8_t* from = image.row(static_cast<int>(row));
    for (const std::size_t column : columns) {
      std::memcpy(to, from + column * channels, channels);
      to += channels;
    }
  }
  return out;
}

Image resize_filtered(const Image& image, int width, int height, const Box& box, const ResizeOptions& options) {
  const auto w = static_cast<float>(width);
  const auto h = static_cast<float>(height);
  const bool along_x = width != image.width || box.left != 0 || box.right != w;
  const bool along_y = height != image.height || box.top != 0 || box.bottom != h;
  detail::ResizeWindows columns;
  detail::ResizeWindows rows;
  if (along_x) {
    columns = detail::resize_windows(options.filter, image.width, box.left, box.right, width);
  }
  if (along_y) {
    rows = detail::resize_windows(options.filter, image.height, box.top, box.bottom, height);
  }
  if (!along_y) {
    return detail::resize_along_x(image, 0, image.height, columns);
  }
  if (!along_x) {
    return detail::resize_along_y(image, 0, rows);
  }
  const bool tall =
      image.height > height && std::int64_t{image.height} - height > 2 * (std::int64_t{image.width} - width);
  if (options.pillow13_order && tall) {
    return detail::resize_along_x(detail::resize_along_y(image, 0, rows), 0, height, columns);
  }
  // Only the rows that the second pass reads.
  const int first = rows.windows.front().first;
  const int end = rows.windows.back().first + rows.windows.back().taps;
  return detail::resize_along_y(detail::resize_along_x(image, first, end - first, columns), first, rows);
}

}  // namespace

std::string_view name_of(Filter filter) {
  for (const auto& [value, name] : kFilters) {
    if (value == filter) {
      return name;
    }
  }
  throw Error(Message::kInternal, {{"where", "name_of(Filter)"}, {"reason", "no such filter"}});
}

Filter filter_by_name(std::string_view name) {
  std::vector<std::string> known;
  for (const auto& [value, text] : kFilters) {
    if (text == name) {
      return value;
    }
    known.emplace_back(text);
  }
  throw Error(Message::kUnknownName, {{"kind", "filter"},
                                      {"where", std::string(name)},
                                      {"nearest", nearest_name(name, known)},
                                      {"known", fmt::format("{}", fmt::join(known, ", "))}});
}

Image resize(const Image& image, int width, int height, const ResizeOptions& options) {
  const Box box = checked_box(image, width, height, options);
  const bool whole_pixels = box.left == std::floor(box.left) && box.top == std::floor(box.top);
  const float box_width = box.right - box.left;
  const float box_height = box.bottom - box.top;
  if (whole_pixels && box_width == static_cast<float>(width) && box_height == static_cast<float>(height)) {
    return crop(image, static_cast<int>(box.left), static_cast<int>(box.top), width, height);
  }
  if (options.filter == Filter::kNearest) {
    return resize_nearest(image, width, height, box);
  }
  return resize_filtered(image, width, height, box, options);
}

Image thumbnail(const Image& image, int side) {
  const int longest = std::max(image.width, image.height);
  if (longest <= side) {
    return image;
  }
  return resize(image, std::max(image.width * side / longest, 1), std::max(image.height * side / longest, 1));
}

}  // namespace alexnet
