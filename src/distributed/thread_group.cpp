#include "alexnet/distributed/thread_group.h"

#include <chrono>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "alexnet/core/error.h"

#include "core/bf16.h"
#include "distributed/call_checks.h"
#include "distributed/traffic_count.h"

namespace alexnet {
namespace {

/// What must be the same on every rank for a call to be the same call.
struct CallKind {
  std::string_view function;
  std::size_t bytes = 0;
  int root = 0;

  bool operator==(const CallKind&) const = default;
};

/// The buffers that one rank brings.
struct Arrival {
  std::span<const std::byte> from;
  std::span<std::byte> to;
};
using Combine = std::function<void(const std::vector<Arrival>&)>;

/// One call, until every rank has its result.
struct Meeting {
  CallKind kind;
  std::vector<std::optional<Arrival>> arrivals;
  std::size_t arrived = 0;
  std::size_t left = 0;
  bool done = false;
};

/// Where the ranks of a group meet.
class MeetingPlace {
 public:
  explicit MeetingPlace(int size) : size_(static_cast<std::size_t>(size)), ended_(size_, false) {}

  [[nodiscard]] int size() const { return static_cast<int>(size_); }

  /// Brings a rank's buffers to the call `number`; the last one combines them. Nothing is touched after a failure.
  void arrive(int rank, std::int64_t number, const CallKind& kind, const Arrival& arrival, const Combine& combine) {
    const std::lock_guard lock(mutex_);
    throw_if_failed();
    Meeting& meeting = meetings_[number];
    if (meeting.arrived == 0) {
      meeting.kind = kind;
      meeting.arrivals.resize(size_);
    } else if (!(meeting.kind == kind)) {
      fail_here(rank, fmt::format("calls {} of {} bytes, where others call {} of {} bytes", kind.function, kind.bytes,
                                  meeting.kind.function, meeting.kind.bytes));
    }
    meeting.arrivals[static_cast<std::size_t>(rank)] = arrival;
    if (++meeting.arrived == size_) {
      std::vector<Arrival> all;
      all.reserve(size_);
      for (const auto& each : meeting.arrivals) {
        all.push_back(*each);
      }
      combine(all);
      meeting.done = true;
      changed_.notify_all();
    }
  }

  void wait(std::int64_t number) {
    std::unique_lock lock(mutex_);
    Meeting& meeting = meetings_.at(number);
    changed_.wait(lock, [&] { return meeting.done || failure_ || missing(meeting); });
    if (!meeting.done) {
      throw_if_failed();
      fail_here(static_cast<int>(*missing(meeting)), "has ended while others wait for it");
    }
    if (++meeting.left == size_) {
      meetings_.erase(number);
    }
  }

  void fail(int rank, std::string_view reason, std::exception_ptr cause) {
    const std::lock_guard lock(mutex_);
    if (!failure_) {
      failure_ =
          Error(Message::kCommunication, {{"where", fmt::format("rank {}", rank)}, {"reason", std::string(reason)}});
      cause_ = cause ? std::move(cause) : std::make_exception_ptr(*failure_);
      changed_.notify_all();
    }
  }

  void end(int rank) {
    const std::lock_guard lock(mutex_);
    ended_[static_cast<std::size_t>(rank)] = true;
    changed_.notify_all();
  }

  [[nodiscard]] std::exception_ptr cause() const { return cause_; }

 private:
  /// A rank that will never come.
  [[nodiscard]] std::optional<std::size_t> missing(const Meeting& meeting) const {
    for (std::size_t rank = 0; rank < size_; ++rank) {
      if (ended_[rank] && !meeting.arrivals[rank]) {
        return rank;
      }
    }
    return std::nullopt;
  }
  void throw_if_failed() const {
    if (failure_) {
      throw Error(*failure_);
    }
  }
  [[noreturn]] void fail_here(int rank, std::string reason) {
    failure_ = Error(Message::kCommunication, {{"where", fmt::format("rank {}", rank)}, {"reason", std::move(reason)}});
    cause_ = std::make_exception_ptr(*failure_);
    changed_.notify_all();
    throw Error(*failure_);
  }

  std::size_t size_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::int64_t, Meeting> meetings_;  // by their number, which every rank counts for itself
  std::vector<bool> ended_;
  std::optional<Error> failure_;  // what every later call throws
  std::exception_ptr cause_;      // what run throws
};

template <class T>
std::span<const T> elements(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}
template <class T>
std::span<T> elements(std::span<std::byte> bytes) {
  return {reinterpret_cast<T*>(bytes.data()), bytes.size() / sizeof(T)};
}

/// Element i over all ranks, added in their order.
template <class T>
T sum_at(const std::vector<Arrival>& all, std::size_t i) {
  if constexpr (std::is_same_v<T, std::uint16_t>) {
    float sum = 0;
    for (const Arrival& rank : all) {
      sum += bf16_to_float(elements<T>(rank.from)[i]);
    }
    return float_to_bf16(sum);
  } else {
    T sum = elements<T>(all.front().from)[i];
    for (std::size_t rank = 1; rank < all.size(); ++rank) {
      sum += elements<T>(all[rank].from)[i];
    }
    return sum;
  }
}

class ThreadCommunicator final : public Communicator {
 public:
  ThreadCommunicator(std::shared_ptr<MeetingPlace> place, int rank)
      : place_(std::move(place)), rank_(rank), count_(rank, place_->size()) {}

  [[nodiscard]] std::string_view name() const override { return "threads"; }
  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return place_->size(); }

  void all_reduce(std::span<float> values) override { reduced(values)->wait(); }
  void all_reduce(std::span<double> values) override { reduced(values)->wait(); }
  std::unique_ptr<Pending> start_all_reduce(std::span<float> values) override { return started(values); }
  std::unique_ptr<Pending> start_all_reduce(std::span<double> values) override { return started(values); }
  std::unique_ptr<Pending> start_all_reduce_bf16(std::span<std::uint16_t> values) override { return started(values); }

  void all_gather(std::span<const std::byte> mine, std::span<std::byte> all) override {
    distributed::check_parts("all_gather", all.size(), mine.size(), size());
    count_.all_gather(mine.size());
    meet({"all_gather", mine.size()}, {mine, all}, [](const std::vector<Arrival>& ranks) {
      for (const Arrival& rank : ranks) {
        join(ranks, rank.to);
      }
    });
  }
  void reduce_scatter(std::span<const float> all, std::span<float> mine) override { reduce_parts(all, mine); }
  void reduce_scatter(std::span<const double> all, std::span<double> mine) override { reduce_parts(all, mine); }
  void gather(std::span<const std::byte> mine, std::span<std::byte> all, int root) override {
    distributed::check_root("gather", root, size());
    distributed::check_parts("gather", all.size(), rank_ == root ? mine.size() : 0, size());
    count_.gather(mine.size(), root);
    meet({"gather", mine.size(), root}, {mine, all},
         [root](const std::vector<Arrival>& ranks) { join(ranks, ranks[static_cast<std::size_t>(root)].to); });
  }
  void scatter(std::span<const std::byte> all, std::span<std::byte> mine, int root) override {
    distributed::check_root("scatter", root, size());
    distributed::check_parts("scatter", all.size(), rank_ == root ? mine.size() : 0, size());
    count_.scatter(mine.size(), root);
    meet({"scatter", mine.size(), root}, {all, mine}, [root](const std::vector<Arrival>& ranks) {
      const std::byte* part = ranks[static_cast<std::size_t>(root)].from.data();
      for (const Arrival& rank : ranks) {
        std::copy_n(part, rank.to.size(), rank.to.data());
        part += rank.to.size();
      }
    });
  }
  void broadcast(std::span<std::byte> values, int root) override {
    distributed::check_root("broadcast", root, size());
    count_.broadcast(values.size(), root);
    meet({"broadcast", values.size(), root}, {values, values}, [root](const std::vector<Arrival>& ranks) {
      const auto from = ranks[static_cast<std::size_t>(root)].from;
      for (const Arrival& rank : ranks) {
        if (rank.to.data() != from.data()) {
          std::copy(from.begin(), from.end(), rank.to.begin());
        }
      }
    });
  }
  void barrier() override {
    count_.barrier();
    meet({"barrier"}, {}, [](const std::vector<Arrival>&) {});
  }

  [[nodiscard]] Traffic traffic() const override { return count_.traffic(); }
  void abort(std::string_view reason) noexcept override { place_->fail(rank_, reason, nullptr); }

 private:
  class Waiting final : public Pending {
   public:
    Waiting(std::shared_ptr<MeetingPlace> place, std::int64_t number) : place_(std::move(place)), number_(number) {}
    void wait() override { place_->wait(number_); }

   private:
    std::shared_ptr<MeetingPlace> place_;
    std::int64_t number_;
  };

  static void join(const std::vector<Arrival>& ranks, std::span<std::byte> all) {
    std::byte* part = all.data();
    for (const Arrival& rank : ranks) {
      part = std::copy(rank.from.begin(), rank.from.end(), part);
    }
  }

  std::int64_t arrive(const CallKind& kind, const Arrival& arrival, const Combine& combine) {
    place_->arrive(rank_, calls_, kind, arrival, combine);
    return calls_++;
  }
  void meet(const CallKind& kind, const Arrival& arrival, const Combine& combine) {
    place_->wait(arrive(kind, arrival, combine));
  }

  template <class T>
  std::unique_ptr<Pending> reduced(std::span<T> values) {
    count_.all_reduce(values.size(), sizeof(T));
    const std::span<std::byte> bytes = std::as_writable_bytes(values);
    const auto number =
        arrive({"all_reduce", bytes.size(), sizeof(T)}, {bytes, bytes}, [](const std::vector<Arrival>& all) {
          for (std::size_t i = 0; i < elements<T>(all.front().to).size(); ++i) {
            const T sum = sum_at<T>(all, i);
            for (const Arrival& rank : all) {
              elements<T>(rank.to)[i] = sum;
            }
          }
        });
    return std::make_unique<Waiting>(place_, number);
  }
  template <class T>
  std::unique_ptr<Pending> started(std::span<T> values) {
    const auto begin = std::chrono::steady_clock::now();
    auto pending = reduced(values);
    count_.add_started_seconds(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    return pending;
  }
  template <class T>
  void reduce_parts(std::span<const T> all, std::span<T> mine) {
    distributed::check_parts("reduce_scatter", all.size(), mine.size(), size());
    count_.reduce_scatter(mine.size_bytes());
    meet({"reduce_scatter", mine.size_bytes(), sizeof(T)}, {std::as_bytes(all), std::as_writable_bytes(mine)},
         [](const std::vector<Arrival>& ranks) {
           std::size_t first = 0;
           for (const Arrival& rank : ranks) {
             const std::span<T> part = elements<T>(rank.to);
             for (std::size_t i = 0; i < part.size(); ++i) {
               part[i] = sum_at<T>(ranks, first + i);
             }
             first += part.size();
           }
         });
  }

  std::shared_ptr<MeetingPlace> place_;
  int rank_;
  std::int64_t calls_ = 0;
  distributed::TrafficCount count_;
};

void work_as(const std::shared_ptr<MeetingPlace>& place, int rank, const ThreadGroup::Work& work) {
  try {
    work(std::make_shared<ThreadCommunicator>(place, rank));
  } catch (const std::exception& error) {
    place->fail(rank, error.what(), std::current_exception());
  }
  place->end(rank);
}

}  // namespace

void ThreadGroup::run(int ranks, const Work& work) {
  if (ranks < 1) {
    throw Error(Message::kWrongCall,
                {{"where", "ThreadGroup::run"}, {"expected", "at least 1 rank"}, {"got", fmt::format("{}", ranks)}});
  }
  const auto place = std::make_shared<MeetingPlace>(ranks);
  {
    std::vector<std::jthread> threads;
    threads.reserve(static_cast<std::size_t>(ranks));
    for (int rank = 0; rank < ranks; ++rank) {
      threads.emplace_back([&place, rank, &work] { work_as(place, rank, work); });
    }
  }
  if (const auto cause = place->cause()) {
    std::rethrow_exception(cause);
  }
}

}  // namespace alexnet
