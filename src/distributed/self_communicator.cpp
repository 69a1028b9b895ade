#include "alexnet/distributed/self_communicator.h"

#include <algorithm>

#include "distributed/call_checks.h"
#include "distributed/traffic_count.h"

namespace alexnet {
namespace {

class SelfCommunicator final : public Communicator {
 public:
  [[nodiscard]] std::string_view name() const override { return "self"; }
  [[nodiscard]] int rank() const override { return 0; }
  [[nodiscard]] int size() const override { return 1; }

  void all_reduce(std::span<float> values) override { count_.all_reduce(values.size(), sizeof(float)); }
  void all_reduce(std::span<double> values) override { count_.all_reduce(values.size(), sizeof(double)); }
  std::unique_ptr<Pending> start_all_reduce(std::span<float> values) override { return reduced(values); }
  std::unique_ptr<Pending> start_all_reduce(std::span<double> values) override { return reduced(values); }
  std::unique_ptr<Pending> start_all_reduce_bf16(std::span<std::uint16_t> values) override { return reduced(values); }

  void all_gather(std::span<const std::byte> mine, std::span<std::byte> all) override {
    count_.all_gather(mine.size());
    copy("all_gather", mine, all);
  }
  void reduce_scatter(std::span<const float> all, std::span<float> mine) override {
    count_.reduce_scatter(mine.size_bytes());
    copy("reduce_scatter", all, mine);
  }
  void reduce_scatter(std::span<const double> all, std::span<double> mine) override {
    count_.reduce_scatter(mine.size_bytes());
    copy("reduce_scatter", all, mine);
  }
  void gather(std::span<const std::byte> mine, std::span<std::byte> all, int root) override {
    distributed::check_root("gather", root, 1);
    count_.gather(mine.size(), root);
    copy("gather", mine, all);
  }
  void scatter(std::span<const std::byte> all, std::span<std::byte> mine, int root) override {
    distributed::check_root("scatter", root, 1);
    count_.scatter(mine.size(), root);
    copy("scatter", all, mine);
  }
  void broadcast(std::span<std::byte> values, int root) override {
    distributed::check_root("broadcast", root, 1);
    count_.broadcast(values.size(), root);
  }
  void barrier() override { count_.barrier(); }

  [[nodiscard]] Traffic traffic() const override { return count_.traffic(); }
  void abort(std::string_view) noexcept override {}

 private:
  class Done final : public Pending {
   public:
    void wait() override {}
  };

  template <class T>
  std::unique_ptr<Pending> reduced(std::span<T> values) {
    count_.all_reduce(values.size(), sizeof(T));
    return std::make_unique<Done>();
  }
  template <class T>
  static void copy(const char* function, std::span<const T> from, std::span<T> to) {
    distributed::check_parts(function, to.size(), from.size(), 1);
    std::copy(from.begin(), from.end(), to.begin());
  }

  distributed::TrafficCount count_{0, 1};
};

}  // namespace

std::shared_ptr<Communicator> make_self_communicator() { return std::make_shared<SelfCommunicator>(); }

}  // namespace alexnet
