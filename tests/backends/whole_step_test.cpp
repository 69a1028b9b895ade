#include <algorithm>
#include <cmath>
#include <cstring>

#include <gtest/gtest.h>

#include "alexnet/registry/registry.h"
#include "alexnet/runtime/checks.h"

#include "backends/layer_cases.h"
#include "runtime/batch_rows.h"

// What needs all gradients of a step: small batches added up, and the moving average that evaluation reads.
namespace alexnet {
namespace {

using test::LayerCase;

/// The whole paper's chain without batch normalisation, whose statistics are of the batch that it sees.
const LayerCase& paper() {
  static const auto cases = test::cases_of("chain");
  return *std::ranges::find(cases, "chain_paper", &LayerCase::name);
}

struct Trained {
  std::shared_ptr<Parameters> parameters;
  std::unique_ptr<Program> program;
};

Trained compile(const std::string& backend, Precision precision, CompileOptions options) {
  options.precision = precision;
  options.backward = options.read_average ? Backward::kNone : Backward::kAll;
  options.statistics = options.read_average ? Statistics::kInference : Statistics::kTraining;
  options.seed = 5;
  const auto type = precision == Precision::kF64 ? ElementType::kF64 : ElementType::kF32;
  auto parameters = make_backend(backend)->parameters(paper().network, test::make_weights(paper(), type), precision);
  auto program = make_backend(backend)->compile(paper().network, parameters, options);
  return {parameters, std::move(program)};
}

double largest_difference(const Weights& a, const Weights& b) {
  double largest = 0;
  for (const auto& [name, tensor] : a) {
    const Tensor x = tensor.converted(ElementType::kF64);
    const Tensor y = b.at(name).converted(ElementType::kF64);
    for (std::size_t i = 0; i < x.as<double>().size(); ++i) {
      largest = std::fmax(largest, std::abs(x.as<double>()[i] - y.as<double>()[i]));
    }
  }
  return largest;
}

class WholeStep : public testing::TestWithParam<std::pair<const char*, Precision>> {
 protected:
  [[nodiscard]] const char* backend() const { return GetParam().first; }
  [[nodiscard]] Precision precision() const { return GetParam().second; }
  [[nodiscard]] double tolerance() const { return precision() == Precision::kF64 ? 1e-12 : 1e-5; }
};

TEST_P(WholeStep, OfSmallBatchesEqualsThatOfOneLargeBatch) {
  for (const UpdateRule& rule :
       {UpdateRule(Sgd{.decay = 1e-3}), UpdateRule(Adam{.epsilon = 1e-2}), UpdateRule(Lars{.trust = 0.1})}) {
    CompileOptions options;
    options.update = rule;
    options.clip_norm = 0.3;
    options.average = 0.5;
    options.batch = 8;
    const Trained whole = compile(backend(), precision(), options);
    options.batch = 3;
    options.accumulate = true;
    const Trained parts = compile(backend(), precision(), options);
    const std::vector<double> rates = {0.05};
    for (std::uint32_t step = 0; step < 4; ++step) {
      Batch batch = test::make_batch(paper(), 8, step == 2 ? 5 : 8);
      batch.position = 8 * step;
      const double loss = whole.program->train(batch, {.rates = rates}).loss;
      double sum = 0;
      Batch part;
      for (int first = 0; first < batch.rows; first += 3) {
        const int rows = std::min(3, batch.rows - first);
        copy_rows(batch, first, rows, loss_divisor(batch), part);
        sum += parts.program->train(part, {.rates = rates, .update = first + rows == batch.rows}).loss;
      }
      EXPECT_NEAR(sum, loss, tolerance());
    }
    EXPECT_EQ(parts.parameters->step(), 4);
    EXPECT_LE(largest_difference(whole.parameters->read(), parts.parameters->read()), tolerance());
    for (const std::string& slot : whole.parameters->slots()) {
      EXPECT_LE(largest_difference(whole.parameters->read_slot(slot), parts.parameters->read_slot(slot)), tolerance());
    }
  }
}

TEST_P(WholeStep, ShowsAnObserverTheSumAndUpdatesWithWhatItLeaves) {
  CompileOptions options;
  options.update = Sgd{.momentum = 0};
  options.accumulate = true;
  options.batch = 4;
  const Trained trained = compile(backend(), precision(), options);
  const Weights before = trained.parameters->read();
  const Batch batch = test::make_batch(paper(), 4, 4);
  std::vector<double> sums;
  const auto zero = [&](const GradientView& view) {
    const Tensor gradient = view.logical().converted(ElementType::kF64);
    sums.push_back(std::abs(gradient.as<double>()[0]));
    if (sums.size() > trained.parameters->network().trainable().size()) {
      std::ranges::fill(view.values, 0.0F);
      std::ranges::fill(view.values64, 0.0);
    }
  };
  const std::vector<double> rates = {0.1};
  static_cast<void>(trained.program->train(batch, {.rates = rates, .update = false, .observer = zero}));
  static_cast<void>(trained.program->train(batch, {.rates = rates, .update = true, .observer = zero}));
  EXPECT_NEAR(sums[sums.size() / 2], 2 * sums[0], tolerance());
  EXPECT_EQ(trained.parameters->read(), before);
}

TEST_P(WholeStep, IsHeldUntilBeforeUpdateHasReturned) {
  CompileOptions options;
  options.update = Sgd{.momentum = 0};
  options.hold_gradients = true;
  options.batch = 4;
  const Trained trained = compile(backend(), precision(), options);
  const Weights before = trained.parameters->read();
  std::vector<GradientView> held;
  const std::vector<double> rates = {0.1};
  const auto make_zero = [&] {
    EXPECT_EQ(held.size(), trained.parameters->network().trainable().size());
    for (const GradientView& view : held) {
      Tensor zeros = view.logical();
      EXPECT_EQ(zeros.shape(), trained.parameters->network().trainable()[view.parameter].shape);
      std::memset(zeros.data(), 0, zeros.bytes());
      view.assign(zeros);
    }
  };
  const auto hold = [&](const GradientView& view) { held.push_back(view); };
  for (const int rows : {4, 0}) {
    held.clear();
    static_cast<void>(trained.program->train(test::make_batch(paper(), 4, rows),
                                             {.rates = rates, .observer = hold, .before_update = make_zero}));
    EXPECT_EQ(trained.parameters->read(), before);
  }
  EXPECT_EQ(trained.parameters->step(), 2);
}

TEST_P(WholeStep, IsForgottenOnceItIsDone) {
  CompileOptions options;
  options.update = Sgd{.momentum = 0};
  options.batch = 4;
  const Trained plain = compile(backend(), precision(), options);
  options.accumulate = true;
  const Trained summing = compile(backend(), precision(), options);
  const std::vector<double> rates = {0.05};
  for (std::uint32_t step = 0; step < 3; ++step) {
    Batch batch = test::make_batch(paper(), 4, 4);
    batch.position = 4 * step;
    for (const Trained* trained : {&plain, &summing}) {
      static_cast<void>(trained->program->train(batch, {.rates = rates}));
    }
  }
  EXPECT_EQ(plain.parameters->read(), summing.parameters->read());
}

TEST_P(WholeStep, IsReadFromTheAverageWhereAskedFor) {
  CompileOptions options;
  options.update = Sgd{};
  options.average = 0.9;
  options.batch = 4;
  const Trained trained = compile(backend(), precision(), options);
  CompileOptions reading;
  reading.precision = precision();
  reading.batch = 4;
  reading.read_average = true;
  const auto reader = make_backend(backend())->compile(paper().network, trained.parameters, reading);
  const Batch batch = test::make_batch(paper(), 4, 4);
  const std::vector<double> rates = {0.05};
  for (int step = 0; step < 3; ++step) {
    static_cast<void>(reader->infer(batch));  // what it derives from the weights has to be renewed
    static_cast<void>(trained.program->train(batch, {.rates = rates}));
  }
  reading.read_average = false;
  const auto by_weights = make_backend(backend())->compile(paper().network, trained.parameters, reading);
  EXPECT_FALSE(reader->infer(batch) == by_weights->infer(batch));
  const Tensor expected = reader->infer(batch);
  trained.parameters->write(trained.parameters->read_slot(kAverageSlot));
  EXPECT_EQ(by_weights->infer(batch), expected);
}

INSTANTIATE_TEST_SUITE_P(Backends, WholeStep,
                         testing::Values(std::pair("reference", Precision::kF64),
                                         std::pair("reference", Precision::kF32), std::pair("cpu", Precision::kF32)),
                         [](const auto& instance) {
                           return std::string(instance.param.first) +
                                  (instance.param.second == Precision::kF64 ? "F64" : "F32");
                         });

}  // namespace
}  // namespace alexnet
