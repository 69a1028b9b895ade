#include "alexnet/distributed/mpi_communicator.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "alexnet/core/error.h"

#include "core/bf16.h"
#include "distributed/call_checks.h"
#include "distributed/mpi/mpi_thread.h"
#include "distributed/traffic_count.h"

namespace alexnet {
namespace {

using distributed::MpiThread;

/// Sums numbers of 16 bits, of which MPI knows nothing, as MPI's own operations do: into the second operand.
void add_bf16(void* in, void* in_out, int* length, MPI_Datatype*) {
  const auto* more = static_cast<const std::uint16_t*>(in);
  auto* sum = static_cast<std::uint16_t*>(in_out);
  for (int i = 0; i < *length; ++i) {
    sum[i] = float_to_bf16(bf16_to_float(sum[i]) + bf16_to_float(more[i]));
  }
}

int count_of(const char* function, std::size_t elements) {
  if (elements > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw Error(Message::kWrongCall, {{"where", std::string("Communicator::") + function},
                                      {"expected", "at most 2147483647 elements"},
                                      {"got", std::to_string(elements)}});
  }
  return static_cast<int>(elements);
}

class MpiCommunicator final : public Communicator {
 public:
  explicit MpiCommunicator(const std::atomic<int>& stop)
      : thread_(std::make_shared<MpiThread>(stop)), count_(thread_->rank(), thread_->size()) {}

  [[nodiscard]] std::string_view name() const override { return "mpi"; }
  [[nodiscard]] int rank() const override { return thread_->rank(); }
  [[nodiscard]] int size() const override { return thread_->size(); }

  void all_reduce(std::span<float> values) override { reduced(values, MPI_FLOAT, false)->wait(); }
  void all_reduce(std::span<double> values) override { reduced(values, MPI_DOUBLE, false)->wait(); }
  std::unique_ptr<Pending> start_all_reduce(std::span<float> values) override {
    return reduced(values, MPI_FLOAT, true);
  }
  std::unique_ptr<Pending> start_all_reduce(std::span<double> values) override {
    return reduced(values, MPI_DOUBLE, true);
  }
  std::unique_ptr<Pending> start_all_reduce_bf16(std::span<std::uint16_t> values) override {
    const int count = count_of("start_all_reduce_bf16", values.size());
    count_.all_reduce(values.size(), sizeof(std::uint16_t));
    return started(
        [values, count, sum = bf16_sum_, copy = copy_of_few(values)](MPI_Request* request) {
          if (*sum == MPI_OP_NULL) {
            MPI_Op_create(add_bf16, 1, sum.get());
          }
          return MPI_Iallreduce(source(copy), values.data(), count, MPI_UINT16_T, *sum, MPI_COMM_WORLD, request);
        },
        true);
  }

  void all_gather(std::span<const std::byte> mine, std::span<std::byte> all) override {
    distributed::check_parts("all_gather", all.size(), mine.size(), size());
    const int count = count_of("all_gather", mine.size());
    count_.all_gather(mine.size());
    run([=](MPI_Request* request) {
      return MPI_Iallgather(mine.data(), count, MPI_BYTE, all.data(), count, MPI_BYTE, MPI_COMM_WORLD, request);
    });
  }
  void reduce_scatter(std::span<const float> all, std::span<float> mine) override { reduce_parts(all, mine); }
  void reduce_scatter(std::span<const double> all, std::span<double> mine) override { reduce_parts(all, mine); }
  void gather(std::span<const std::byte> mine, std::span<std::byte> all, int root) override {
    distributed::check_root("gather", root, size());
    distributed::check_parts("gather", all.size(), rank() == root ? mine.size() : 0, size());
    const int count = count_of("gather", mine.size());
    count_.gather(mine.size(), root);
    run([=](MPI_Request* request) {
      return MPI_Igather(mine.data(), count, MPI_BYTE, all.data(), count, MPI_BYTE, root, MPI_COMM_WORLD, request);
    });
  }
  void scatter(std::span<const std::byte> all, std::span<std::byte> mine, int root) override {
    distributed::check_root("scatter", root, size());
    distributed::check_parts("scatter", all.size(), rank() == root ? mine.size() : 0, size());
    const int count = count_of("scatter", mine.size());
    count_.scatter(mine.size(), root);
    run([=](MPI_Request* request) {
      return MPI_Iscatter(all.data(), count, MPI_BYTE, mine.data(), count, MPI_BYTE, root, MPI_COMM_WORLD, request);
    });
  }
  void broadcast(std::span<std::byte> values, int root) override {
    distributed::check_root("broadcast", root, size());
    const int count = count_of("broadcast", values.size());
    count_.broadcast(values.size(), root);
    run([=](MPI_Request* request) {
      return MPI_Ibcast(values.data(), count, MPI_BYTE, root, MPI_COMM_WORLD, request);
    });
  }
  void barrier() override {
    count_.barrier();
    run([](MPI_Request* request) { return MPI_Ibarrier(MPI_COMM_WORLD, request); });
  }

  [[nodiscard]] Traffic traffic() const override {
    Traffic traffic = count_.traffic();
    traffic.started_seconds = thread_->started_seconds();
    return traffic;
  }
  void abort(std::string_view reason) noexcept override {
    std::fprintf(stderr, "rank %d: %.*s\n", rank(), static_cast<int>(reason.size()), reason.data());
    thread_->abort();
  }

 private:
  class UnderWay final : public Pending {
   public:
    UnderWay(std::shared_ptr<MpiThread> thread, std::shared_ptr<MpiThread::Job> job)
        : thread_(std::move(thread)), job_(std::move(job)) {}
    void wait() override { thread_->wait(*job_); }

   private:
    std::shared_ptr<MpiThread> thread_;
    std::shared_ptr<MpiThread::Job> job_;
  };

  /// Fewer numbers than there are ranks are summed from a copy: Open MPI may sum them in a ring, which is wrong in
  /// place.
  template <class T>
  [[nodiscard]] std::vector<T> copy_of_few(std::span<T> values) const {
    return values.size() < static_cast<std::size_t>(size()) ? std::vector<T>(values.begin(), values.end())
                                                            : std::vector<T>();
  }
  template <class T>
  static const void* source(const std::vector<T>& copy) {
    return copy.empty() ? MPI_IN_PLACE : copy.data();
  }

  std::unique_ptr<Pending> started(MpiThread::Begin begin, bool timed) {
    return std::make_unique<UnderWay>(thread_, thread_->start(std::move(begin), timed));
  }
  void run(MpiThread::Begin begin) { thread_->wait(*thread_->start(std::move(begin), false)); }

  template <class T>
  std::unique_ptr<Pending> reduced(std::span<T> values, MPI_Datatype type, bool timed) {
    const int count = count_of("all_reduce", values.size());
    count_.all_reduce(values.size(), sizeof(T));
    return started(
        [values, count, type, copy = copy_of_few(values)](MPI_Request* request) {
          return MPI_Iallreduce(source(copy), values.data(), count, type, MPI_SUM, MPI_COMM_WORLD, request);
        },
        timed);
  }

  /// Every rank gets all that its part is made of, and adds it up: no MPI promises an order of its own sums.
  template <class T>
  void reduce_parts(std::span<const T> all, std::span<T> mine) {
    distributed::check_parts("reduce_scatter", all.size(), mine.size(), size());
    const int count = count_of("reduce_scatter", mine.size_bytes());
    count_.reduce_scatter(mine.size_bytes());
    std::vector<T> parts(all.size());
    run([=, to = parts.data()](MPI_Request* request) {
      return MPI_Ialltoall(all.data(), count, MPI_BYTE, to, count, MPI_BYTE, MPI_COMM_WORLD, request);
    });
    std::copy_n(parts.begin(), mine.size(), mine.begin());
    for (std::size_t i = mine.size(); i < parts.size(); ++i) {
      mine[i % mine.size()] += parts[i];
    }
  }

  std::shared_ptr<MpiThread> thread_;
  std::shared_ptr<MPI_Op> bf16_sum_ = std::make_shared<MPI_Op>(MPI_OP_NULL);  // made by the thread that calls MPI
  distributed::TrafficCount count_;
};

}  // namespace

std::shared_ptr<Communicator> make_mpi_communicator(const std::atomic<int>& stop) {
  return std::make_shared<MpiCommunicator>(stop);
}

std::string mpi_library() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  const std::string_view words(text.data(), static_cast<std::size_t>(length));
  return std::string(words.substr(0, words.find(',')));
}

}  // namespace alexnet
