#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/backends/reference_backend.h"
#include "alexnet/core/error.h"

#include "backends/reference_run.h"

namespace alexnet {
namespace {

using test::batch_of;
using test::numbers;
using test::ReferenceRun;
using test::values_of;
using testing::ElementsAre;

/// The error's message and its argument `where`.
template <class F>
std::pair<Message, std::string> refused(F call) {
  try {
    call();
  } catch (const Error& error) {
    const auto found = std::ranges::find(error.arguments(), "where", &MessageArguments::value_type::first);
    return {error.message(), found == error.arguments().end() ? "" : found->second};
  }
  return {Message::kCount, "no error"};
}

std::vector<Layer> two_layers() {
  return {Dense{.name = "fc1", .units = 2}, ReLU{"relu1"}, Dense{.name = "fc2", .units = 2}};
}
Weights two_weights() {
  return {{"fc1.weight", numbers({2, 2}, {1, 2, 3, 4})}, {"fc2.weight", numbers({2, 2}, {1, -1, 2, 1})}};
}
CompileOptions options(Backward backward, std::vector<std::string> kept = {}) {
  CompileOptions compile;
  compile.backward = backward;
  compile.kept = std::move(kept);
  return compile;
}

TEST(ReferenceProgram, KeepsActivationsAndTheirGradients) {
  ReferenceRun run({2}, two_layers(), two_weights(), options(Backward::kInput, {"fc1", "fc2"}));
  EXPECT_THAT(run.infer(numbers({1, 2}, {1, 1})), ElementsAre(-4, 13));
  EXPECT_THAT(values_of(run.program->kept("fc1")), ElementsAre(3, 7));
  run.program->backward("fc2", numbers({1, 2}, {1, 10}));
  EXPECT_THAT(values_of(run.program->kept_gradient("fc2")), ElementsAre(1, 10));
  EXPECT_THAT(values_of(run.program->kept_gradient("fc1")), ElementsAre(21, 9));
  EXPECT_THAT(values_of(run.program->input_gradient()), ElementsAre(21 + 27, 42 + 36));
  // From a layer in the middle: what comes after it has no gradient.
  run.program->backward("fc1", numbers({1, 2}, {1, 0}));
  EXPECT_THAT(values_of(run.program->input_gradient()), ElementsAre(1, 2));
  EXPECT_EQ(refused([&] { static_cast<void>(run.program->kept_gradient("fc2")); }).first, Message::kWrongCall);
}

TEST(ReferenceProgram, ShowsGradientsLastLayerFirstAndBeforeTheUpdate) {
  CompileOptions compile = options(Backward::kAll);
  compile.update = Sgd{};
  ReferenceRun run({2}, two_layers(), two_weights(), compile);
  const std::vector<double> before = values_of(run.parameters->read().at("fc2.weight"));
  std::vector<std::string> names;
  const auto observer = [&](const GradientView& view) {
    names.push_back(*view.name);
    EXPECT_EQ(run.parameters->network().trainable()[view.parameter].name, *view.name);
    EXPECT_EQ(view.logical().shape(), run.parameters->network().trainable()[view.parameter].shape);
    EXPECT_EQ(values_of(run.parameters->read().at("fc2.weight")), before);
  };
  const std::vector<double> rates = {0.1};
  static_cast<void>(run.program->train(batch_of(numbers({1, 2}, {1, 1})), {.rates = rates, .observer = observer}));
  EXPECT_THAT(names, ElementsAre("fc2.weight", "fc2.bias", "fc1.weight", "fc1.bias"));
  EXPECT_NE(values_of(run.parameters->read().at("fc2.weight")), before);
}

TEST(ReferenceProgram, SharesParametersWithOtherPrograms) {
  CompileOptions compile = options(Backward::kAll);
  compile.update = Sgd{};
  ReferenceRun run({2}, two_layers(), two_weights(), compile);
  CompileOptions serving;
  serving.precision = Precision::kF64;
  const auto other = run.backend->compile(run.parameters->network(), run.parameters, serving);
  const Batch batch = batch_of(numbers({1, 2}, {1, 1}));
  const std::uint64_t version = run.parameters->version();
  const std::vector<double> rates = {0.1};
  static_cast<void>(run.program->train(batch, {.rates = rates}));
  EXPECT_GT(run.parameters->version(), version);
  EXPECT_EQ(values_of(other->infer(batch)), run.infer(batch));
}

TEST(ReferenceProgram, TakesABatchWithoutRows) {
  CompileOptions compile = options(Backward::kAll);
  compile.statistics = Statistics::kTraining;
  std::vector<Layer> layers = two_layers();
  layers.insert(layers.begin() + 1, BatchNorm{.name = "norm1"});
  ReferenceRun run({2}, layers, {}, compile);
  Batch batch = batch_of(numbers({2, 2}, {1, 2, 3, 4}));
  batch.rows = 0;
  double largest = 0;
  const auto observer = [&](const GradientView& view) { largest = std::max(largest, std::ranges::max(view.values64)); };
  const TrainResult result = run.program->train(batch, {.rates = {}, .update = false, .observer = observer});
  EXPECT_EQ(result.loss, 0);
  EXPECT_EQ(result.scores->shape(), (Shape{0, 2}));
  EXPECT_EQ(largest, 0);
  EXPECT_THAT(values_of(run.parameters->read().at("norm1.running_var")), ElementsAre(1, 1));
}

TEST(ReferenceProgram, RefusesCallsThatItWasNotCompiledFor) {
  ReferenceRun infers({2}, two_layers(), {}, options(Backward::kNone, {"fc1"}));
  ReferenceRun explains({2}, two_layers(), {}, options(Backward::kInput, {"fc1"}));
  ReferenceRun trains({2}, two_layers(), {}, options(Backward::kAll));
  const Batch batch = batch_of(numbers({1, 2}, {1, 1}));
  const Tensor gradient = numbers({1, 2}, {1, 1});
  const auto train = [&](ReferenceRun& run, const TrainCall& call) {
    return refused([&] { static_cast<void>(run.program->train(batch, call)); });
  };
  const auto wrong = [](const std::string& where) { return std::pair(Message::kWrongCall, where); };
  EXPECT_EQ(train(explains, {.rates = {}, .update = false, .observer = {}}), wrong("Program::train"));
  EXPECT_EQ(train(trains, {.rates = {}, .update = true, .observer = {}}), wrong("Program::train"));
  EXPECT_EQ(refused([&] { explains.program->backward("fc1", gradient); }), wrong("Program::backward"));
  EXPECT_EQ(refused([&] { static_cast<void>(infers.program->kept("fc1")); }), wrong("Program::kept"));
  static_cast<void>(infers.infer(batch));
  static_cast<void>(explains.infer(batch));
  EXPECT_EQ(refused([&] { infers.program->backward("fc1", gradient); }), wrong("Program::backward"));
  EXPECT_EQ(refused([&] { static_cast<void>(explains.program->kept("relu1")); }), wrong("relu1"));
  EXPECT_EQ(refused([&] { static_cast<void>(explains.program->kept("fc9")); }),
            std::pair(Message::kLayerUnknown, std::string("fc9")));
  EXPECT_EQ(refused([&] { static_cast<void>(explains.program->input_gradient()); }), wrong("Program::input_gradient"));
  EXPECT_EQ(refused([&] {
              explains.program->backward("fc1", numbers({2}, {1, 1}));
            }),
            std::pair(Message::kShapeMismatch, std::string("gradient of layer fc1")));
}

TEST(ReferenceBackend, RefusesParametersOfAnotherNetworkOrPrecision) {
  const auto backend = make_reference_backend();
  const Network network({.name = "a", .input = {2}, .layers = {ReLU{"relu"}}});
  const Network other({.name = "b", .input = {3}, .layers = {ReLU{"relu"}}});
  const auto parameters = backend->parameters(network, {});
  const auto compile = [&](const Network& of, std::shared_ptr<Parameters> over, Precision precision) {
    CompileOptions compiled;
    compiled.precision = precision;
    return refused([&] { static_cast<void>(backend->compile(of, std::move(over), compiled)); }).first;
  };
  EXPECT_EQ(compile(network, parameters, Precision::kF32), Message::kCount);
  EXPECT_EQ(compile(network, parameters, Precision::kF64), Message::kWrongCall);
  EXPECT_EQ(compile(other, parameters, Precision::kF32), Message::kWrongCall);
  EXPECT_EQ(compile(network, nullptr, Precision::kF32), Message::kWrongCall);
  EXPECT_THROW(static_cast<void>(backend->parameters(network, {{"relu.weight", numbers({1}, {1})}})), Error);
}

TEST(ReferenceProgram, MeasuresEachPassAndCountsItsMemory) {
  CompileOptions compile = options(Backward::kAll);
  compile.update = Sgd{};
  compile.profile = true;
  ReferenceRun run({2}, two_layers(), {}, compile);
  EXPECT_TRUE(run.program->profile().empty());
  const std::vector<double> rates = {0.1};
  for (int step = 0; step < 2; ++step) {
    static_cast<void>(run.program->train(batch_of(numbers({3, 2}, {1, 1, 1, 1, 1, 1})), {.rates = rates}));
  }
  std::vector<std::string> passes;
  for (const ProfileRow& row : run.program->profile()) {
    if (row.layers == "fc2") {
      passes.push_back(row.pass);
      EXPECT_EQ(row.calls, 2);
      EXPECT_GT(row.milliseconds, 0);
      EXPECT_GT(row.bytes, 0);
      // 2 calls of 3 rows of 2 x 2 MACs.
      EXPECT_EQ(row.operations, row.pass == "update" || row.pass == "loss" ? 0 : 2 * 3 * 2 * 4) << row.pass;
    }
  }
  EXPECT_THAT(passes, ElementsAre("forward", "backward data", "backward weights", "update", "loss"));
  run.program->reset_profile();
  EXPECT_TRUE(run.program->profile().empty());

  const MemoryReport memory = run.program->memory();
  std::int64_t sum = 0;
  for (const MemoryRow& row : memory.rows) {
    sum += row.offset >= 0 ? row.bytes : 0;
  }
  EXPECT_EQ(sum, memory.arena_bytes);
  // 12 parameters and one slot of each, in double.
  EXPECT_EQ(memory.parameter_bytes, 12 * 2 * 8);
}

}  // namespace
}  // namespace alexnet
