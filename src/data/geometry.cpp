#include "alexnet/data/geometry.h"

#include <algorithm>
#include <climits>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"

#include "data/geometry_check.h"

namespace alexnet {
namespace {

using Json = nlohmann::json;

// A strip of a photo, 1 pixel by 100,000, would be enlarged to gigabytes only to cut its centre out.
constexpr std::int64_t kMaxAspect = 16;

/// floor(n / 2), or the even neighbour where n is odd: Python's round(n / 2).
int half_to_even(int n) {
  const int low = n / 2;
  return n % 2 == 0 || low % 2 == 0 ? low : low + 1;
}

/// Of one axis of a photo: which pixels are resized to how many, and where the central square begins in those.
struct CentralAxis {
  int first;
  int length;
  int scaled;
  int offset;
};

/// Short side to `side`, long side to trunc(side * long / short), then the middle of it.
CentralAxis central_axis(int length, int shortest, int side) {
  const auto limit = static_cast<int>(std::min<std::int64_t>(shortest * kMaxAspect, INT_MAX));
  const int kept = std::min(length, limit);
  const auto scaled = static_cast<int>(static_cast<double>(side) * kept / shortest);  // `side` for the short side
  return {.first = (length - kept) / 2, .length = kept, .scaled = scaled, .offset = half_to_even(scaled - side)};
}

Image central_square(const Image& photo, int side, Filter filter) {
  const int shortest = std::min(photo.width, photo.height);
  const CentralAxis x = central_axis(photo.width, shortest, side);
  const CentralAxis y = central_axis(photo.height, shortest, side);
  if (x.length < photo.width || y.length < photo.height) {
    return central_square(crop(photo, x.first, y.first, x.length, y.length), side, filter);
  }
  const Image resized = resize(photo, x.scaled, y.scaled, {.filter = filter});
  return crop(resized, x.offset, y.offset, side, side);
}

std::string_view name_of(ResizeMode mode) { return mode == ResizeMode::kSquash ? "squash" : "crop"; }

[[noreturn]] void reject_json(std::string expected, std::string got) {
  throw Error(Message::kFileFormat,
              {{"where", "geometry"}, {"expected", std::move(expected)}, {"got", std::move(got)}});
}

/// get<int>() would take true, and 2.5, for a number.
int whole_number(const std::string& key, const Json& value) {
  if (!value.is_number_integer() || value < 0 || value > kMaxSide) {
    reject_json(fmt::format("a whole number of at most {} for {}", kMaxSide, key), value.dump());
  }
  return value.get<int>();
}

void read_field(Geometry& geometry, const std::string& key, const Json& value) {
  if (key == "channels") {
    geometry.channels = whole_number(key, value);
  } else if (key == "mode") {
    const auto name = value.get<std::string>();
    if (name != "squash" && name != "crop") {
      reject_json("mode squash or crop", name);
    }
    geometry.mode = name == "squash" ? ResizeMode::kSquash : ResizeMode::kCrop;
  } else if (key == "resize") {
    geometry.resize = whole_number(key, value);
  } else if (key == "width") {
    geometry.width = whole_number(key, value);
  } else if (key == "height") {
    geometry.height = whole_number(key, value);
  } else if (key == "filter") {
    geometry.filter = filter_by_name(value.get<std::string>());
  } else if (key == "apply_orientation") {
    geometry.apply_orientation = value.get<bool>();
  } else {
    reject_json("channels, mode, resize, width, height, filter or apply_orientation", key);
  }
}

}  // namespace

void check_geometry(const Geometry& geometry, Message message, std::string_view where) {
  const int side = geometry.resize;
  const bool fits = side >= 1 && side <= kMaxSide && geometry.width >= 1 && geometry.height >= 1 &&
                    geometry.width <= side && geometry.height <= side;
  if (!fits || (geometry.channels != 1 && geometry.channels != 3)) {
    throw Error(message, {{"where", std::string(where)},
                          {"expected",
                           fmt::format("1 or 3 channels, and width and height of at most resize (1 to {})", kMaxSide)},
                          {"got", fmt::format("channels {}, resize {}, width {}, height {}", geometry.channels, side,
                                              geometry.width, geometry.height)}});
  }
}

Image prepare(const Image& photo, const Geometry& geometry) {
  if (photo.width < 1 || photo.height < 1) {
    throw Error(Message::kWrongCall, {{"where", "prepare"}, {"expected", "a photo"}, {"got", "no pixels"}});
  }
  if (photo.channels != geometry.channels) {
    return prepare(with_channels(photo, geometry.channels), geometry);
  }
  if (geometry.mode == ResizeMode::kSquash) {
    return resize(photo, geometry.resize, geometry.resize, {.filter = geometry.filter});
  }
  return central_square(photo, geometry.resize, geometry.filter);
}

Cut centre_cut(const Geometry& geometry) {
  return {.left = half_to_even(geometry.resize - geometry.width),
          .top = half_to_even(geometry.resize - geometry.height)};
}

void apply_cut(const Image& prepared, const Geometry& geometry, const Cut& cut, std::uint8_t* out) {
  const bool inside = cut.left >= 0 && cut.top >= 0 && cut.left <= prepared.width - geometry.width &&
                      cut.top <= prepared.height - geometry.height;
  if (!inside || prepared.channels != geometry.channels) {
    throw Error(Message::kWrongCall, {{"where", "apply_cut"},
                                      {"expected", fmt::format("a window inside {}x{}, {} channels", prepared.width,
                                                               prepared.height, geometry.channels)},
                                      {"got", fmt::format("{}x{} at ({}, {}), {} channels", geometry.width,
                                                          geometry.height, cut.left, cut.top, prepared.channels)}});
  }
  const auto channels = static_cast<std::size_t>(geometry.channels);
  const auto row_bytes = static_cast<std::size_t>(geometry.width) * channels;
  for (int y = 0; y < geometry.height; ++y, out += row_bytes) {
    const std::uint8_t* in = prepared.row(cut.top + y) + static_cast<std::size_t>(cut.left) * channels;
    if (!cut.flipped) {
      std::memcpy(out, in, row_bytes);
      continue;
    }
    // out[y][x] = in[y][width - 1 - x]
    for (std::size_t x = 0; x < row_bytes; x += channels) {
      std::copy_n(in + (row_bytes - channels - x), channels, out + x);
    }
  }
}

PhotoWindow window_of(const Geometry& geometry, const Cut& cut, int photo_width, int photo_height) {
  const int side = geometry.resize;
  const bool squash = geometry.mode == ResizeMode::kSquash;
  const auto axis = [&](int length) {
    return squash ? CentralAxis{.first = 0, .length = length, .scaled = side, .offset = 0}
                  : central_axis(length, std::min(photo_width, photo_height), side);
  };
  // photo = first + (offset + cut) * length / scaled
  const CentralAxis x = axis(photo_width);
  const CentralAxis y = axis(photo_height);
  const double pixel_width = static_cast<double>(x.length) / x.scaled;
  const double pixel_height = static_cast<double>(y.length) / y.scaled;
  return {.left = x.first + (x.offset + cut.left) * pixel_width,
          .top = y.first + (y.offset + cut.top) * pixel_height,
          .width = geometry.width * pixel_width,
          .height = geometry.height * pixel_height};
}

std::string to_json(const Geometry& geometry) {
  return Json{{"channels", geometry.channels},
              {"mode", name_of(geometry.mode)},
              {"resize", geometry.resize},
              {"width", geometry.width},
              {"height", geometry.height},
              {"filter", name_of(geometry.filter)},
              {"apply_orientation", geometry.apply_orientation}}
      .dump();
}

Geometry geometry_from_json(std::string_view json) {
  Geometry geometry;
  try {
    const auto document = Json::parse(json);
    if (!document.is_object()) {
      reject_json("a JSON object", document.type_name());
    }
    for (const auto& [key, value] : document.items()) {
      read_field(geometry, key, value);
    }
  } catch (const Json::exception& error) {
    reject_json("a geometry as JSON", error.what());
  } catch (const Error& error) {
    if (error.message() != Message::kUnknownName) {
      throw;
    }
    reject_json("the name of a filter", describe(error).where);
  }
  check_geometry(geometry, Message::kFileFormat, "geometry");
  return geometry;
}

}  // namespace alexnet
