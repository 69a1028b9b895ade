#pragma once

#include <cstddef>
#include <cstdint>

#include "alexnet/runtime/communicator.h"

namespace alexnet::distributed {

/// Counts the calls of one rank as Traffic says, whatever way a transport takes.
class TrafficCount {
 public:
  TrafficCount(int rank, int size) : rank_(rank), size_(size) {}

  void all_reduce(std::size_t elements, std::size_t element_bytes);
  void all_gather(std::size_t mine_bytes);
  void reduce_scatter(std::size_t mine_bytes);
  void gather(std::size_t mine_bytes, int root);
  void scatter(std::size_t mine_bytes, int root);
  void broadcast(std::size_t bytes, int root);
  void barrier() { ++traffic_.calls; }
  void add_started_seconds(double seconds) { traffic_.started_seconds += seconds; }

  [[nodiscard]] const Traffic& traffic() const { return traffic_; }

 private:
  void add(std::int64_t sent, std::int64_t received);

  int rank_;
  int size_;
  Traffic traffic_;
};

}  // namespace alexnet::distributed
