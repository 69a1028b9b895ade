#include "alexnet/data/colour_noise.h"

#include <cstddef>

#include "alexnet/core/random.h"

namespace alexnet {
namespace {

struct Component {
  std::array<double, 3> direction;  // red, green, blue
  double length;
};
using Components = std::array<Component, 3>;

// Largest first. Deviations of pixels 0..255.
constexpr Components kImageNet{{{{-0.563510, -0.576184, -0.592003}, 121.780061},
                                {{-0.712579, -0.023542, 0.701196}, 37.093889},
                                {{0.417955, -0.816981, 0.397311}, 19.720833}}};
// Variances of pixels 0..1.
constexpr Components kLighting{
    {{{-0.5675, -0.5808, -0.5836}, 0.2175}, {{0.7192, -0.0045, -0.6948}, 0.0188}, {{0.4009, -0.8140, 0.4203}, 0.0045}}};
constexpr double kGreyLevels = 255;

double length_of(const Component& component, ColourNoise::Reading reading) {
  switch (reading) {
    case ColourNoise::Reading::kEigenvalue:
      return component.length * component.length;
    case ColourNoise::Reading::kLighting:
      return component.length * kGreyLevels;
    case ColourNoise::Reading::kDeviation:
      break;
  }
  return component.length;
}

}  // namespace

std::array<double, 3> colour_offset(const ColourNoise& noise, std::uint64_t seed, std::uint32_t epoch,
                                    std::uint32_t position) {
  const Components& components = noise.reading == ColourNoise::Reading::kLighting ? kLighting : kImageNet;
  std::array<double, 3> offset{};
  RandomStream draws(seed, Purpose::kColour, epoch, position);
  for (const Component& component : components) {
    const double amount = noise.strength * draws.normal() * length_of(component, noise.reading);
    for (std::size_t c = 0; c < offset.size(); ++c) {
      offset[c] += amount * component.direction[c];
    }
  }
  return offset;
}

}  // namespace alexnet
