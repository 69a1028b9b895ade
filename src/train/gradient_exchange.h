#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "alexnet/core/tensor.h"
#include "alexnet/runtime/backend.h"
#include "alexnet/train/data_parallel.h"

namespace alexnet {

/// One sum over all ranks: pieces of gradients, joined.
template <class T>
struct GradientBucket {
  std::vector<std::span<T>> pieces;
  std::size_t elements = 0;
  std::vector<T> values;              ///< of several pieces; one piece is summed where it lies
  std::vector<std::uint16_t> halves;  ///< in place of the values, as bfloat16
  std::unique_ptr<Communicator::Pending> pending = {};
};

/// Sums the gradients of one step over all ranks, in place. Each is joined to a bucket as soon as the backward pass has
/// made it, and a full bucket is on its way while earlier layers compute. Ranks whose backends keep gradients in
/// another order (equal processors do not) sum them in logical order.
class GradientExchange {
 public:
  /// With the communicator of `options`.
  explicit GradientExchange(const DataParallel& options);

  /// The observer of a call with an update.
  void see(const GradientView& gradient);
  /// Before the update: waits for what is still on its way.
  void finish();

  /// Share of the time in which sums were under way that this rank computed in; nothing before the first sum. Of all
  /// steps since the last call.
  [[nodiscard]] std::optional<double> take_hidden_share();

 private:
  void add(const GradientView& gradient);
  void compare_layouts();
  template <class T>
  void add_to(std::vector<GradientBucket<T>>& buckets, std::span<T> values);
  template <class T>
  void send(GradientBucket<T>& bucket);
  template <class T>
  void sum_in_order(GradientBucket<T>& bucket);
  template <class T>
  void receive(std::vector<GradientBucket<T>>& buckets);

  DataParallel options_;
  Communicator& ranks_;
  bool compared_ = false;
  bool logical_ = false;
  std::vector<GradientView> held_;  // of the step: all until layouts are compared, then those in logical order
  std::vector<Tensor> tensors_;     // of those, in logical order
  std::vector<GradientBucket<float>> buckets_;
  std::vector<GradientBucket<double>> buckets64_;
  std::size_t open_ = 0;  // the bucket that is being filled
  double waited_ = 0;     // seconds
  double ordered_ = 0;    // seconds in sums that nothing hides
  double started_before_ = 0;
};

}  // namespace alexnet
