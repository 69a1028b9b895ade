#include "alexnet/bench/measurement.h"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "alexnet/models/models.h"
#include "alexnet/registry/registry.h"

#include "support/tiny.h"

namespace alexnet::bench {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

Measurement measured(const Options& options) {
  return measure(models::by_name("lenet5"), *make_backend("cpu"), options);
}

const ProfileRow* row_of(const Measurement& m, const std::string& layers, const std::string& pass) {
  const auto found = std::ranges::find_if(
      m.rows, [&](const ProfileRow& row) { return row.layers.starts_with(layers) && row.pass == pass; });
  return found == m.rows.end() ? nullptr : &*found;
}

// LeNet-5's first convolution: 6 filters of 1 x 5 x 5 at 28 x 28 places, 2 operations a multiply-accumulate.
TEST(Bench, CountsOneCallHoweverManyWereMeasured) {
  constexpr double kOperations = 2.0 * 6 * 25 * 28 * 28;
  for (const int steps : {1, 3}) {
    const Measurement m = measured({.batch = 4, .steps = steps, .warm_up = 1});
    EXPECT_THAT(m.step_ms, SizeIs(static_cast<std::size_t>(steps)));
    const ProfileRow* row = row_of(m, "conv1", "forward");
    ASSERT_NE(row, nullptr);
    EXPECT_DOUBLE_EQ(row->operations, 4 * kOperations);
    EXPECT_GT(row->milliseconds, 0);
    EXPECT_EQ(row_of(m, "conv1", "backward weights"), nullptr);
  }
}

TEST(Bench, MeasuresEveryPassOfATraining) {
  const Measurement m = measured({.train = true, .batch = 4, .steps = 2, .warm_up = 1, .update = Adam{}});
  for (const char* pass : {"forward", "backward weights", "update"}) {
    EXPECT_NE(row_of(m, "conv2", pass), nullptr) << pass;
  }
  EXPECT_NEAR(m.first_loss, std::log(10), 1);
  EXPECT_GT(m.memory.arena_bytes, 0);
  // Weights, and two moments of each.
  EXPECT_GE(m.memory.parameter_bytes, 3 * m.weight_bytes);
  EXPECT_LE(m.best_ms(), m.median_ms());
  EXPECT_DOUBLE_EQ(m.photos_per_second(20), 200);
}

TEST(Bench, WaitsForPhotosThatAreReadMeanwhile) {
  const testing_support::TinyDataset photos;
  const Network network = testing_support::tiny_network();
  Options options{.train = true, .batch = 4, .steps = 3, .warm_up = 1};
  Geometry geometry;
  geometry.resize = 9;
  geometry.width = geometry.height = 8;
  const auto backend = make_backend("cpu");
  Measurement m = measure(network, *backend, options);
  m.with_photos =
      measure_with_photos(network, *backend, options, photos, {0, 1, 2, 3, 4}, {.geometry = geometry, .batch = 4});
  EXPECT_GT(m.with_photos->photos_per_second, 0);
  EXPECT_GE(m.with_photos->wait_share, 0);
  EXPECT_LE(m.with_photos->wait_share, 1);
  EXPECT_THAT(summary_text(m), HasSubstr("waiting for them (1 thread reads)"));
  EXPECT_EQ(nlohmann::json::parse(to_json(m))["with_photos"]["loader_threads"], 1);
}

TEST(Bench, SaysTheSameInWordsAndInJson) {
  const Measurement m = measured({.batch = 2, .steps = 1, .warm_up = 1});
  const auto document = nlohmann::json::parse(to_json(m));
  EXPECT_EQ(document["schema"], "alexnet.bench");
  EXPECT_EQ(document["what"], "inference");
  ASSERT_EQ(document["profile"]["rows"].size(), m.rows.size());
  EXPECT_EQ(document["memory"]["rows"].size(), m.memory.rows.size());
  EXPECT_DOUBLE_EQ(document["profile"]["sum_ms"], m.rows_ms());
  EXPECT_THAT(summary_text(m), HasSubstr("lenet5, batch 2, inference"));
  for (const ProfileRow& row : m.rows) {
    EXPECT_THAT(layers_text(m), HasSubstr(row.layers));
  }
  for (const MemoryRow& row : m.memory.rows) {
    EXPECT_THAT(memory_text(m), HasSubstr(row.what));
  }
}

TEST(MachinePeak, IsMeasured) {
  EXPECT_GT(measure_peak(1).gflops, 0);
  EXPECT_GT(measure_read_speed(1), 0);
}

}  // namespace
}  // namespace alexnet::bench
