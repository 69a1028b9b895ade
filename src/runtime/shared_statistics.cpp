#include "runtime/shared_statistics.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace alexnet {

/// With n_r values, mean m_r and variance v_r of rank r:
/// m = sum n_r m_r / n, v = sum n_r (v_r + (m_r - m)^2) / n, in order of rank.
double merge_moments(Communicator& ranks, double count, std::span<double> mean, std::span<double> variance) {
  const std::size_t channels = mean.size();
  std::vector<double> mine = {count};
  mine.insert(mine.end(), mean.begin(), mean.end());
  mine.insert(mine.end(), variance.begin(), variance.end());
  std::vector<double> all(mine.size() * static_cast<std::size_t>(ranks.size()));
  ranks.all_gather(std::as_bytes(std::span(std::as_const(mine))), std::as_writable_bytes(std::span(all)));

  double whole = 0;
  for (std::size_t rank = 0; rank < all.size(); rank += mine.size()) {
    whole += all[rank];
  }
  if (whole == 0) {
    return 0;
  }
  for (std::size_t c = 0; c < channels; ++c) {
    mean[c] = variance[c] = 0;
    for (std::size_t rank = 0; rank < all.size(); rank += mine.size()) {
      mean[c] += all[rank] * all[rank + 1 + c] / whole;
    }
    for (std::size_t rank = 0; rank < all.size(); rank += mine.size()) {
      const double away = all[rank + 1 + c] - mean[c];
      variance[c] += all[rank] * (all[rank + 1 + channels + c] + away * away) / whole;
    }
  }
  return whole;
}

}  // namespace alexnet
