#include "benchmarks/scaling/delayed_communicator.h"

#include <thread>
#include <utility>

namespace alexnet::bench {
namespace {

using Clock = std::chrono::steady_clock;

class DelayedPending final : public Communicator::Pending {
 public:
  DelayedPending(std::unique_ptr<Pending> pending, Clock::time_point until)
      : pending_(std::move(pending)), until_(until) {}
  void wait() override {
    pending_->wait();
    std::this_thread::sleep_until(until_);
  }

 private:
  std::unique_ptr<Pending> pending_;
  Clock::time_point until_;
};

class DelayedCommunicator final : public Communicator {
 public:
  DelayedCommunicator(std::shared_ptr<Communicator> ranks, std::chrono::microseconds delay)
      : ranks_(std::move(ranks)), delay_(delay) {}

  [[nodiscard]] std::string_view name() const override { return ranks_->name(); }
  [[nodiscard]] int rank() const override { return ranks_->rank(); }
  [[nodiscard]] int size() const override { return ranks_->size(); }

  void all_reduce(std::span<float> values) override {
    late([&] { ranks_->all_reduce(values); });
  }
  void all_reduce(std::span<double> values) override {
    late([&] { ranks_->all_reduce(values); });
  }
  std::unique_ptr<Pending> start_all_reduce(std::span<float> values) override {
    return started(ranks_->start_all_reduce(values));
  }
  std::unique_ptr<Pending> start_all_reduce(std::span<double> values) override {
    return started(ranks_->start_all_reduce(values));
  }
  std::unique_ptr<Pending> start_all_reduce_bf16(std::span<std::uint16_t> values) override {
    return started(ranks_->start_all_reduce_bf16(values));
  }
  void all_gather(std::span<const std::byte> mine, std::span<std::byte> all) override {
    late([&] { ranks_->all_gather(mine, all); });
  }
  void reduce_scatter(std::span<const float> all, std::span<float> mine) override {
    late([&] { ranks_->reduce_scatter(all, mine); });
  }
  void reduce_scatter(std::span<const double> all, std::span<double> mine) override {
    late([&] { ranks_->reduce_scatter(all, mine); });
  }
  void gather(std::span<const std::byte> mine, std::span<std::byte> all, int root) override {
    late([&] { ranks_->gather(mine, all, root); });
  }
  void scatter(std::span<const std::byte> all, std::span<std::byte> mine, int root) override {
    late([&] { ranks_->scatter(all, mine, root); });
  }
  void broadcast(std::span<std::byte> values, int root) override {
    late([&] { ranks_->broadcast(values, root); });
  }
  void barrier() override { ranks_->barrier(); }
  [[nodiscard]] Traffic traffic() const override { return ranks_->traffic(); }
  void abort(std::string_view reason) noexcept override { ranks_->abort(reason); }

 private:
  template <class Call>
  void late(const Call& call) {
    const auto until = Clock::now() + delay_;
    call();
    std::this_thread::sleep_until(until);
  }
  [[nodiscard]] std::unique_ptr<Pending> started(std::unique_ptr<Pending> pending) const {
    return std::make_unique<DelayedPending>(std::move(pending), Clock::now() + delay_);
  }

  std::shared_ptr<Communicator> ranks_;
  std::chrono::microseconds delay_;
};

}  // namespace

std::shared_ptr<Communicator> make_delayed_communicator(std::shared_ptr<Communicator> ranks,
                                                        std::chrono::microseconds delay) {
  return std::make_shared<DelayedCommunicator>(std::move(ranks), delay);
}

}  // namespace alexnet::bench
