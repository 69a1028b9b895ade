#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include <gtest/gtest.h>

#include "alexnet/core/error.h"
#include "alexnet/core/random.h"
#include "alexnet/registry/registry.h"
#include "alexnet/runtime/input_ranges.h"
#include "alexnet/runtime/quantization.h"

#include "backends/layer_cases.h"

// Precisions below f32: the kernels of a backend beside the plain loops of the reference, which round to the same
// numbers, and beside f32.
namespace alexnet {
namespace {

using test::LayerCase;

constexpr int kMostRows = 9;

/// Whether the processor at hand, limited as oneDNN is, computes at the precision at all.
bool is_possible(Precision precision) { return make_backend("cpu")->support(precision) != Support::kNone; }

InputRanges ranges_of(const LayerCase& layer_case) {
  const auto reference = make_backend("reference");
  InputRangeObserver observer(*reference, reference->parameters(layer_case.network, test::make_weights(layer_case)),
                              kMostRows);
  observer.add(test::make_batch(layer_case, kMostRows, kMostRows));
  return observer.ranges();
}

/// A network's parameters and a program over them.
struct Lower {
  Lower(const LayerCase& layer_case, const std::string& name, Precision precision, CompileOptions options = {})
      : parameters(make_backend(name)->parameters(layer_case.network, test::make_weights(layer_case), precision)) {
    options.batch = kMostRows;
    options.precision = precision;
    options.emulate = true;
    if (precision == Precision::kI8) {
      options.input_ranges = ranges_of(layer_case);
    }
    program = make_backend(name)->compile(layer_case.network, parameters, options);
  }
  std::shared_ptr<Parameters> parameters;
  std::unique_ptr<Program> program;
};

std::vector<double> doubles(const Tensor& tensor) {
  const Tensor converted = tensor.converted(ElementType::kF64);
  return {converted.as<double>().begin(), converted.as<double>().end()};
}

/// The largest difference, relative to the largest number expected.
double difference(const Tensor& got, const Tensor& expected) {
  const auto a = doubles(got);
  const auto b = doubles(expected);
  double largest = 1e-4;
  double worst = a.size() == b.size() ? 0 : INFINITY;
  for (std::size_t i = 0; i < b.size() && i < a.size(); ++i) {
    largest = std::max(largest, std::abs(b[i]));
    const double here = std::abs(a[i] - b[i]);
    worst = here <= worst ? worst : here;  // a NaN stays
  }
  return worst / largest;
}

/// The root of the mean squared difference, relative to that of the expected numbers.
double mean_difference(std::span<const double> got, std::span<const double> expected) {
  double error = 0;
  double power = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    error += (got[i] - expected[i]) * (got[i] - expected[i]);
    power += expected[i] * expected[i];
  }
  return std::sqrt(error / power);
}

/// Cases of a convolution or a dense layer; behind a layer that does not multiply at the precision a last bit of f32
/// may round to the next number of it, so that chains are compared loosely.
std::vector<LayerCase> cases(const std::vector<std::string>& kinds) {
  std::vector<LayerCase> all;
  for (const std::string& kind : kinds) {
    std::ranges::move(test::cases_of(kind), std::back_inserter(all));
  }
  return all;
}

class LowerPrecision : public testing::TestWithParam<Precision> {
 protected:
  void SetUp() override {
    if (!is_possible(GetParam())) {
      GTEST_SKIP() << "this processor does not compute at " << name_of(GetParam());
    }
  }
};

TEST_P(LowerPrecision, InfersWhatThePlainLoopsDo) {
  for (const LayerCase& layer_case : cases({"conv2d", "dense", "chain"})) {
    SCOPED_TRACE(layer_case.name);
    Lower tested(layer_case, "cpu", GetParam());
    Lower reference(layer_case, "reference", GetParam());
    for (int rows = kMostRows; rows > 0; --rows) {
      const Batch batch = test::make_batch(layer_case, rows, rows);
      EXPECT_LE(difference(tested.program->infer(batch), reference.program->infer(batch)),
                layer_case.kind == "chain" ? 0.05 : 1e-5)
          << rows << " rows";
    }
  }
}

// Rounding to 8 significant bits is wrong by 2^-9 / sqrt(3) = 0.11 % of a number at most, to 127 steps of a normal
// distribution's reach (3.5 deviations) by 0.8 % of its deviation: of both factors together 0.16 and 1.1 %.
TEST_P(LowerPrecision, StaysNearF32) {
  for (const LayerCase& layer_case : cases({"conv2d", "dense"})) {
    SCOPED_TRACE(layer_case.name);
    Lower tested(layer_case, "cpu", GetParam());
    Lower exact(layer_case, "cpu", Precision::kF32);
    const Batch batch = test::make_batch(layer_case, kMostRows, kMostRows);
    const auto got = doubles(tested.program->infer(batch));
    const auto expected = doubles(exact.program->infer(batch));
    const double error = mean_difference(got, expected);
    EXPECT_LE(error, GetParam() == Precision::kI8 ? 0.03 : 0.005);
    EXPECT_GT(error, 1e-5) << "nothing was rounded";
  }
}

INSTANTIATE_TEST_SUITE_P(Precisions, LowerPrecision, testing::Values(Precision::kBF16, Precision::kI8),
                         [](const auto& instance) { return std::string(name_of(instance.param)); });

class Bf16Training : public testing::Test {
 protected:
  void SetUp() override {
    if (!is_possible(Precision::kBF16)) {
      GTEST_SKIP() << "this processor does not compute at bf16";
    }
  }
};

/// The gradients of a hinge loss over a divisor of 8 are whole 32nds: bf16 holds them, so that both sides go back from
/// the same numbers.
Batch exact_batch(const LayerCase& layer_case, int rows) {
  Batch batch = test::make_batch(layer_case, rows, rows);
  batch.divisor = 8;
  return batch;
}

CompileOptions training_options(Backward backward) {
  CompileOptions options;
  options.statistics = Statistics::kTraining;
  options.backward = backward;
  options.loss = Loss::kHinge;
  return options;
}

TEST_F(Bf16Training, ComputesTheGradientsThatThePlainLoopsDo) {
  for (const LayerCase& layer_case : cases({"conv2d", "dense"})) {
    if (layer_case.soft) {
      continue;  // which the hinge loss does not know
    }
    SCOPED_TRACE(layer_case.name);
    Lower tested(layer_case, "cpu", Precision::kBF16, training_options(Backward::kAll));
    Lower reference(layer_case, "reference", Precision::kBF16, training_options(Backward::kAll));
    for (int rows = kMostRows; rows > 0; --rows) {
      const Batch batch = exact_batch(layer_case, rows);
      std::map<std::string, Tensor> expected;
      static_cast<void>(
          reference.program->train(batch, {.rates = {}, .update = false, .observer = [&](const GradientView& view) {
                                             expected.emplace(*view.name, view.logical());
                                           }}));
      static_cast<void>(tested.program->train(
          batch, {.rates = {}, .update = false, .observer = [&](const GradientView& view) {
                    EXPECT_LE(difference(view.logical(), expected.at(*view.name)), 1e-5) << *view.name << ", " << rows;
                    expected.erase(*view.name);
                  }}));
      EXPECT_TRUE(expected.empty());
    }
  }
}

TEST_F(Bf16Training, ComputesTheInputGradientThatThePlainLoopsDo) {
  for (const LayerCase& layer_case : cases({"conv2d", "dense"})) {
    SCOPED_TRACE(layer_case.name);
    CompileOptions options = training_options(Backward::kInput);
    options.loss = {};
    options.kept = {name_of(layer_case.network.layers().back())};
    Lower tested(layer_case, "cpu", Precision::kBF16, options);
    Lower reference(layer_case, "reference", Precision::kBF16, options);
    for (const int rows : {kMostRows, 4, 1}) {
      const Batch batch = test::make_batch(layer_case, rows, rows);
      const Tensor gradient = test::random_tensor({rows, layer_case.network.classes()}, 5);
      for (const Lower* side : {&tested, &reference}) {
        static_cast<void>(side->program->infer(batch));
        side->program->backward(options.kept.front(), gradient);
      }
      EXPECT_LE(difference(tested.program->input_gradient(), reference.program->input_gradient()), 1e-5);
    }
  }
}

/// Convolutions, an LRN and a dense layer, and photos whose class can be seen.
LayerCase learnable() {
  return {
      .name = "learnable",
      .kind = "learnable",
      .network = Network({.name = "learnable",
                          .input = {3, 16, 16},
                          .layers = {Conv2D{.name = "conv1", .filters = 16, .kernel = 5, .padding = Padding::all(2)},
                                     ReLU{"relu1"}, LRN{.name = "lrn1"}, MaxPool2D{.name = "pool1"},
                                     Conv2D{.name = "conv2", .filters = 24, .kernel = 3}, ReLU{"relu2"},
                                     Flatten{"flat"}, Dense{.name = "fc", .units = 4}}}),
      .statistics = Statistics::kTraining};
}

Batch photos_of_classes(int rows, int step) {
  Batch batch;
  batch.rows = rows;
  batch.input = Tensor(ElementType::kF32, {rows, 3, 16, 16});
  RandomStream stream(7, Purpose::kWeights, 0, static_cast<std::uint32_t>(step));
  const std::span<float> pixels = batch.input.as<float>();
  for (int row = 0; row < rows; ++row) {
    const int label = static_cast<int>(stream.below(4));
    batch.labels.push_back(label);
    for (int i = 0; i < 3 * 256; ++i) {
      const bool lit = (i % 16 < 8) == (label % 2 == 0) && (i / 16 % 16 < 8) == (label / 2 == 0);
      pixels[static_cast<std::size_t>(row * 768 + i)] = static_cast<float>(stream.normal() * 0.7 + (lit ? 1 : 0));
    }
  }
  return batch;
}

TEST_F(Bf16Training, FollowsTheLossOfF32) {
  constexpr int kSteps = 20;
  const LayerCase layer_case = learnable();
  const Weights weights = initial_weights(layer_case.network, 3);
  std::map<Precision, std::vector<double>> losses;
  for (const Precision precision : {Precision::kF32, Precision::kBF16}) {
    CompileOptions options;
    options.statistics = Statistics::kTraining;
    options.backward = Backward::kAll;
    options.update = Sgd{.momentum = 0.9};
    Lower side(layer_case, "cpu", precision, options);
    side.parameters->write(weights);
    const std::vector<double> rates = {0.02};
    for (int step = 0; step < kSteps; ++step) {
      losses[precision].push_back(side.program->train(photos_of_classes(8, step), {.rates = rates}).loss);
    }
  }
  const auto& f32 = losses[Precision::kF32];
  EXPECT_LT(f32.back(), 0.5 * f32.front()) << "it does not learn: the comparison says nothing";
  for (std::size_t step = 0; step < f32.size(); ++step) {
    EXPECT_NEAR(losses[Precision::kBF16][step], f32[step], 0.02 + 0.02 * f32[step]) << "step " << step;
  }
}

TEST_F(Bf16Training, ReadsTheWeightsOfTheLastUpdate) {
  const LayerCase layer_case = learnable();
  CompileOptions options;
  options.statistics = Statistics::kTraining;
  options.backward = Backward::kAll;
  options.update = Sgd{};
  Lower tested(layer_case, "cpu", Precision::kBF16, options);
  const std::vector<double> rates = {0.05};
  const Batch batch = photos_of_classes(8, 1);
  for (int step = 0; step < 3; ++step) {
    static_cast<void>(tested.program->train(batch, {.rates = rates}));
    const Tensor scores = tested.program->infer(batch);
    Lower anew(layer_case, "cpu", Precision::kBF16);
    anew.parameters->write(tested.parameters->read());
    EXPECT_LE(difference(scores, anew.program->infer(batch)), 1e-6) << "after update " << step;
  }
}

class Int8 : public testing::Test {
 protected:
  void SetUp() override {
    if (!is_possible(Precision::kI8)) {
      GTEST_SKIP() << "this processor does not compute at i8";
    }
  }
  [[nodiscard]] static Message compile_error(const Network& network, const CompileOptions& options) {
    const auto cpu = make_backend("cpu");
    try {
      static_cast<void>(cpu->compile(network, cpu->parameters(network, initial_weights(network, 1)), options));
    } catch (const Error& error) {
      return error.message();
    }
    return Message::kCount;
  }
};

// Each filter a hundredth of the one before it: with one step for all of them nothing would be left of the last.
TEST_F(Int8, HasAStepForEachFilter) {
  for (const int groups : {1, 2}) {
    const LayerCase layer_case{
        .name = "filters",
        .kind = "filters",
        .network = Network(
            {.name = "filters",
             .input = {8, 6, 6},
             .layers = {Conv2D{.name = "conv", .filters = 4, .kernel = 3, .groups = groups}, Flatten{"flat"}}})};
    Weights weights = test::make_weights(layer_case);
    const std::span<float> w = weights.at("conv.weight").as<float>();
    for (std::size_t i = 0; i < w.size(); ++i) {
      w[i] *= static_cast<float>(std::pow(100.0, -static_cast<double>(i / (w.size() / 4))));
    }
    std::ranges::fill(weights.at("conv.bias").as<float>(), 0.0F);
    Lower tested(layer_case, "cpu", Precision::kI8);
    Lower exact(layer_case, "cpu", Precision::kF32);
    const Batch batch = test::make_batch(layer_case, 2, 2);
    for (const Lower* side : {&tested, &exact}) {
      side->parameters->write(weights);
    }
    const auto got = doubles(tested.program->infer(batch));
    const auto expected = doubles(exact.program->infer(batch));
    for (std::size_t filter = 0; filter < 8; ++filter) {  // of both photos
      EXPECT_LE(mean_difference(std::span(got).subspan(filter * 16, 16), std::span(expected).subspan(filter * 16, 16)),
                0.03)
          << "filter " << filter % 4;
    }
  }
}

// Integers begin at the number 0 whether or not there are negative ones: a constant photo of the largest number gives
// the sums of the weights, one of zeros the biases, at the padded border too.
TEST_F(Int8, KeepsZeroAndTheLargestNumberExact) {
  const LayerCase layer_case{
      .name = "zero",
      .kind = "zero",
      .network = Network({.name = "zero",
                          .input = {3, 4, 4},
                          .layers = {Conv2D{.name = "conv", .filters = 2, .kernel = 3, .padding = Padding::all(1)},
                                     Flatten{"flat"}}})};
  for (const double least : {0.0, -2.0}) {
    CompileOptions options{.batch = 2, .precision = Precision::kI8};
    options.input_ranges = {{"conv", {least, 2.0}}};
    const auto cpu = make_backend("cpu");
    Weights weights = test::make_weights(layer_case);
    for (float& w : weights.at("conv.weight").as<float>()) {
      w = 0.25F;
    }
    const auto program = cpu->compile(layer_case.network, cpu->parameters(layer_case.network, weights), options);
    Batch batch;
    batch.rows = 2;
    batch.input = Tensor(ElementType::kF32, {2, 3, 4, 4});
    std::ranges::fill(batch.input.as<float>().subspan(48), 2.0F);
    const auto scores = doubles(program->infer(batch));
    const auto bias = doubles(weights.at("conv.bias"));
    for (std::size_t i = 0; i < 32; ++i) {
      const std::size_t row = i % 16 / 4;
      const std::size_t column = i % 4;
      const double taps = (row % 3 == 0 ? 2 : 3) * (column % 3 == 0 ? 2 : 3);
      EXPECT_NEAR(scores[i], bias[i / 16], 1e-5);
      EXPECT_NEAR(scores[32 + i], bias[i / 16] + taps * 3 * 2.0 * 0.25, 1e-4);
    }
  }
}

TEST_F(Int8, ClipsWhatTheRangeDoesNotHold) {
  const Network network({.name = "clip", .input = {1}, .layers = {Dense{.name = "fc", .units = 1}}});
  CompileOptions options{.batch = 3, .precision = Precision::kI8};
  options.input_ranges = {{"fc", {0, 1}}};
  const auto cpu = make_backend("cpu");
  const Weights weights = {{"fc.weight", Tensor::of<float>({1, 1}, std::vector<float>{1})},
                           {"fc.bias", Tensor::of<float>({1}, std::vector<float>{0})}};
  Batch batch;
  batch.rows = 3;
  batch.input = Tensor::of<float>({3, 1}, std::vector<float>{-5, 7, 0.5F});
  const auto scores = doubles(cpu->compile(network, cpu->parameters(network, weights), options)->infer(batch));
  EXPECT_NEAR(scores[0], 0, 1e-6);
  EXPECT_NEAR(scores[1], 1, 1e-5);
  EXPECT_NEAR(scores[2], 128.0 / 255, 1e-5);  // 127.5 is a tie, which goes to the even number
}

TEST_F(Int8, RefusesGradientsAndMissingRanges) {
  const Network network = learnable().network;
  CompileOptions options{.precision = Precision::kI8};
  EXPECT_EQ(compile_error(network, options), Message::kNotCalibrated);
  for (const std::string& layer : quantized_layers(network)) {
    options.input_ranges[layer] = {0, 1};
  }
  EXPECT_EQ(compile_error(network, options), Message::kCount);
  options.backward = Backward::kInput;
  EXPECT_EQ(compile_error(network, options), Message::kWrongCall);
  options.backward = Backward::kNone;
  options.input_ranges["fc"] = {0, NAN};
  EXPECT_EQ(compile_error(network, options), Message::kWrongCall);
}

TEST(Precision, IsRefusedWhereTheProcessorOnlyEmulatesIt) {
  const auto cpu = make_backend("cpu");
  const Network network = learnable().network;
  for (const Precision precision : {Precision::kF64, Precision::kBF16}) {
    const Support support = cpu->support(precision);
    const bool refused = support == Support::kNone || support == Support::kEmulated;
    std::optional<Message> message;
    try {
      static_cast<void>(
          cpu->compile(network, cpu->parameters(network, initial_weights(network, 1)), {.precision = precision}));
    } catch (const Error& error) {
      message = error.message();
    }
    EXPECT_EQ(message == Message::kPrecisionUnsupported, refused) << name_of(precision);
  }
}

TEST(InputRangeObserver, HoldsWhatGoesIntoEachLayer) {
  const Network network({.name = "ranges",
                         .input = {2},
                         .layers = {Dense{.name = "fc1", .units = 1, .has_bias = false}, ReLU{"relu"},
                                    Dense{.name = "fc2", .units = 1}}});
  const auto backend = make_backend("reference");
  Weights weights = initial_weights(network, 1);
  std::ranges::fill(weights.at("fc1.weight").as<float>(), 2.0F);
  InputRangeObserver observer(*backend, backend->parameters(network, weights), 128);
  EXPECT_TRUE(observer.ranges().empty());
  Batch batch;
  batch.rows = 100;
  batch.input = Tensor(ElementType::kF32, {128, 2});
  const std::span<float> x = batch.input.as<float>();
  std::ranges::fill(x.first(200), 0.5F);
  x[0] = -3;
  x[2] = 1;
  std::ranges::fill(x.subspan(200), 1000.0F);  // rows that do not count
  observer.add(batch);
  // Photo 0 reaches 3 from zero and is the one in 100 that is left out, though its sign counts.
  EXPECT_EQ(observer.ranges().at("fc1"), (ValueRange{-1, 1}));
  EXPECT_EQ(observer.ranges().at("fc2"), (ValueRange{0, 2}));
}

}  // namespace
}  // namespace alexnet
