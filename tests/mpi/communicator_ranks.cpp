// What a communicator promises, asked of MPI: each of the processes that mpirun started runs this program.
#include <atomic>
#include <cstdio>
#include <cstring>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/error.h"
#include "alexnet/distributed/mpi_communicator.h"

#include "core/bf16.h"

namespace alexnet {
namespace {

using testing::Each;
using testing::ElementsAre;

std::shared_ptr<Communicator> ranks;  // of this process, from main

/// What each rank has, in order of rank.
template <class T>
std::vector<T> gathered(const std::vector<T>& mine) {
  std::vector<T> all(mine.size() * static_cast<std::size_t>(ranks->size()));
  ranks->all_gather(std::as_bytes(std::span(mine)), std::as_writable_bytes(std::span(all)));
  return all;
}

TEST(MpiCommunicator, SumsToTheSameBitsOnEveryRank) {
  std::vector<float> values(100'001);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = 1.0F / static_cast<float>(i + 3 * static_cast<std::size_t>(ranks->rank()) + 1);
  }
  ranks->all_reduce(std::span(values));
  const std::vector<float> all = gathered(values);
  for (int rank = 0; rank < ranks->size(); ++rank) {
    const float* own = all.data() + static_cast<std::size_t>(rank) * values.size();
    EXPECT_EQ(std::memcmp(own, values.data(), values.size() * sizeof(float)), 0) << rank;
  }
}

TEST(MpiCommunicator, HasSeveralSumsUnderWayBesideOtherCalls) {
  std::vector<float> large(1'000'000, 1);
  std::vector<double> small = {1.0 + ranks->rank()};
  std::vector<std::uint16_t> halves = {float_to_bf16(1.5F)};
  const auto first = ranks->start_all_reduce(std::span(large));
  const auto second = ranks->start_all_reduce(std::span(small));
  const auto third = ranks->start_all_reduce_bf16(halves);
  ranks->barrier();
  third->wait();
  second->wait();
  first->wait();
  const int n = ranks->size();
  EXPECT_THAT(large, Each(static_cast<float>(n)));
  EXPECT_EQ(small[0], n * (n + 1) / 2.0);
  EXPECT_EQ(bf16_to_float(halves[0]), 1.5F * static_cast<float>(n));
  EXPECT_GT(ranks->traffic().started_seconds, 0);
}

TEST(MpiCommunicator, AddsPartsInOrderOfRank) {
  const auto value_of = [](int rank) { return rank == 1 ? 1e8F : 0.1F + static_cast<float>(rank) * 3; };
  const std::vector<float> all(3 * static_cast<std::size_t>(ranks->size()), value_of(ranks->rank()));
  std::vector<float> mine(3);
  ranks->reduce_scatter(std::span<const float>(all), std::span(mine));
  float expected = value_of(0);
  for (int rank = 1; rank < ranks->size(); ++rank) {
    expected += value_of(rank);
  }
  EXPECT_THAT(mine, Each(expected));
}

TEST(MpiCommunicator, GathersScattersAndTells) {
  const int root = ranks->size() - 1;
  const bool is_root = ranks->rank() == root;
  std::vector<int> mine = {10 * ranks->rank()};
  std::vector<int> all(is_root ? static_cast<std::size_t>(ranks->size()) : 0);
  ranks->gather(std::as_bytes(std::span(mine)), std::as_writable_bytes(std::span(all)), root);
  for (std::size_t rank = 0; rank < all.size(); ++rank) {
    EXPECT_EQ(all[rank], 10 * static_cast<int>(rank));
    all[rank] += 1;
  }
  ranks->scatter(std::as_bytes(std::span(all)), std::as_writable_bytes(std::span(mine)), root);
  EXPECT_THAT(mine, ElementsAre(10 * ranks->rank() + 1));
  ranks->broadcast(std::as_writable_bytes(std::span(mine)), root);
  EXPECT_THAT(mine, ElementsAre(10 * root + 1));
}

TEST(MpiCommunicator, CountsAsTrafficSays) {
  const Traffic before = ranks->traffic();
  std::vector<float> values(12 * static_cast<std::size_t>(ranks->size()));
  ranks->all_reduce(std::span(values));
  const Traffic after = ranks->traffic();
  EXPECT_EQ(after.sent_bytes - before.sent_bytes, 2 * 48 * (ranks->size() - 1));
  EXPECT_EQ(after.received_bytes - before.received_bytes, 2 * 48 * (ranks->size() - 1));
  EXPECT_EQ(after.calls - before.calls, 1);
}

TEST(MpiCommunicator, RefusesWhatDoesNotFit) {
  std::vector<std::byte> all(static_cast<std::size_t>(ranks->size()) + 1);
  EXPECT_THROW(ranks->all_gather(std::span<const std::byte>(all).first(1), all), Error);
  EXPECT_THROW(ranks->broadcast(all, ranks->size()), Error);
}

}  // namespace
}  // namespace alexnet

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const std::atomic<int> stop = 0;
  alexnet::ranks = alexnet::make_mpi_communicator(stop);
  const int status = RUN_ALL_TESTS();
  alexnet::ranks.reset();  // MPI ends before main does
  return status;
}
