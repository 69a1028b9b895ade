#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "alexnet/explain/photo_pass.h"
#include "alexnet/explain/units.h"

namespace alexnet::explain {

struct SyntheticOptions {
  int starts = 4;       ///< random beginnings, of which the best is taken
  int steps = 200;      ///< at most
  double seconds = 20;  ///< no further step after that
  int jitter = 4;       ///< pixels by which the picture is shifted at most, anew in each step
  std::uint64_t seed = 1;
};

/// A picture made for one unit.
struct Synthetic {
  Image image;                 ///< a whole cut; grey where the unit does not look
  Field field;                 ///< what it sees where it is strongest
  double value = 0;            ///< of the unit there: the largest of its map, as of a photo
  std::vector<double> values;  ///< of each start
  int steps = 0;               ///< done
  bool out_of_time = false;
};

/// Called after each step; false ends early.
using SyntheticProgress = std::function<bool(int step, int steps)>;

/// A picture that excites a unit: gradient ascent on the pixels from noise, for the middle cell of the unit's map as it
/// is before its activation (see place_of_units). The pixels stay within 0 and 255. Equal options give the same
/// picture, unless the time ends it. Formula: docs/numerics.md. Source: Olah et al. 2017, "Feature visualization".
[[nodiscard]] Synthetic synthesize(const PhotoPass& pass, const Unit& unit, const SyntheticOptions& options = {},
                                   const SyntheticProgress& progress = {});

}  // namespace alexnet::explain
