#include "distributed/traffic_count.h"

namespace alexnet::distributed {

void TrafficCount::add(std::int64_t sent, std::int64_t received) {
  traffic_.sent_bytes += sent;
  traffic_.received_bytes += received;
  ++traffic_.calls;
}

void TrafficCount::all_reduce(std::size_t elements, std::size_t element_bytes) {
  // Rank r sums the elements from r n / size on.
  const auto n = static_cast<std::int64_t>(elements);
  const std::int64_t own = n * (rank_ + 1) / size_ - n * rank_ / size_;
  const std::int64_t crossing = (n - own + own * (size_ - 1)) * static_cast<std::int64_t>(element_bytes);
  add(crossing, crossing);
}

void TrafficCount::all_gather(std::size_t mine_bytes) {
  const auto others = static_cast<std::int64_t>(mine_bytes) * (size_ - 1);
  add(others, others);
}

void TrafficCount::reduce_scatter(std::size_t mine_bytes) { all_gather(mine_bytes); }

void TrafficCount::gather(std::size_t mine_bytes, int root) {
  const auto mine = static_cast<std::int64_t>(mine_bytes);
  add(rank_ == root ? 0 : mine, rank_ == root ? mine * (size_ - 1) : 0);
}

void TrafficCount::scatter(std::size_t mine_bytes, int root) {
  const auto mine = static_cast<std::int64_t>(mine_bytes);
  add(rank_ == root ? mine * (size_ - 1) : 0, rank_ == root ? 0 : mine);
}

void TrafficCount::broadcast(std::size_t bytes, int root) { scatter(bytes, root); }

}  // namespace alexnet::distributed
