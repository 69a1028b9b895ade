// The tutorial's program, scaled down, beside Keras: the fixture of tools/fixtures/make_keras_fixture.py.

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "alexnet/registry/registry.h"

#include "equality/comparison.h"

namespace alexnet {
namespace {

constexpr int kPhotos = 40;
constexpr int kTrain = 32;  // validation_split 0.2: the last 8 validate
constexpr int kBatch = 12;
constexpr double kRate = 0.001;
constexpr int kEpochs = 3;

/// Rows `first` to before `end`.
Batch rows(const Batch& all, int first, int end) {
  Batch batch;
  Shape shape = all.input.shape();
  shape[0] = end - first;
  batch.input = Tensor(ElementType::kU8, shape);
  const std::int64_t photo = batch.input.size() / shape[0];
  const auto pixels =
      all.input.as<std::uint8_t>().subspan(static_cast<std::size_t>(first * photo), batch.input.bytes());
  std::ranges::copy(pixels, batch.input.as<std::uint8_t>().begin());
  batch.labels.assign(all.labels.begin() + first, all.labels.begin() + end);
  batch.rows = end - first;
  return batch;
}

int right_answers(const Tensor& scores, const Batch& batch) {
  const Tensor values = scores.converted(ElementType::kF64);
  const std::int64_t classes = scores.shape()[1];
  int right = 0;
  for (int row = 0; row < batch.rows; ++row) {
    const auto of_row =
        values.as<double>().subspan(static_cast<std::size_t>(row * classes), static_cast<std::size_t>(classes));
    right += std::ranges::max_element(of_row) - of_row.begin() == batch.labels[static_cast<std::size_t>(row)] ? 1 : 0;
  }
  return right;
}

/// By Keras's names, a value an epoch.
using History = std::map<std::string, std::vector<double>>;

class Keras : public testing::TestWithParam<test::Machine> {
 protected:
  /// As fit does: each batch in turn, then the validation photos with the running statistics.
  void train() {
    const auto backend = make_backend(GetParam().backend);
    parameters_ = backend->parameters(case_.network, start(), GetParam().precision);
    CompileOptions options = {.batch = kBatch, .precision = GetParam().precision, .backward = Backward::kAll};
    options.threads = 1;
    const auto validation = backend->compile(case_.network, parameters_, options);
    options.statistics = Statistics::kTraining;
    options.update = Adam{};
    const auto training = backend->compile(case_.network, parameters_, options);
    const Batch all = test::equality_batch(case_, kPhotos);
    for (int epoch = 0; epoch < kEpochs; ++epoch) {
      double loss = 0;
      int right = 0;
      for (int first = 0; first < kTrain; first += kBatch) {
        const Batch batch = rows(all, first, std::min(first + kBatch, kTrain));
        const TrainResult result = training->train(batch, {.rates = std::span(&kRate, 1)});
        loss += result.loss * batch.rows;
        right += right_answers(*result.scores, batch);
      }
      history_["loss"].push_back(loss / kTrain);
      history_["accuracy"].push_back(static_cast<double>(right) / kTrain);
      const Batch last = rows(all, kTrain, kPhotos);
      const TrainResult result = validation->train(last, {.rates = {}, .update = false});
      history_["val_loss"].push_back(result.loss);
      history_["val_accuracy"].push_back(static_cast<double>(right_answers(*result.scores, last)) / last.rows);
    }
  }

  [[nodiscard]] Weights start() const {
    Weights weights = test::equality_weights(case_);
    if (GetParam().precision == Precision::kF32) {
      for (auto& [name, tensor] : weights) {
        tensor = tensor.converted(ElementType::kF32);
      }
    }
    return weights;
  }

  void expect(const std::string& quantity, const std::string& what, double difference, double tolerance) const {
    EXPECT_LE(difference, tolerance) << what;
    test::LargestDifferences::add("Keras", GetParam().name, "the tutorial's program", quantity, difference);
  }

  const test::LayerCase case_ = test::equality_cases("tutorial").front();
  const test::Fixture fixture_{"keras"};
  std::shared_ptr<Parameters> parameters_;
  History history_;
};

TEST_P(Keras, TrainsTheTutorialsProgramTheSame) {
  ASSERT_TRUE(fixture_.metadata("tutorial") == case_.network.to_json()) << fixture_.out_of_date();
  train();
  const bool exact = GetParam().precision == Precision::kF64;
  for (const char* loss : {"loss", "val_loss"}) {
    const auto expected = fixture_.numbers(std::string("tutorial/") + loss);
    expect("losses", loss, test::relative_difference(history_.at(loss), expected), exact ? 1e-9 : 2e-3);
  }
  for (const auto& [accuracy, photos] : {std::pair{"accuracy", kTrain}, {"val_accuracy", kPhotos - kTrain}}) {
    const auto expected = fixture_.numbers(std::string("tutorial/") + accuracy);
    for (std::size_t epoch = 0; epoch < kEpochs; ++epoch) {
      // In f32 one photo whose two best classes lie close.
      expect("accuracies", accuracy, std::abs(history_.at(accuracy)[epoch] - expected[epoch]),
             exact ? 0 : 1.0 / photos);
    }
  }
  for (const auto& [name, tensor] : parameters_->read()) {
    const bool running = name.find("running") != std::string::npos;
    // In f32 Adam makes whole steps of gradients that are nothing but rounding.
    if (running || exact) {
      expect(running ? "running stats" : "weights", name,
             test::difference_from_sketch(tensor, fixture_.numbers("tutorial/trained/" + name)), exact ? 1e-7 : 5e-3);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Equality, Keras, testing::ValuesIn(test::machines()),
                         [](const auto& instance) { return test::test_name(instance.param, "keras"); });

}  // namespace
}  // namespace alexnet
