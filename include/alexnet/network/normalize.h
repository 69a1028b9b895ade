#pragma once

#include <string>
#include <vector>

namespace alexnet {

/// How pixels become numbers; the first layer of a network that reads photos.
/// y[c] = (x[source(c)] * scale - mean[c]) / deviation[c], where source reverses the channels when `order` is BGR.
/// x: uint8 (N,H,W,C) or float (N,C,H,W), 0..255, RGB or grey; y (N,C,H,W).
/// With a mean image (`mean_image` true) the mean is the constant parameter `<name>.mean` (C,Hm,Wm), in the network's
/// channel order, instead of `mean`; the part that is subtracted lies at the centre, or at the photo's crop offset and
/// then mirrored with the photo. The photo's colour offset is added after the mean is subtracted and the result
/// multiplied by the photo's colour scale, before the deviation divides. Source: Krizhevsky 2012, sections 2 and 4.1.
struct Normalize {
  enum class Order { kRGB, kBGR };
  enum class MeanAt { kCentre, kCrop };
  std::string name;
  Order order = Order::kRGB;
  double scale = 1.0 / 255;
  std::vector<double> mean = {};       ///< in units after `scale`; empty = 0, one = all channels
  std::vector<double> deviation = {};  ///< empty = 1, one = all channels
  bool mean_image = false;
  int mean_height = 0;
  int mean_width = 0;
  MeanAt mean_at = MeanAt::kCentre;

  friend bool operator==(const Normalize&, const Normalize&) = default;
};

}  // namespace alexnet
