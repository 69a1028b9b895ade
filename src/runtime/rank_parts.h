#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "alexnet/network/rewrites/towers.h"
#include "alexnet/runtime/communicator.h"

/// What backends share where towers exchange activations.
namespace alexnet {

/// How an activation of all ranks is put together: (ranks, rows, size) as it is sent, (rows, ranks * size) as a layer
/// reads it. `size` = elements of one photo on one rank.
struct RankParts {
  std::int64_t ranks = 1;
  std::int64_t rows = 0;
  std::int64_t size = 0;

  [[nodiscard]] std::int64_t part() const { return rows * size; }
  [[nodiscard]] std::int64_t whole() const { return ranks * part(); }

  template <class T>
  void join(const T* parts, T* whole) const {
    for (std::int64_t rank = 0; rank < ranks; ++rank) {
      for (std::int64_t row = 0; row < rows; ++row) {
        std::copy_n(parts + (rank * rows + row) * size, size, whole + (row * ranks + rank) * size);
      }
    }
  }
  template <class T>
  void take_apart(const T* whole, T* parts) const {
    for (std::int64_t rank = 0; rank < ranks; ++rank) {
      for (std::int64_t row = 0; row < rows; ++row) {
        std::copy_n(whole + (row * ranks + rank) * size, size, parts + (rank * rows + row) * size);
      }
    }
  }
};

/// The sum over all towers of what each has of a sum over all weights: each weight is on one rank alone.
inline double sum_over_towers(const Network& network, Communicator* communicator, double sum) {
  if (tower_place(network).towers > 1) {
    communicator->all_reduce(std::span<double>(&sum, 1));
  }
  return sum;
}

}  // namespace alexnet
