#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace alexnet {

/// What a rank exchanged. Bytes are payload that leaves or enters this rank, without what a transport adds, counted as
/// if every part of a result went straight from the rank that has it to the one that wants it:
///   all_gather        sends `mine` to each of the others, and receives theirs
///   reduce_scatter    sends to each of the others its part of `all`, and receives its own part from each of them
///   all_reduce        a reduce_scatter of parts as equal as can be, then an all_gather of the sums
///   gather, scatter   to and from `root` alone
///   broadcast         `root` sends `values` to each of the others
/// So with one rank nothing crosses. A barrier has no payload.
struct Traffic {
  std::int64_t sent_bytes = 0;
  std::int64_t received_bytes = 0;
  std::int64_t calls = 0;
  /// Time in which at least one call that was started (start_...) was under way.
  double started_seconds = 0;
};

/// The ranks that work on one network together: this process alone, threads of one process, or MPI processes. Every
/// rank makes the same calls in the same order with the same sizes; a call returns when this rank may use its result.
/// Throws kCommunication when another rank is gone, kWrongCall when sizes do not fit. Threads: one call at a time.
class Communicator {
 public:
  /// A call under way; others may be made meanwhile. Its buffers must stay, and must not be touched, until wait() has
  /// returned, or the communicator has thrown.
  class Pending {
   public:
    virtual ~Pending() = default;
    virtual void wait() = 0;
  };

  virtual ~Communicator() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual int rank() const = 0;
  [[nodiscard]] virtual int size() const = 0;

  /// The sum over all ranks, in place; the same bits on every rank.
  virtual void all_reduce(std::span<float> values) = 0;
  virtual void all_reduce(std::span<double> values) = 0;
  /// The same while this rank goes on computing.
  [[nodiscard]] virtual std::unique_ptr<Pending> start_all_reduce(std::span<float> values) = 0;
  [[nodiscard]] virtual std::unique_ptr<Pending> start_all_reduce(std::span<double> values) = 0;
  /// The same for numbers of 16 bits, the upper half of a float's (bfloat16); partial sums may be rounded to them.
  [[nodiscard]] virtual std::unique_ptr<Pending> start_all_reduce_bf16(std::span<std::uint16_t> values) = 0;

  /// `all` is size() parts as long as `mine`, in order of rank.
  virtual void all_gather(std::span<const std::byte> mine, std::span<std::byte> all) = 0;
  /// Part r of the sum over all ranks' `all` goes to rank r, added in order of rank.
  virtual void reduce_scatter(std::span<const float> all, std::span<float> mine) = 0;
  virtual void reduce_scatter(std::span<const double> all, std::span<double> mine) = 0;
  /// As all_gather, to `root` alone; `all` is empty elsewhere.
  virtual void gather(std::span<const std::byte> mine, std::span<std::byte> all, int root) = 0;
  /// Part r of `all` of `root` goes to rank r; `all` is empty elsewhere.
  virtual void scatter(std::span<const std::byte> all, std::span<std::byte> mine, int root) = 0;
  virtual void broadcast(std::span<std::byte> values, int root) = 0;
  /// Returns when every rank has come here.
  virtual void barrier() = 0;

  [[nodiscard]] virtual Traffic traffic() const = 0;
  /// Ends the whole job from the rank that failed, so that no other waits for it for ever. `reason` is said by the
  /// transport.
  virtual void abort(std::string_view reason) noexcept = 0;
};

}  // namespace alexnet
