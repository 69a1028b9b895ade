#include "alexnet/distributed/thread_group.h"

#include <atomic>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "alexnet/core/error.h"

#include "support/thrown.h"

namespace alexnet {
namespace {

using testing_support::argument;
using testing_support::message_of;
using testing_support::thrown;

TEST(ThreadGroup, ARankThatFailsEndsTheOthersToo) {
  std::atomic<int> stopped = 0;
  const auto work = [&](const std::shared_ptr<Communicator>& ranks) {
    if (ranks->rank() == 1) {
      throw std::runtime_error("the photo is gone");
    }
    const auto error = thrown([&] { ranks->barrier(); });
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->message(), Message::kCommunication);
    EXPECT_EQ(argument(*error, "where"), "rank 1");
    EXPECT_EQ(argument(*error, "reason"), "the photo is gone");
    ++stopped;
    throw Error(*error);
  };
  EXPECT_THROW(ThreadGroup::run(3, work), std::runtime_error);  // the one that came first
  EXPECT_EQ(stopped, 2);
}

TEST(ThreadGroup, ARankThatAbortsIsNamed) {
  const auto error = thrown([] {
    ThreadGroup::run(2, [](const std::shared_ptr<Communicator>& ranks) {
      if (ranks->rank() == 0) {
        ranks->abort("no disk");
      }
      ranks->barrier();
    });
  });
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(argument(*error, "where"), "rank 0");
  EXPECT_EQ(argument(*error, "reason"), "no disk");
}

TEST(ThreadGroup, ARankThatEndsEarlyIsNotWaitedFor) {
  const auto error = thrown([] {
    ThreadGroup::run(2, [](const std::shared_ptr<Communicator>& ranks) {
      if (ranks->rank() == 0) {
        ranks->barrier();
      }
    });
  });
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->message(), Message::kCommunication);
  EXPECT_EQ(argument(*error, "where"), "rank 1");
}

TEST(ThreadGroup, CallsThatDifferAreAnError) {
  const auto differ = [](const std::shared_ptr<Communicator>& ranks) {
    std::vector<float> values(ranks->rank() == 0 ? 3 : 4);
    ranks->all_reduce(std::span(values));
  };
  EXPECT_EQ(message_of([&] { ThreadGroup::run(2, differ); }), Message::kCommunication);
}

TEST(ThreadGroup, HasAtLeastOneRank) {
  EXPECT_EQ(message_of([] { ThreadGroup::run(0, [](const auto&) {}); }), Message::kWrongCall);
}

}  // namespace
}  // namespace alexnet
