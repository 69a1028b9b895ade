#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "alexnet/image/image.h"
#include "alexnet/image/resize.h"

namespace alexnet {

/// `squash` warps to resize x resize whatever the aspect; `crop` scales the short side to `resize` and takes the
/// central square (the paper's way).
enum class ResizeMode { kSquash, kCrop };

/// How a photo becomes pixels; part of a Model, used on every path.
struct Geometry {
  int channels = 3;  ///< 3 RGB, 1 grey
  ResizeMode mode = ResizeMode::kSquash;
  int resize = 224;  ///< side of the square that is kept ("prepared"); at least width and height
  int width = 224;   ///< what is cut out of it for the network
  int height = 224;
  Filter filter = Filter::kBilinear;
  bool apply_orientation = true;

  friend bool operator==(const Geometry&, const Geometry&) = default;
};

/// Decoded photo to the prepared square: channels, then resize. Throws nothing but kWrongCall.
[[nodiscard]] Image prepare(const Image& photo, const Geometry& geometry);

/// Where the network's window lies in the prepared square, and whether it is mirrored.
struct Cut {
  int left = 0;
  int top = 0;
  bool flipped = false;
  friend bool operator==(const Cut&, const Cut&) = default;
};

/// The centre; offset = round-half-even((resize - size) / 2) as torchvision has it.
[[nodiscard]] Cut centre_cut(const Geometry& geometry);

/// Copies the cut of a prepared square into `out`, height*width*channels bytes.
void apply_cut(const Image& prepared, const Geometry& geometry, const Cut& cut, std::uint8_t* out);

/// A part of a photo in the photo's own pixels; its edges may lie between two.
struct PhotoWindow {
  double left = 0;
  double top = 0;
  double width = 0;
  double height = 0;
};

/// What a cut shows of a photo of this size, the inverse of `prepare` and `apply_cut`: place (x, y) of the cut, from 0
/// to its width and height, lies at left + x * window.width / geometry.width of the photo, counted from the right edge
/// of the window where the cut is mirrored; y alike.
[[nodiscard]] PhotoWindow window_of(const Geometry& geometry, const Cut& cut, int photo_width, int photo_height);

/// As JSON text, and back (kFileFormat).
[[nodiscard]] std::string to_json(const Geometry& geometry);
[[nodiscard]] Geometry geometry_from_json(std::string_view json);

}  // namespace alexnet
