#pragma once

#include <array>
#include <cstdint>

namespace alexnet {

/// Noise along the principal components of the colours of photos ("fancy PCA"): one draw z1, z2, z3 ~ N(0, strength) a
/// photo and use, the same for all its pixels; sum over i of component i * length i * z_i is added to its red, green
/// and blue. What the length is, is read in three ways:
///   deviation    the standard deviation along the component, as the 2012 code has it
///   eigenvalue   the variance, as the paper's text has it, of pixels 0..255: hundreds of grey levels
///   lighting     the variance of pixels 0..1, with the numbers that fb.resnet and PyTorch's examples use
/// Components and lengths are ImageNet's. Source: Krizhevsky 2012, section 4.1; cuda-convnet2, make-data/input_meta.
struct ColourNoise {
  enum class Reading { kDeviation, kEigenvalue, kLighting };
  double strength = 0;  ///< 0 = none
  Reading reading = Reading::kDeviation;
  bool shrink = false;           ///< then divide by 1 + strength, as the 2012 code does
  std::uint32_t last_epoch = 0;  ///< none behind it; 0 = until the end
  // How the network reads photos: what Normalize multiplies bytes by, and whether blue comes first.
  double scale = 1;
  bool blue_first = false;

  friend bool operator==(const ColourNoise&, const ColourNoise&) = default;
};

/// What is added to red, green and blue of the photo at `position` of `epoch`, in grey levels (purpose kColour).
[[nodiscard]] std::array<double, 3> colour_offset(const ColourNoise& noise, std::uint64_t seed, std::uint32_t epoch,
                                                  std::uint32_t position);

}  // namespace alexnet
