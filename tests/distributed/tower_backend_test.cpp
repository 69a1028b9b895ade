// The backend whose networks lie in towers on all ranks.
#include <functional>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "alexnet/backends/reference_backend.h"
#include "alexnet/core/random.h"
#include "alexnet/distributed/thread_group.h"
#include "alexnet/distributed/towers.h"

#include "support/grouped.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

using testing_support::grouped_network;
using testing_support::message_of;

constexpr int kPhotos = 4;

Batch noise() {
  Batch batch;
  batch.input = Tensor(ElementType::kF64, {kPhotos, 3, 21, 21});
  RandomStream draws(13, Purpose::kCrop);
  for (double& value : batch.input.as<double>()) {
    value = 255 * draws.uniform();
  }
  batch.rows = kPhotos;
  batch.labels = {0, 1, 2, 4};
  batch.epoch = 2;
  batch.position = 40;
  return batch;
}

/// Runs `work` on rank 0 over a backend in towers, and serves it elsewhere.
void in_towers(int towers, const std::function<void(const Backend&)>& work) {
  ThreadGroup::run(towers, [&](const std::shared_ptr<Communicator>& communicator) {
    if (communicator->rank() == 0) {
      work(*make_tower_backend(make_reference_backend(), communicator));
    } else {
      serve_tower([](std::string_view) { return make_reference_backend(); }, communicator);
    }
  });
}

CompileOptions options_in_double() {
  CompileOptions options;
  options.batch = kPhotos;
  options.precision = Precision::kF64;
  options.statistics = Statistics::kTraining;
  options.backward = Backward::kAll;
  options.update = Adam{};
  options.average = 0.9;
  options.accumulate = true;
  options.frozen = {"conv1", "fc8"};
  options.kept = {"normalize", "relu2", "fc7", "fc8"};
  options.seed = 8;
  return options;
}

/// What is seen of some steps over a backend.
struct Seen {
  std::vector<double> losses;
  std::vector<std::string> observed;  ///< names of gradients in the order that they were shown in
  std::vector<Tensor> tensors;
  Weights weights;
  Weights moments;
  std::int64_t step = 0;
};

Seen trained(const Backend& backend) {
  Seen seen;
  const Network network = grouped_network();
  const auto parameters = backend.parameters(network, initial_weights(network, 7, ElementType::kF64), Precision::kF64);
  const auto program = backend.compile(network, parameters, options_in_double());
  std::vector<double> rates(network.trainable().size());
  for (std::size_t i = 0; i < rates.size(); ++i) {
    rates[i] = 1e-3 * static_cast<double>(i);
  }
  for (int step = 0; step < 6; ++step) {
    const auto observer = [&](const GradientView& gradient) {
      seen.observed.push_back(*gradient.name + " " + std::to_string(gradient.parameter));
      seen.tensors.push_back(gradient.logical());
    };
    const TrainResult result = program->train(
        noise(), {.rates = rates, .update = step % 2 == 1, .observer = step == 3 ? observer : GradientObserver()});
    seen.losses.push_back(result.loss);
    seen.tensors.push_back(*result.scores);
  }
  CompileOptions averaged;
  averaged.batch = kPhotos;
  averaged.precision = Precision::kF64;
  averaged.read_average = true;
  seen.tensors.push_back(backend.compile(network, parameters, averaged)->infer(noise()));
  for (const std::string& layer : options_in_double().kept) {
    seen.tensors.push_back(program->kept(layer));
  }
  seen.weights = parameters->read();
  seen.moments = parameters->read_slot("adam_v");
  seen.step = parameters->step();
  return seen;
}

void expect_near(const Tensor& a, const Tensor& b) {
  ASSERT_EQ(a.shape(), b.shape());
  const auto x = a.as<double>();
  const auto y = b.as<double>();
  for (std::size_t i = 0; i < x.size(); ++i) {
    ASSERT_NEAR(x[i], y[i], 1e-11 * (1 + std::abs(x[i])));
  }
}

TEST(TowerBackend, IsSeenAsOneNetwork) {
  const Seen whole = trained(*make_reference_backend());
  Seen towers;
  in_towers(2, [&](const Backend& backend) { towers = trained(backend); });
  EXPECT_EQ(whole.step, towers.step);
  EXPECT_EQ(whole.observed, towers.observed);
  EXPECT_FALSE(whole.observed.empty());
  ASSERT_EQ(whole.losses.size(), towers.losses.size());
  for (std::size_t i = 0; i < whole.losses.size(); ++i) {
    EXPECT_NEAR(whole.losses[i], towers.losses[i], 1e-12 * whole.losses[i]);
  }
  ASSERT_EQ(whole.tensors.size(), towers.tensors.size());
  for (std::size_t i = 0; i < whole.tensors.size(); ++i) {
    expect_near(whole.tensors[i], towers.tensors[i]);
  }
  ASSERT_EQ(whole.weights.size(), towers.weights.size());
  for (const auto& [name, tensor] : whole.weights) {
    expect_near(tensor, towers.weights.at(name));
  }
  ASSERT_EQ(whole.moments.size(), towers.moments.size());
  for (const auto& [name, tensor] : whole.moments) {
    expect_near(tensor, towers.moments.at(name));
  }
}

TEST(TowerBackend, KeepsWeightsAndSlotsBitForBit) {
  for (const int towers : {2, 3}) {
    in_towers(towers, [&](const Backend& backend) {
      const Network network = grouped_network(towers);
      const Weights first = initial_weights(network, 1);
      const auto parameters = backend.parameters(network, first);
      EXPECT_EQ(parameters->read(), first);
      Weights second = initial_weights(network, 2);
      parameters->write(second);
      EXPECT_EQ(parameters->read(), second);
      parameters->write({{"conv2.bias", first.at("conv2.bias")}, {"fc8.bias", first.at("fc8.bias")}});
      second.at("conv2.bias") = first.at("conv2.bias");
      second.at("fc8.bias") = first.at("fc8.bias");
      EXPECT_EQ(parameters->read(), second);
      Weights slot;
      for (const ParameterSpec& spec : network.trainable()) {
        slot.emplace(spec.name, first.at(spec.name));
      }
      parameters->write_slot("momentum", slot);
      EXPECT_EQ(parameters->read_slot("momentum"), slot);
      EXPECT_EQ(parameters->slots(), std::vector<std::string>{"momentum"});
      for (std::size_t i = 0; i < network.parameters().size(); ++i) {
        EXPECT_EQ(parameters->read(i), second.at(network.parameters()[i].name));
      }
      parameters->set_step(12);
      EXPECT_EQ(parameters->step(), 12);
    });
  }
}

TEST(TowerBackend, RefusesBeforeTheOthersHearOfIt) {
  in_towers(2, [](const Backend& backend) {
    const Network network = grouped_network();
    const auto parameters =
        backend.parameters(network, initial_weights(network, 1, ElementType::kF64), Precision::kF64);
    const auto program = backend.compile(network, parameters, options_in_double());
    Batch wrong = noise();
    wrong.rows = 7;
    EXPECT_EQ(message_of([&] { static_cast<void>(program->infer(wrong)); }), Message::kWrongCall);
    wrong = noise();
    wrong.labels = {5, 5, 5, 5};
    const std::vector<double> rates{0.1};
    EXPECT_EQ(message_of([&] { static_cast<void>(program->train(wrong, {.rates = rates})); }), Message::kWrongCall);
    EXPECT_EQ(message_of([&] { static_cast<void>(program->train(noise(), {.rates = rates, .before_update = [] {}})); }),
              Message::kWrongCall);
    EXPECT_EQ(message_of([&] { static_cast<void>(program->kept("conv2")); }), Message::kWrongCall);
    EXPECT_EQ(message_of([&] { static_cast<void>(program->kept_gradient("relu2")); }), Message::kWrongCall);
    EXPECT_EQ(message_of([&] { static_cast<void>(program->input_gradient()); }), Message::kWrongCall);
    EXPECT_EQ(message_of([&] { program->backward("relu2", Tensor()); }), Message::kWrongCall);
    EXPECT_EQ(message_of([&] { parameters->write({{"conv9.bias", Tensor()}}); }), Message::kTensorSurplus);
    EXPECT_EQ(message_of([&] { parameters->write({{"conv2.bias", Tensor()}}); }), Message::kTensorShape);
    EXPECT_EQ(message_of([&] { static_cast<void>(parameters->read_slot("nothing")); }), Message::kUnknownName);
    EXPECT_EQ(message_of([&] {
                CompileOptions options;
                options.kept = {"conv9"};
                static_cast<void>(backend.compile(network, parameters, options));
              }),
              Message::kLayerUnknown);
    EXPECT_GT(program->train(noise(), {.rates = rates}).loss, 0);  // all are still there
  });
}

TEST(TowerBackend, EndsTheOthersWhenItsWorkFails) {
  EXPECT_EQ(message_of([] {
              in_towers(2, [](const Backend& backend) {
                const Network network = grouped_network();
                const auto parameters = backend.parameters(network, initial_weights(network, 1));
                throw Error(Message::kDiskFull, {{"where", "here"}});
              });
            }),
            Message::kDiskFull);
}

}  // namespace
}  // namespace alexnet
