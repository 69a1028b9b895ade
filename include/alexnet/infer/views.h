#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "alexnet/data/geometry.h"
#include "alexnet/network/network.h"

namespace alexnet {

/// Through which windows of its prepared square a network sees a photo; what it says of them is averaged (mean_scores).
/// Source: Krizhevsky et al. 2012, section 4.1, and the authors' program.
enum class Views : std::uint8_t {
  kCenter,  ///< the centre
  kTen,     ///< four corners and the centre, and the five mirrored
  kNine,    ///< 3 x 3 places, none mirrored
};
[[nodiscard]] std::string_view name_of(Views views);  ///< "center", "ten", "nine"
/// Throws kUnknownName.
[[nodiscard]] Views views_by_name(std::string_view name);

/// The cuts, one a view. `ten`: top left, top right, centre, bottom left, bottom right, then the same mirrored.
/// `nine`: offsets 0, half and all of the room (resize - height, resize - width), row after row; half rounds as
/// centre_cut does. Throws kOptionInvalid where more than one view is wanted and the square has no room.
[[nodiscard]] std::vector<Cut> cuts_of(Views views, const Geometry& geometry);

/// Scores that say together what several rows of scores say: of one photo's views, or of several models. For
/// `probabilities` the logarithm of the weighted mean of their softmax outputs, whose own softmax is that mean; for
/// `scores` the weighted mean of the scores. One row is returned as it is.
/// Shapes: rows of equal length; `weights` one a row, none negative, of sum 1; empty = equal.
[[nodiscard]] std::vector<double> mean_scores(std::span<const std::vector<double>> rows,
                                              std::span<const double> weights, OutputKind output);

}  // namespace alexnet
