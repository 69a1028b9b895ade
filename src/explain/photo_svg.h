#pragma once

#include <string>
#include <vector>

#include "alexnet/explain/neighbours.h"
#include "alexnet/explain/photo_pass.h"
#include "alexnet/explain/photo_set.h"
#include "alexnet/infer/predictor.h"

#include "core/say.h"

/// Pictures with names in them, as self-contained SVG: figure 4 of Krizhevsky et al. 2012.
namespace alexnet::explain {

/// A bar and its words.
struct Bar {
  std::string name;
  double value = 0;
  std::string text = {};  ///< behind the bar: "61.0 %"
  bool marked = false;    ///< the one that is meant
};

/// A copy whose longer side is `side` pixels at most; a tiny photo is enlarged by a whole number.
[[nodiscard]] Image small_copy(const Image& photo, int side);

/// Bars from 0 to `end` (0 = the largest value; below 0 they go to the left), with a picture on the left where there is
/// one and lines of text below.
[[nodiscard]] std::string bars_svg(const std::string& title, const std::optional<Image>& picture,
                                   const std::vector<Bar>& bars, double end, const std::string& words);

/// A row of photos for each layer: the one looked for, then the nearest with class, part, distance and file.
[[nodiscard]] std::string neighbours_svg(const Image& photo, const std::string& file, const PhotoSet& set,
                                         const std::vector<Neighbours>& neighbours, const Say& say = Say());

}  // namespace alexnet::explain
