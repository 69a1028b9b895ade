// A network in towers computes what it computes whole.
#include "alexnet/network/rewrites/towers.h"

#include <cmath>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/backends/reference_backend.h"
#include "alexnet/core/random.h"
#include "alexnet/distributed/thread_group.h"
#include "alexnet/models/models.h"
#include "alexnet/runtime/backend.h"

#include "support/grouped.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

using testing_support::grouped_network;
using testing_support::message_of;

constexpr int kRows = 6;

Batch photos_of(std::uint32_t step) {
  Batch batch;
  batch.input = Tensor(ElementType::kU8, {kRows, 21, 21, 3});
  RandomStream draws(11, Purpose::kCrop, 0, step);
  for (std::uint8_t& pixel : batch.input.as<std::uint8_t>()) {
    pixel = static_cast<std::uint8_t>(draws.below(256));
  }
  batch.rows = step % 5 == 4 ? kRows - 1 : kRows;
  for (int row = 0; row < kRows; ++row) {
    batch.labels.push_back(static_cast<std::int32_t>(draws.below(5)));
  }
  batch.epoch = 1;
  batch.position = step * kRows;
  return batch;
}

CompileOptions training_options(Precision precision) {
  CompileOptions options;
  options.batch = kRows;
  options.precision = precision;
  options.statistics = Statistics::kTraining;
  options.backward = Backward::kAll;
  options.update = Sgd{.momentum = 0.9, .decay = 0.0005};
  options.seed = 3;
  options.threads = 1;
  return options;
}

using MakeBackend = std::function<std::shared_ptr<Backend>()>;

/// The losses of some steps of one process.
std::vector<double> whole_losses(const MakeBackend& make, const Network& network, const Weights& weights,
                                 const CompileOptions& options, int steps) {
  const auto backend = make();
  const auto program = backend->compile(network, backend->parameters(network, weights, options.precision), options);
  std::vector<double> losses;
  const std::vector<double> rates{0.02};
  for (int step = 0; step < steps; ++step) {
    losses.push_back(program->train(photos_of(static_cast<std::uint32_t>(step)), {.rates = rates}).loss);
  }
  return losses;
}

/// Those of towers: of the root, which alone has any. `weights` become what the towers learnt.
std::vector<double> tower_losses(const MakeBackend& make, const Network& network, Weights& weights, int towers,
                                 const CompileOptions& options, int steps) {
  std::vector<double> losses;
  std::vector<std::optional<WeightedNetwork>> learnt(static_cast<std::size_t>(towers));
  ThreadGroup::run(towers, [&](const std::shared_ptr<Communicator>& communicator) {
    const auto backend = make();
    const WeightedNetwork tower = split(network, weights, communicator->rank(), towers);
    CompileOptions own = options;
    own.communicator = communicator;
    const auto parameters = backend->parameters(tower.network, tower.weights, options.precision);
    const auto program = backend->compile(tower.network, parameters, own);
    const std::vector<double> rates{0.02};
    for (int step = 0; step < steps; ++step) {
      const double loss = program->train(photos_of(static_cast<std::uint32_t>(step)), {.rates = rates}).loss;
      if (communicator->rank() == 0) {
        losses.push_back(loss);
      } else {
        EXPECT_EQ(loss, 0);
      }
    }
    learnt[static_cast<std::size_t>(communicator->rank())] = WeightedNetwork{tower.network, parameters->read()};
  });
  std::vector<WeightedNetwork> all;
  for (auto& tower : learnt) {
    all.push_back(std::move(tower.value()));
  }
  weights = merge(all).weights;
  return losses;
}

double largest_relative_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = a.size() == b.size() ? 0 : INFINITY;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    largest = std::max(largest, std::abs(a[i] - b[i]) / std::abs(a[i]));
  }
  return largest;
}

constexpr int kSteps = 20;

TEST(Towers, TrainAsTheWholeNetworkInDouble) {
  for (const int towers : {2, 3}) {
    const Network network = grouped_network(towers);
    const CompileOptions options = training_options(Precision::kF64);
    Weights weights = initial_weights(network, 5, ElementType::kF64);
    const auto whole = whole_losses(make_reference_backend, network, weights, options, kSteps);
    const auto of_towers = tower_losses(make_reference_backend, network, weights, towers, options, kSteps);
    RecordProperty(fmt::format("{} towers", towers),
                   fmt::format("{:.1e}", largest_relative_difference(whole, of_towers)));
    EXPECT_LT(largest_relative_difference(whole, of_towers), 1e-12);
    EXPECT_GT(std::abs(whole.back() - whole.front()), 1e-3) << "the steps are all the same: the test shows nothing";
  }
}

TEST(Towers, TrainAsTheWholeNetworkInFloatOnCpu) {
  const auto make = [] { return make_cpu_backend(1); };
  for (const int towers : {2, 3}) {
    const Network network = grouped_network(towers);
    const CompileOptions options = training_options(Precision::kF32);
    Weights weights = initial_weights(network, 5);
    const auto whole = whole_losses(make, network, weights, options, kSteps);
    const auto of_towers = tower_losses(make, network, weights, towers, options, kSteps);
    RecordProperty(fmt::format("{} towers", towers),
                   fmt::format("{:.1e}", largest_relative_difference(whole, of_towers)));
    EXPECT_LT(largest_relative_difference(whole, of_towers), 1e-5);
  }
}

TEST(Towers, LimitTheNormOverAllOfThem) {
  for (const bool on_cpu : {false, true}) {
    const MakeBackend make = [on_cpu] { return on_cpu ? make_cpu_backend(1) : make_reference_backend(); };
    const Network network = grouped_network();
    CompileOptions options = training_options(on_cpu ? Precision::kF32 : Precision::kF64);
    options.clip_norm = 0.5;
    Weights weights = initial_weights(network, 5, on_cpu ? ElementType::kF32 : ElementType::kF64);
    const auto whole = whole_losses(make, network, weights, options, 8);
    const auto of_towers = tower_losses(make, network, weights, 2, options, 8);
    EXPECT_LT(largest_relative_difference(whole, of_towers), on_cpu ? 1e-5 : 1e-12);
    options.clip_norm = 0;
    EXPECT_GT(largest_relative_difference(
                  whole, whole_losses(make, network,
                                      initial_weights(network, 5, on_cpu ? ElementType::kF32 : ElementType::kF64),
                                      options, 8)),
              1e-4)
        << "the limit is never reached: the test shows nothing";
  }
}

/// Bytes that each rank sends in one call, forward alone and in a whole step.
struct Sent {
  std::int64_t forward = 0;
  std::int64_t step = 0;
};

std::vector<Sent> sent_by(const MakeBackend& make) {
  std::vector<Sent> sent(2);
  const Network network = grouped_network();
  const Weights weights = initial_weights(network, 5);
  ThreadGroup::run(2, [&](const std::shared_ptr<Communicator>& communicator) {
    const auto backend = make();
    const WeightedNetwork tower = split(network, weights, communicator->rank(), 2);
    CompileOptions options = training_options(Precision::kF32);
    options.communicator = communicator;
    const auto program = backend->compile(tower.network, backend->parameters(tower.network, tower.weights), options);
    Sent& own = sent[static_cast<std::size_t>(communicator->rank())];
    static_cast<void>(program->infer(photos_of(0)));
    own.forward = communicator->traffic().sent_bytes;
    const std::vector<double> rates{0.02};
    static_cast<void>(program->train(photos_of(0), {.rates = rates}));
    own.step = communicator->traffic().sent_bytes - own.forward;
  });
  return sent;
}

TEST(Towers, SendWhatTheirLayersSay) {
  const auto elements = [](int rank) {
    const auto all = exchanges(split(grouped_network(), rank, 2));
    return std::accumulate(all.begin(), all.end(), std::int64_t{0},
                           [](std::int64_t sum, const Exchange& e) { return sum + e.elements; });
  };
  for (const MakeBackend& make :
       {MakeBackend(make_reference_backend), MakeBackend([] { return make_cpu_backend(1); })}) {
    const auto sent = sent_by(make);
    const std::int64_t floats = kRows * std::int64_t{sizeof(float)};
    EXPECT_EQ(sent[0].forward, floats * elements(0));
    EXPECT_EQ(sent[1].forward, floats * elements(1));
    // Backward what was received comes back: each sends the other's part of its gradients.
    EXPECT_EQ(sent[0].step, floats * (elements(0) + elements(1)));
    EXPECT_EQ(sent[1].step, floats * (elements(1) + elements(0)));
  }
}

TEST(Towers, Of2012SendWhatTheirCardsSent) {
  std::vector<std::int64_t> sent(2);
  ThreadGroup::run(2, [&](const std::shared_ptr<Communicator>& communicator) {
    const Network tower = split(models::alexnet_2012(), communicator->rank(), 2);
    Weights weights;  // zeros: what crosses does not depend on them
    for (const ParameterSpec& spec : tower.parameters()) {
      weights.emplace(spec.name, Tensor(ElementType::kF32, spec.shape));
    }
    const auto backend = make_cpu_backend(1);
    CompileOptions options;
    options.communicator = communicator;
    const auto program = backend->compile(tower, backend->parameters(tower, std::exchange(weights, {})), options);
    Batch batch;
    batch.input = Tensor(ElementType::kU8, {1, 224, 224, 3});
    batch.rows = 1;
    static_cast<void>(program->infer(batch));
    sent[static_cast<std::size_t>(communicator->rank())] = communicator->traffic().sent_bytes;
  });
  // Numbers a photo, computed from AlexNet-Source-Code, layers/layers-145.cfg.
  EXPECT_EQ(sent[0], 28288 * std::int64_t{sizeof(float)});
  EXPECT_EQ(sent[1], 30336 * std::int64_t{sizeof(float)});
}

TEST(Towers, WaitForNobodyWhereNobodyIs) {
  const Network tower = split(grouped_network(), 0, 2);
  for (const auto& backend : {make_reference_backend(), make_cpu_backend(1)}) {
    const auto parameters = backend->parameters(tower, initial_weights(tower, 1));
    EXPECT_EQ(message_of([&] { static_cast<void>(backend->compile(tower, parameters, {})); }), Message::kTowerAlone);
    ThreadGroup::run(3, [&](const std::shared_ptr<Communicator>& communicator) {
      CompileOptions options;
      options.communicator = communicator;
      EXPECT_EQ(message_of([&] { static_cast<void>(backend->compile(tower, parameters, options)); }),
                Message::kTowerAlone);
    });
  }
}

TEST(Towers, RefuseAnotherRankAndRatesByNorms) {
  const auto backend = make_reference_backend();
  ThreadGroup::run(2, [&](const std::shared_ptr<Communicator>& communicator) {
    const Network other = split(grouped_network(), 1 - communicator->rank(), 2);
    CompileOptions options;
    options.communicator = communicator;
    EXPECT_EQ(
        message_of([&] {
          static_cast<void>(backend->compile(other, backend->parameters(other, initial_weights(other, 1)), options));
        }),
        Message::kWrongCall);
    const Network tower = split(grouped_network(), communicator->rank(), 2);
    options.update = Lars{};
    EXPECT_EQ(
        message_of([&] {
          static_cast<void>(backend->compile(tower, backend->parameters(tower, initial_weights(tower, 1)), options));
        }),
        Message::kWrongCall);
  });
}

}  // namespace
}  // namespace alexnet
