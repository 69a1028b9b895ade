#include "alexnet/runtime/checks.h"

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include "alexnet/backends/reference_backend.h"
#include "alexnet/core/error.h"

namespace alexnet {
namespace {

Network image_network() {
  return Network({.name = "test",
                  .input = {3, 4, 5},
                  .layers = {Flatten{"flat"}, Dense{.name = "fc", .units = 7}},
                  .output = OutputKind::kProbabilities});
}

Batch good_batch() {
  Batch batch;
  batch.input = Tensor(ElementType::kU8, {2, 4, 5, 3});
  batch.rows = 2;
  batch.labels = {0, 6};
  return batch;
}

/// The message and what it names.
template <class F>
std::pair<Message, std::string> refused(F call) {
  try {
    call();
  } catch (const Error& error) {
    const auto where = std::ranges::find(error.arguments(), "where", &MessageArguments::value_type::first);
    return {error.message(), where == error.arguments().end() ? "" : where->second};
  }
  return {Message::kCount, ""};
}

std::pair<Message, std::string> batch_refused(const Batch& batch) {
  return refused([&] { check_batch(image_network(), batch, 2); });
}

TEST(CheckBatch, TakesBytesByPixelAndNumbersByChannel) {
  Batch batch = good_batch();
  EXPECT_EQ(batch_refused(batch).first, Message::kCount);
  for (const ElementType type : {ElementType::kF32, ElementType::kF64}) {
    batch.input = Tensor(type, {2, 3, 4, 5});
    EXPECT_EQ(batch_refused(batch).first, Message::kCount);
  }
}

TEST(CheckBatch, NamesTheInputThatDoesNotFit) {
  Batch batch = good_batch();
  const std::pair mismatch(Message::kShapeMismatch, std::string("Batch::input"));
  batch.input = Tensor(ElementType::kU8, {2, 3, 4, 5});
  EXPECT_EQ(batch_refused(batch), mismatch);
  batch.input = Tensor(ElementType::kF32, {2, 4, 5, 3});
  EXPECT_EQ(batch_refused(batch), mismatch);
  batch.input = Tensor(ElementType::kF32, {2, 60});
  EXPECT_EQ(batch_refused(batch), mismatch);
  batch.input = Tensor(ElementType::kI32, {2, 3, 4, 5});
  EXPECT_EQ(batch_refused(batch), std::pair(Message::kWrongCall, std::string("Batch::input")));
  batch.input = Tensor();
  EXPECT_EQ(batch_refused(batch), mismatch);
}

TEST(CheckBatch, CountsRowsAndFacts) {
  const std::pair rows(Message::kWrongCall, std::string("Batch::rows"));
  Batch batch = good_batch();
  batch.rows = 3;
  EXPECT_EQ(batch_refused(batch), rows);
  batch.rows = -1;
  EXPECT_EQ(batch_refused(batch), rows);
  batch.rows = 2;
  EXPECT_EQ(refused([&] { check_batch(image_network(), batch, 1); }), rows);
  batch.photos.resize(1);
  EXPECT_EQ(batch_refused(batch), std::pair(Message::kWrongCall, std::string("Batch::photos")));
}

TEST(CheckLabels, NamesTheRowAndWhatIsMissing) {
  const auto labels_refused = [](const Batch& batch, Loss loss = Loss::kSoftmaxCrossEntropy) {
    return refused([&] { check_labels(image_network(), batch, loss); });
  };
  const auto wrong = [](const std::string& where) { return std::pair(Message::kWrongCall, where); };
  Batch batch = good_batch();
  EXPECT_EQ(labels_refused(batch).first, Message::kCount);
  batch.labels[1] = 7;
  EXPECT_EQ(labels_refused(batch), wrong("Batch::labels[1]"));
  batch.labels[1] = -1;
  EXPECT_EQ(labels_refused(batch), wrong("Batch::labels[1]"));
  batch.labels = {0};
  EXPECT_EQ(labels_refused(batch), wrong("Batch::labels"));
  batch.soft_labels = Tensor(ElementType::kF32, {2, 7});
  EXPECT_EQ(labels_refused(batch).first, Message::kCount);
  EXPECT_EQ(labels_refused(batch, Loss::kHinge), wrong("Batch::soft_labels"));
  batch.soft_labels = Tensor(ElementType::kF32, {2, 6});
  EXPECT_EQ(labels_refused(batch), std::pair(Message::kShapeMismatch, std::string("Batch::soft_labels")));
  batch = good_batch();
  batch.weights = {1};
  EXPECT_EQ(labels_refused(batch), wrong("Batch::weights"));
  batch.weights.clear();
  batch.divisor = -1;
  EXPECT_EQ(labels_refused(batch), wrong("Batch::divisor"));
}

TEST(CheckTrainCall, TakesOneRateOrAll) {
  CompileOptions options;
  options.backward = Backward::kAll;
  options.update = Sgd{};
  const auto rates_refused = [&](const std::vector<double>& rates) {
    return refused([&] { check_train_call(options, 3, {.rates = rates}); }).first;
  };
  EXPECT_EQ(rates_refused({0.1}), Message::kCount);
  EXPECT_EQ(rates_refused({0.1, 0, 0.1}), Message::kCount);
  EXPECT_EQ(rates_refused({}), Message::kWrongCall);
  EXPECT_EQ(rates_refused({0.1, 0.1}), Message::kWrongCall);
  EXPECT_EQ(rates_refused({std::numeric_limits<double>::quiet_NaN()}), Message::kWrongCall);
}

TEST(CheckTrainCall, NeedsWhatTheProgramWasCompiledFor) {
  const auto wrong = [](const std::string& where) { return std::pair(Message::kWrongCall, where); };
  CompileOptions options;
  const std::vector<double> rates = {0.1};
  TrainCall call{.rates = rates, .update = false};
  EXPECT_EQ(refused([&] { check_train_call(options, 3, call); }), wrong("Program::train"));
  options.backward = Backward::kAll;
  EXPECT_EQ(refused([&] { check_train_call(options, 3, call); }).first, Message::kCount);
  call.before_update = [] {};
  EXPECT_EQ(refused([&] { check_train_call(options, 3, call); }), wrong("TrainCall::before_update"));
  options.hold_gradients = true;
  call.update = true;
  EXPECT_EQ(refused([&] { check_train_call(options, 3, call); }), wrong("Program::train"));
  options.update = Sgd{};
  EXPECT_EQ(refused([&] { check_train_call(options, 3, call); }).first, Message::kCount);
}

TEST(LossDivisor, IsTheBatchsOwnOrItsWeights) {
  Batch batch = good_batch();
  EXPECT_EQ(loss_divisor(batch), 2);
  batch.weights = {0.5F, 0.25F, 100};
  EXPECT_EQ(loss_divisor(batch), 0.75);
  batch.divisor = 64;
  EXPECT_EQ(loss_divisor(batch), 64);
  batch = Batch();
  EXPECT_EQ(loss_divisor(batch), 1);
}

TEST(CheckCompile, NamesTheLayerOrTheOption) {
  const auto backend = make_reference_backend();
  CompileOptions options;
  options.batch = 0;
  EXPECT_EQ(refused([&] { check_compile(*backend, image_network(), options); }),
            std::pair(Message::kWrongCall, std::string("CompileOptions::batch")));
  options.batch = 1;
  options.clip_norm = -1;
  EXPECT_EQ(refused([&] { check_compile(*backend, image_network(), options); }).second, "CompileOptions::clip_norm");
  options.clip_norm = 1;
  options.average = 1;
  EXPECT_EQ(refused([&] { check_compile(*backend, image_network(), options); }).second, "CompileOptions::average");
  options.average = 0.9;
  options.read_average = true;
  options.update = Sgd{};
  EXPECT_EQ(refused([&] { check_compile(*backend, image_network(), options); }).second, "CompileOptions::read_average");
  options.read_average = false;
  options.kept = {"fc", "fc2"};
  EXPECT_EQ(refused([&] { check_compile(*backend, image_network(), options); }),
            std::pair(Message::kLayerUnknown, std::string("fc2")));
}

}  // namespace
}  // namespace alexnet
