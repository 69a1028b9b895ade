#pragma once

#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "alexnet/data/loader.h"
#include "alexnet/infer/evaluation.h"
#include "alexnet/network/network.h"
#include "alexnet/network/weights.h"
#include "alexnet/runtime/communicator.h"

namespace alexnet {

/// The ranks that train one network together, seen from one of them, or this process alone. Rank 0 leads: it alone
/// writes and tells. Every rank makes the same calls in the same order.
class Team {
 public:
  /// None = alone.
  explicit Team(std::shared_ptr<Communicator> ranks = {}) : ranks_(std::move(ranks)) {}

  [[nodiscard]] int rank() const { return ranks_ ? ranks_->rank() : 0; }
  [[nodiscard]] int size() const { return ranks_ ? ranks_->size() : 1; }
  [[nodiscard]] bool leads() const { return rank() == 0; }
  [[nodiscard]] bool is_alone() const { return size() == 1; }

  /// What each rank says, in order of rank.
  template <class T>
  [[nodiscard]] std::vector<T> told(const T& mine) const {
    static_assert(std::is_trivially_copyable_v<T>);
    std::vector<T> all(static_cast<std::size_t>(size()), mine);
    if (!is_alone()) {
      ranks_->all_gather(std::as_bytes(std::span(&mine, 1)), std::as_writable_bytes(std::span(all)));
    }
    return all;
  }
  /// The lists of all ranks, one after another; they may differ in length.
  template <class T>
  [[nodiscard]] std::vector<T> joined(const std::vector<T>& mine) const {
    static_assert(std::is_trivially_copyable_v<T>);
    return is_alone() ? mine : unpacked<T>(joined_bytes(std::as_bytes(std::span(mine)), true));
  }
  /// The same at the leader; an empty list elsewhere.
  template <class T>
  [[nodiscard]] std::vector<T> joined_at_leader(const std::vector<T>& mine) const {
    static_assert(std::is_trivially_copyable_v<T>);
    return is_alone() ? mine : unpacked<T>(joined_bytes(std::as_bytes(std::span(mine)), false));
  }
  [[nodiscard]] std::vector<BadPhoto> joined(const std::vector<BadPhoto>& mine) const;
  /// Scores of all ranks' photos at the leader; `skipped` everywhere.
  [[nodiscard]] PhotoScores joined_at_leader(PhotoScores mine) const;

  /// The part of a list that this rank looks at: parts stand in order of rank.
  [[nodiscard]] std::vector<std::size_t> part_of(std::vector<std::size_t> items) const;

  /// The leader's weights (f32), which the others need not have.
  [[nodiscard]] Weights of_leader(const Network& network, Weights weights) const;
  /// The means over all ranks, in place.
  void average(Weights& weights) const;

 private:
  [[nodiscard]] std::vector<std::byte> joined_bytes(std::span<const std::byte> mine, bool everywhere) const;
  template <class T>
  static std::vector<T> unpacked(const std::vector<std::byte>& bytes) {
    std::vector<T> values(bytes.size() / sizeof(T));
    std::copy(bytes.begin(), bytes.end(), std::as_writable_bytes(std::span(values)).begin());
    return values;
  }

  std::shared_ptr<Communicator> ranks_;
};

}  // namespace alexnet
