// A network in hybrid parallelism makes the steps of one process.
#include "alexnet/distributed/hybrid.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/backends/reference_backend.h"
#include "alexnet/core/random.h"
#include "alexnet/distributed/thread_group.h"
#include "alexnet/models/models.h"
#include "alexnet/network/rewrites/hybrid.h"

#include "support/grouped.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

using testing_support::grouped_network;
using testing_support::message_of;

constexpr int kPhotosOfStep = 7;
constexpr int kStepsMade = 8;
using MakeBackend = std::function<std::shared_ptr<Backend>()>;

/// The last step of each epoch has fewer photos: with 4 ranks one has none.
int rows_of_step(int step) { return step % 4 == 3 ? 5 : kPhotosOfStep; }

int rows_of_rank(int step, int rank, int ranks) {
  const int part = (kPhotosOfStep + ranks - 1) / ranks;
  return std::clamp(rows_of_step(step) - rank * part, 0, part);
}

/// Photos `first` to first + rows of a step.
Batch photos_of(int step, int first, int rows, const Network& network) {
  const auto size = network.input()[1];
  Batch batch;
  batch.input = Tensor(ElementType::kU8, {std::max(rows, 1), size, size, 3});
  for (int row = 0; row < rows; ++row) {
    RandomStream draws(11, Purpose::kCrop, static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(first + row));
    const std::size_t pixels = static_cast<std::size_t>(size * size * 3);
    for (std::uint8_t& pixel : batch.input.as<std::uint8_t>().subspan(static_cast<std::size_t>(row) * pixels, pixels)) {
      pixel = static_cast<std::uint8_t>(draws.below(256));
    }
    batch.labels.push_back(static_cast<std::int32_t>(draws.below(5)));
    batch.weights.push_back(0.5F + static_cast<float>((first + row) % 3));
  }
  for (int row = 0; row < rows_of_step(step); ++row) {
    batch.divisor += 0.5 + row % 3;
  }
  batch.rows = rows;
  batch.epoch = 1;
  batch.position = static_cast<std::uint32_t>(step * kPhotosOfStep + first);
  return batch;
}

CompileOptions training_options(Precision precision, int batch) {
  CompileOptions options;
  options.batch = batch;
  options.precision = precision;
  options.statistics = Statistics::kTraining;
  options.backward = Backward::kAll;
  options.update = Sgd{.momentum = 0.9, .decay = 0.0005};
  options.seed = 3;
  options.threads = 1;
  return options;
}

struct Setting {
  MakeBackend make = make_reference_backend;
  Precision precision = Precision::kF64;
  HybridScheme scheme = HybridScheme::kAtOnce;
  Network network = grouped_network();
  double clip_norm = 0;
  double average = 0;
};

/// What some steps leave.
struct Trained {
  std::vector<double> losses = {};
  Weights weights = {};
  Weights momentum = {};
  Weights average = {};
};

Weights first_weights(const Setting& setting) {
  return initial_weights(setting.network, 5,
                         setting.precision == Precision::kF64 ? ElementType::kF64 : ElementType::kF32);
}

/// Of one rank; alone without a communicator.
Trained train(const Setting& setting, std::shared_ptr<Communicator> ranks = {}) {
  const int rank = ranks ? ranks->rank() : 0;
  const int size = ranks ? ranks->size() : 1;
  const int part = (kPhotosOfStep + size - 1) / size;
  auto backend = setting.make();
  CompileOptions options = training_options(setting.precision, part);
  options.clip_norm = setting.clip_norm;
  options.average = setting.average;
  if (ranks) {
    backend = make_hybrid_backend(backend, ranks, setting.scheme);
    options.hold_gradients = true;
    options.communicator = ranks;
    options.share_statistics = true;
  }
  const auto parameters = backend->parameters(setting.network, first_weights(setting), setting.precision);
  const auto program = backend->compile(setting.network, parameters, options);
  std::vector<GradientView> views;
  TrainCall call;
  const std::vector<double> rates{0.02};
  call.rates = rates;
  if (ranks) {
    call.observer = [&](const GradientView& view) { views.push_back(view); };
    call.before_update = [&] {
      for (const GradientView& view : views) {
        if (!view.complete) {
          view.values64.empty() ? ranks->all_reduce(view.values) : ranks->all_reduce(view.values64);
        }
      }
    };
  }
  Trained trained;
  for (int step = 0; step < kStepsMade; ++step) {
    views.clear();
    const int rows = ranks ? rows_of_rank(step, rank, size) : rows_of_step(step);
    double loss = program->train(photos_of(step, rank * part, rows, setting.network), call).loss;
    if (ranks) {
      ranks->all_reduce(std::span<double>(&loss, 1));
    }
    trained.losses.push_back(loss);
  }
  trained.weights = parameters->read();
  trained.momentum = parameters->read_slot("momentum");
  trained.average = setting.average > 0 ? parameters->read_slot("average") : Weights{};
  EXPECT_EQ(parameters->read(parameters->network().parameters().size() - 3),
            trained.weights.at(parameters->network().parameters()[parameters->network().parameters().size() - 3].name));
  return trained;
}

std::vector<Trained> train_on(int ranks, const Setting& setting) {
  std::vector<Trained> trained(static_cast<std::size_t>(ranks));
  ThreadGroup::run(ranks, [&](const std::shared_ptr<Communicator>& communicator) {
    trained[static_cast<std::size_t>(communicator->rank())] = train(setting, communicator);
  });
  return trained;
}

double largest_difference(const Weights& a, const Weights& b) {
  double largest = a.size() == b.size() ? 0 : INFINITY;
  for (const auto& [name, tensor] : a) {
    const Tensor x = tensor.converted(ElementType::kF64);
    const Tensor y = b.at(name).converted(ElementType::kF64);
    for (std::size_t i = 0; i < static_cast<std::size_t>(x.size()); ++i) {
      largest = std::max(largest, std::abs(x.as<double>()[i] - y.as<double>()[i]));
    }
  }
  return largest;
}

double expect_near(const Trained& a, const Trained& b, double tolerance) {
  double largest = std::max({largest_difference(a.weights, b.weights), largest_difference(a.momentum, b.momentum),
                             largest_difference(a.average, b.average)});
  EXPECT_EQ(a.losses.size(), b.losses.size());
  for (std::size_t i = 0; i < a.losses.size(); ++i) {
    largest = std::max(largest, std::abs(a.losses[i] - b.losses[i]));
  }
  EXPECT_LE(largest, tolerance);
  return largest;
}

class Hybrid : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(OneToFour, Hybrid, testing::Values(1, 2, 3, 4));

TEST_P(Hybrid, MakesTheStepsOfOneProcessInDouble) {
  for (const HybridScheme scheme : {HybridScheme::kAtOnce, HybridScheme::kInTurn}) {
    const Setting setting{.scheme = scheme, .network = grouped_network(GetParam() == 1 ? 2 : GetParam())};
    const Trained alone = train(setting);
    EXPECT_GT(std::abs(alone.losses.back() - alone.losses.front()), 1e-3);
    for (const Trained& rank : train_on(GetParam(), setting)) {
      RecordProperty(fmt::format("scheme {}", static_cast<int>(scheme)),
                     fmt::format("{:.1e}", expect_near(rank, alone, 1e-12)));
    }
  }
}

TEST_P(Hybrid, MakesThemInFloatOnTheCpuToo) {
  for (const HybridScheme scheme : {HybridScheme::kAtOnce, HybridScheme::kInTurn}) {
    const Setting setting{.make = [] { return make_cpu_backend(1); },
                          .precision = Precision::kF32,
                          .scheme = scheme,
                          .network = grouped_network(GetParam() == 1 ? 2 : GetParam())};
    const Trained alone = train(setting);
    for (const Trained& rank : train_on(GetParam(), setting)) {
      RecordProperty(fmt::format("scheme {}", static_cast<int>(scheme)),
                     fmt::format("{:.1e}", expect_near(rank, alone, 1e-5)));
    }
  }
}

TEST(HybridProgram, LimitsTheNormOverAllRanksAndKeepsTheAverage) {
  for (const bool cpu : {false, true}) {
    Setting setting{.make = cpu ? MakeBackend([] { return make_cpu_backend(1); }) : make_reference_backend,
                    .precision = cpu ? Precision::kF32 : Precision::kF64,
                    .clip_norm = 0.3,
                    .average = 0.9};
    const Trained alone = train(setting);
    for (const Trained& rank : train_on(2, setting)) {
      expect_near(rank, alone, cpu ? 1e-5 : 1e-12);
    }
    setting.clip_norm = 0;
    EXPECT_GT(largest_difference(train(setting).weights, alone.weights), 1e-4) << "the limit is never reached";
  }
}

TEST(HybridProgram, SharesStatisticsBehindADenseLayer) {
  Network::Options options = grouped_network().options();
  const auto behind = std::ranges::find_if(options.layers, [](const Layer& l) { return name_of(l) == "relu6"; });
  options.layers.insert(behind, BatchNorm{.name = "bn6", .momentum = 0.9});
  Setting setting{.network = Network(std::move(options))};
  const Trained alone = train(setting);
  for (const Trained& rank : train_on(2, setting)) {
    expect_near(rank, alone, 1e-12);
  }
  setting.scheme = HybridScheme::kInTurn;
  EXPECT_EQ(message_of([&] { train_on(2, setting); }), Message::kWrongCall);
}

/// Without batch normalisation, whose statistics would cross too.
Network without_statistics(int ranks) {
  Network::Options options = grouped_network(ranks).options();
  std::erase_if(options.layers, [](const Layer& layer) { return std::holds_alternative<BatchNorm>(layer); });
  return Network(std::move(options));
}

TEST(HybridProgram, SendsWhatIsComputed) {
  for (const int ranks : {2, 3, 4}) {
    for (const HybridScheme scheme : {HybridScheme::kAtOnce, HybridScheme::kInTurn}) {
      const Network network = without_statistics(ranks);
      ThreadGroup::run(ranks, [&](const std::shared_ptr<Communicator>& communicator) {
        const auto backend = make_hybrid_backend(make_cpu_backend(1), communicator, scheme);
        const int part = (kPhotosOfStep + ranks - 1) / ranks;
        CompileOptions options = training_options(Precision::kF32, part);
        options.hold_gradients = true;
        const auto program =
            backend->compile(network, backend->parameters(network, initial_weights(network, 5)), options);
        for (const int step : {0, 3}) {
          std::vector<std::int64_t> rows;
          for (int rank = 0; rank < ranks; ++rank) {
            rows.push_back(rows_of_rank(step, rank, ranks));
          }
          const std::int64_t before = communicator->traffic().sent_bytes;
          const int own = static_cast<int>(rows[static_cast<std::size_t>(communicator->rank())]);
          static_cast<void>(program->train(photos_of(step, communicator->rank() * part, own, network),
                                           {.rates = {}, .update = false}));
          const std::int64_t places = (ranks - 1) * std::int64_t{16};
          EXPECT_EQ(communicator->traffic().sent_bytes - before,
                    places + hybrid_activations_sent(network, communicator->rank(), rows) * std::int64_t{4});
        }
      });
    }
  }
}

// By hand: fc6 reads 256 x 6 x 6 numbers and has 4,096 units, as has fc7; 64 photos on each of 2 ranks.
TEST(HybridNetworks, OfTheTorchvisionNetworkSendFewerNumbersThanItHasWeights) {
  const Network network = models::torchvision();
  const std::vector<std::int64_t> rows{64, 64};
  EXPECT_EQ(hybrid_activations_sent(network, 0, rows), 2 * 64 * (9216 + 4096 + 2048));
  EXPECT_EQ(hybrid_summed_parameters(network), 2469696 + 4097000);
  const HybridNetworks cut = cut_hybrid(network, 1, 2);
  EXPECT_EQ(cut.dense.parameter_count(), (9216 * 4096 + 4096 + 4096 * 4096 + 4096) / 2);
}

TEST(HybridProgram, EvaluatesWithTheWeightsThatWereWrittenLast) {
  const Setting setting{.precision = Precision::kF32};
  ThreadGroup::run(2, [&](const std::shared_ptr<Communicator>& communicator) {
    const auto own = make_reference_backend();
    const auto backend = make_hybrid_backend(own, communicator, HybridScheme::kAtOnce);
    const auto parameters = backend->parameters(setting.network, first_weights(setting));
    CompileOptions options;
    options.batch = kPhotosOfStep;
    const auto program = backend->compile(setting.network, parameters, options);
    const Weights other = initial_weights(setting.network, 6);
    parameters->write(other);
    EXPECT_EQ(parameters->read(), other);
    const auto alone = own->compile(setting.network, own->parameters(setting.network, other), options);
    if (communicator->rank() == 1) {  // as often as it likes
      const Batch photos = photos_of(0, 0, 3, setting.network);
      EXPECT_EQ(program->infer(photos), alone->infer(photos));
    }
    EXPECT_EQ(message_of([&] { parameters->write({{"conv9.bias", Tensor()}}); }), Message::kTensorSurplus);
  });
}

TEST(HybridProgram, RefusesWhatItCannotDo) {
  ThreadGroup::run(2, [&](const std::shared_ptr<Communicator>& communicator) {
    const auto backend = make_hybrid_backend(make_reference_backend(), communicator, HybridScheme::kAtOnce);
    const Network network = grouped_network();
    const auto parameters = backend->parameters(network, initial_weights(network, 1));
    CompileOptions options = training_options(Precision::kF32, 4);
    const auto program = backend->compile(network, parameters, options);
    EXPECT_EQ(message_of([&] { static_cast<void>(program->infer(Batch())); }), Message::kWrongCall);
    EXPECT_EQ(message_of([&] { static_cast<void>(program->kept("fc6")); }), Message::kWrongCall);
    EXPECT_EQ(message_of([&] { program->update(std::vector<double>{0.1}); }), Message::kWrongCall);
    options.update = Lars{};
    EXPECT_EQ(message_of([&] { static_cast<void>(backend->compile(network, parameters, options)); }),
              Message::kWrongCall);
  });
}

TEST(HybridNetworks, RefuseWhatRanksCannotShare) {
  const Network network = grouped_network();  // 30 and 26 units
  EXPECT_EQ(message_of([&] { static_cast<void>(cut_hybrid(network, 0, 4)); }), Message::kNetworkInvalid);
  EXPECT_EQ(message_of([&] { static_cast<void>(cut_hybrid(network, 2, 2)); }), Message::kWrongCall);
  const auto of_layers = [](std::vector<Layer> layers) {
    return Network({.name = "n", .input = {3, 4, 4}, .layers = std::move(layers)});
  };
  EXPECT_EQ(message_of([&] {
              static_cast<void>(cut_hybrid(of_layers({Flatten{.name = "f"}, Dense{.name = "fc", .units = 4}}), 0, 2));
            }),
            Message::kNetworkInvalid);
}

}  // namespace
}  // namespace alexnet
