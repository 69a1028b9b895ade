#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "alexnet/explain/photo_set.h"
#include "alexnet/explain/units.h"

namespace alexnet::explain {

/// A place in a photo that excites a unit.
struct Excitement {
  double value = 0;
  std::size_t item = 0;  ///< in the data set
  std::int64_t row = 0;  ///< of the unit's map
  std::int64_t column = 0;
};

struct UnitPatches {
  std::vector<Excitement> best;  ///< the largest value first; equal ones as they were seen
  double largest = 0;            ///< of all photos and places
  bool dead = false;             ///< a ReLU reads it, and it is nowhere above 0
  std::vector<double>
      class_means;  ///< mean over a class's photos of the map's largest value (at least 0 before a ReLU)
};

struct LayerPatches {
  std::string layer;  ///< the convolution
  UnitPlace place;    ///< where its units are read
  FieldGrid field;    ///< of the cells of its maps
  std::vector<UnitPatches> units;
  [[nodiscard]] std::vector<std::size_t> dead() const;
};

struct PatchOptions {
  std::vector<std::string> layers = {};  ///< convolutions; empty = all
  std::size_t count = 9;
  /// Of one photo at most: the second one's middle lies at least half a receptive field away from the first one's.
  std::size_t per_photo = 2;
  int threads = 1;  ///< that look for the largest values
};

struct PatchSearch {
  std::vector<LayerPatches> layers;
  std::int64_t photos = 0;  ///< seen
  std::vector<std::int64_t> class_photos = {};
  std::vector<BadPhoto> skipped = {};
};

/// The places of a set's photos that excite each unit most, all units in one pass. Memory: a batch of maps, and
/// `count` places and a number a class for each unit. Threads do not change what is found. Throws kWrongCall for
/// per_photo other than 1 or 2.
[[nodiscard]] PatchSearch find_patches(const PhotoPass& pass, const PhotoSet& set, const PatchOptions& options = {},
                                       const EvaluationProgress& progress = {});

}  // namespace alexnet::explain
