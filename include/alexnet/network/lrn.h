#pragma once

#include <string>

namespace alexnet {

/// Local response normalisation: d_i = k + c * sum_{j in W(i)} x_j^2, y_i = x_i * d_i^(-beta).
/// `across` channels: W(i) = the `size` channels around i, clipped to i's group of C/groups channels; c = alpha / size
/// when `alpha_divided`, else alpha. `within` a map: W = the size x size square around the pixel, clipped to the map;
/// c = alpha / size^2 when `alpha_divided`, else alpha. Clipping never changes c. `size` is odd.
/// Shapes: x, y (N,C,H,W). Source: Krizhevsky 2012, section 3.3; docs/numerics.md for who divides alpha.
struct LRN {
  enum class Span { kAcross, kWithin };
  std::string name;
  Span span = Span::kAcross;
  int size = 5;
  double alpha = 1e-4;
  double beta = 0.75;
  double k = 2;
  bool alpha_divided = true;
  int groups = 1;

  /// c of the formula.
  [[nodiscard]] double coefficient() const {
    const double terms = span == Span::kAcross ? size : static_cast<double>(size) * size;
    return alpha_divided ? alpha / terms : alpha;
  }

  friend bool operator==(const LRN&, const LRN&) = default;
};

}  // namespace alexnet
