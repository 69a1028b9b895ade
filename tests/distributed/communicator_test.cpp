// What every communicator promises, on 1 to 4 ranks.
#include <functional>
#include <numeric>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/error.h"
#include "alexnet/distributed/self_communicator.h"
#include "alexnet/distributed/thread_group.h"

#include "core/bf16.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing_support::message_of;

class Ranks : public testing::TestWithParam<int> {
 protected:
  /// What each rank's work returns, in order of rank.
  template <class T>
  [[nodiscard]] std::vector<T> on_each(const std::function<T(Communicator&)>& work) const {
    std::vector<T> results(static_cast<std::size_t>(GetParam()));
    ThreadGroup::run(GetParam(), [&](const std::shared_ptr<Communicator>& ranks) {
      results[static_cast<std::size_t>(ranks->rank())] = work(*ranks);
    });
    return results;
  }
};
INSTANTIATE_TEST_SUITE_P(OneToFour, Ranks, testing::Values(1, 2, 3, 4));

/// Numbers whose sum depends on the order in which it is taken.
std::vector<float> of_rank(int rank) {
  return {0.1F * static_cast<float>(rank + 1), 1e8F * static_cast<float>(1 - 2 * (rank % 2)), 1.0F / 3};
}

std::vector<float> summed_in_order(int ranks) {
  std::vector<float> sum = of_rank(0);
  for (int rank = 1; rank < ranks; ++rank) {
    const std::vector<float> more = of_rank(rank);
    std::transform(sum.begin(), sum.end(), more.begin(), sum.begin(), std::plus<>());
  }
  return sum;
}

TEST_P(Ranks, GetTheSameBitsFromASum) {
  const auto sums = on_each<std::vector<float>>([](Communicator& ranks) {
    std::vector<float> values = of_rank(ranks.rank());
    ranks.all_reduce(std::span(values));
    return values;
  });
  EXPECT_THAT(sums, Each(ElementsAreArray(summed_in_order(GetParam()))));
}

TEST_P(Ranks, MayHaveSeveralSumsUnderWay) {
  const auto sums = on_each<std::vector<double>>([](Communicator& ranks) {
    std::vector<double> first = {1.0 + ranks.rank()};
    std::vector<double> second = {10, 20};
    std::vector<std::uint16_t> halves = {float_to_bf16(1.5F)};
    const auto one = ranks.start_all_reduce(std::span(first));
    const auto two = ranks.start_all_reduce(std::span(second));
    const auto three = ranks.start_all_reduce_bf16(halves);
    ranks.barrier();
    three->wait();
    two->wait();
    one->wait();
    return std::vector<double>{first[0], second[0], second[1], bf16_to_float(halves[0])};
  });
  const double n = GetParam();
  EXPECT_THAT(sums, Each(ElementsAre(n * (n + 1) / 2, 10 * n, 20 * n, 1.5 * n)));
}

TEST_P(Ranks, GatherInOrderOfRank) {
  const auto everywhere = on_each<std::vector<int>>([](Communicator& ranks) {
    const std::vector<int> mine = {ranks.rank(), 10 * ranks.rank()};
    std::vector<int> all(2 * static_cast<std::size_t>(ranks.size()), -1);
    ranks.all_gather(std::as_bytes(std::span(mine)), std::as_writable_bytes(std::span(all)));
    return all;
  });
  std::vector<int> expected;
  for (int rank = 0; rank < GetParam(); ++rank) {
    expected.insert(expected.end(), {rank, 10 * rank});
  }
  EXPECT_THAT(everywhere, Each(ElementsAreArray(expected)));

  const int root = GetParam() - 1;
  const auto at_root = on_each<std::vector<int>>([&](Communicator& ranks) {
    const std::vector<int> mine = {ranks.rank(), 10 * ranks.rank()};
    std::vector<int> all(ranks.rank() == root ? expected.size() : 0, -1);
    ranks.gather(std::as_bytes(std::span(mine)), std::as_writable_bytes(std::span(all)), root);
    return all;
  });
  EXPECT_EQ(at_root.back(), expected);
}

TEST_P(Ranks, GetTheirPartsOfWhatTheRootScatters) {
  const int root = GetParam() - 1;
  const auto parts = on_each<int>([&](Communicator& ranks) {
    std::vector<int> all(ranks.rank() == root ? static_cast<std::size_t>(ranks.size()) : 0);
    std::iota(all.begin(), all.end(), 100);
    int mine = -1;
    ranks.scatter(std::as_bytes(std::span(all)), std::as_writable_bytes(std::span(&mine, 1)), root);
    return mine;
  });
  for (int rank = 0; rank < GetParam(); ++rank) {
    EXPECT_EQ(parts[static_cast<std::size_t>(rank)], 100 + rank);
  }
}

TEST_P(Ranks, GetTheirPartsOfASumInOrder) {
  const auto parts = on_each<float>([](Communicator& ranks) {
    const std::vector<float> all(static_cast<std::size_t>(ranks.size()), of_rank(ranks.rank())[1] + 1);
    float mine = 0;
    ranks.reduce_scatter(std::span(all), std::span(&mine, 1));
    return mine;
  });
  float expected = of_rank(0)[1] + 1;
  for (int rank = 1; rank < GetParam(); ++rank) {
    expected += of_rank(rank)[1] + 1;
  }
  EXPECT_THAT(parts, Each(expected));
}

TEST_P(Ranks, HearWhatTheRootSays) {
  const int root = GetParam() - 1;
  const auto heard = on_each<int>([&](Communicator& ranks) {
    int said = ranks.rank() == root ? 7 : 0;
    ranks.broadcast(std::as_writable_bytes(std::span(&said, 1)), root);
    return said;
  });
  EXPECT_THAT(heard, Each(7));
}

TEST_P(Ranks, CountWhatCrosses) {
  const int n = GetParam();
  const auto traffic = on_each<Traffic>([n](Communicator& ranks) {
    std::vector<float> values(static_cast<std::size_t>(12 * n));
    std::vector<float> part(12);
    ranks.all_reduce(std::span(values));                                    // 2 (n - 1) parts of 48 bytes
    ranks.reduce_scatter(std::span<const float>(values), std::span(part));  // n - 1
    ranks.all_gather(std::as_bytes(std::span(part)), std::as_writable_bytes(std::span(values)));  // n - 1
    const bool root = ranks.rank() == 0;
    const std::span<std::byte> all = std::as_writable_bytes(std::span(values));
    ranks.gather(std::as_bytes(std::span(part)), root ? all : std::span<std::byte>(), 0);
    ranks.scatter(root ? all : std::span<std::byte>(), std::as_writable_bytes(std::span(part)), 0);
    ranks.broadcast(std::as_writable_bytes(std::span(part)), 0);
    ranks.barrier();
    return ranks.traffic();
  });
  const std::int64_t part = 48;
  for (int rank = 0; rank < n; ++rank) {
    const Traffic& own = traffic[static_cast<std::size_t>(rank)];
    EXPECT_EQ(own.calls, 7);
    EXPECT_EQ(own.sent_bytes, part * (4 * (n - 1) + (rank == 0 ? 2 * (n - 1) : 1)));
    EXPECT_EQ(own.received_bytes, part * (4 * (n - 1) + (rank == 0 ? n - 1 : 2)));
  }
}

TEST_P(Ranks, RefuseWhatDoesNotFit) {
  const int n = GetParam();
  EXPECT_EQ(message_of([n] {
              ThreadGroup::run(n, [](const std::shared_ptr<Communicator>& ranks) {
                std::byte mine{};
                std::vector<std::byte> all(static_cast<std::size_t>(ranks->size()) + 1);
                ranks->all_gather(std::span(&mine, 1), all);
              });
            }),
            Message::kWrongCall);
  EXPECT_EQ(message_of([n] {
              ThreadGroup::run(n,
                               [](const std::shared_ptr<Communicator>& ranks) { ranks->broadcast({}, ranks->size()); });
            }),
            Message::kWrongCall);
}

TEST(SelfCommunicator, IsOneRankThatKeepsItsOwn) {
  const auto self = make_self_communicator();
  EXPECT_EQ(self->rank(), 0);
  EXPECT_EQ(self->size(), 1);
  std::vector<float> values = {1, 2};
  self->all_reduce(std::span(values));
  self->start_all_reduce(std::span(values))->wait();
  EXPECT_THAT(values, ElementsAre(1, 2));
  std::vector<float> copy(2);
  self->all_gather(std::as_bytes(std::span(values)), std::as_writable_bytes(std::span(copy)));
  EXPECT_EQ(copy, values);
  copy = {0, 0};
  self->reduce_scatter(std::span<const float>(values), std::span(copy));
  EXPECT_EQ(copy, values);
  EXPECT_EQ(self->traffic().calls, 4);
  EXPECT_EQ(self->traffic().sent_bytes, 0);
  EXPECT_EQ(message_of([&] { self->broadcast({}, 1); }), Message::kWrongCall);
}

}  // namespace
}  // namespace alexnet
