#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "alexnet/registry/registry.h"

#include "backends/layer_cases.h"

namespace alexnet {
namespace {

using test::LayerCase;

// Relative to the largest element of the tensor: f32 rounds at 6e-8, and the sums of one layer lose up to two digits.
// The layers of a chain pass their rounding on.
double tolerance_of(const LayerCase& layer_case) { return layer_case.kind == "chain" ? 5e-5 : 1e-5; }
// What is smaller than this everywhere counts as zero: the gradient of a bias in front of batch normalisation is made
// of rounding alone.
constexpr double kLeastScale = 1e-4;
constexpr int kCompiled = 4;

struct Worst {
  double difference = 0;
  std::string layer_case;
};

/// The largest differences by backend, kind of layer and quantity: printed when all tests have run.
class Report : public testing::Environment {
 public:
  void TearDown() override {
    fmt::print("{:<10} {:<12} {:<18} {:>9}  {}\n", "backend", "kind", "quantity", "worst", "case");
    for (const auto& [key, worst] : table) {
      const auto& [backend, kind, quantity] = key;
      fmt::print("{:<10} {:<12} {:<18} {:>9.1e}  {}\n", backend, kind, quantity, worst.difference, worst.layer_case);
    }
  }
  std::map<std::tuple<std::string, std::string, std::string>, Worst> table;
};

Report& report() {
  static auto* const report = dynamic_cast<Report*>(testing::AddGlobalTestEnvironment(new Report));
  return *report;
}

/// One side of a comparison: parameters and a program over them.
struct Side {
  Side(const LayerCase& layer_case, const std::string& name, Precision precision, CompileOptions options)
      : parameters(make_backend(name)->parameters(layer_case.network, test::make_weights(layer_case), precision)) {
    options.precision = precision;
    program = make_backend(name)->compile(layer_case.network, parameters, options);
  }
  std::shared_ptr<Parameters> parameters;
  std::unique_ptr<Program> program;
};

struct Pair {
  Side tested;
  Side reference;
};

/// A backend of this build at f32 beside the reference at f64, for all cases of a kind. "reference" stands for its own
/// f32 form.
class Parity : public testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  template <class F>
  void for_each_case(F f) {
    for (const LayerCase& layer_case : test::cases_of(std::get<1>(GetParam()))) {
      SCOPED_TRACE(layer_case.name);
      case_ = &layer_case;
      f(layer_case);
    }
  }

  [[nodiscard]] Pair compile(Backward backward, const std::vector<std::string>& kept,
                             CompileOptions options = {}) const {
    options.batch = kCompiled;
    options.statistics = case_->statistics;
    options.backward = backward;
    options.kept = kept;
    options.seed = 7;
    return {Side(*case_, std::get<0>(GetParam()), Precision::kF32, options),
            Side(*case_, "reference", Precision::kF64, options)};
  }

  [[nodiscard]] std::vector<std::string> all_layers() const {
    std::vector<std::string> names;
    for (const Layer& layer : case_->network.layers()) {
      names.push_back(name_of(layer));
    }
    return names;
  }

  /// Full, smaller, padded and empty batches for a program of four rows.
  [[nodiscard]] std::vector<Batch> batches() const {
    std::vector<Batch> all;
    for (const auto& [n, rows] : {std::pair{4, 4}, {3, 3}, {1, 1}, {4, 3}, {3, 1}, {4, 0}}) {
      all.push_back(test::make_batch(*case_, n, rows));
      all.back().position += static_cast<std::uint32_t>(10 * all.size());
    }
    return all;
  }

  void expect_near(const std::string& quantity, const std::string& what, const Tensor& got, const Tensor& expected) {
    ASSERT_EQ(got.shape(), expected.shape()) << what;
    const Tensor a = got.converted(ElementType::kF64);
    const Tensor b = expected.converted(ElementType::kF64);
    double scale = kLeastScale;
    double difference = 0;
    for (std::size_t i = 0; i < b.as<double>().size(); ++i) {
      scale = std::max(scale, std::abs(b.as<double>()[i]));
      const double here = std::abs(a.as<double>()[i] - b.as<double>()[i]);
      difference = here <= difference ? difference : here;  // a NaN stays
    }
    EXPECT_LE(difference / scale, tolerance_of(*case_)) << quantity << " of " << what;
    Worst& worst = report().table[{std::get<0>(GetParam()), case_->kind, quantity}];
    if (!(difference / scale <= worst.difference)) {
      worst = {difference / scale, case_->name};
    }
  }

 private:
  const LayerCase* case_ = nullptr;
};

TEST_P(Parity, InfersTheSameScores) {
  for_each_case([&](const LayerCase&) {
    const Pair fused = compile(Backward::kNone, {});
    const Pair kept = compile(Backward::kNone, all_layers());
    for (const Batch& batch : batches()) {
      const Tensor& expected = kept.reference.program->infer(batch);
      expect_near("scores", "the network", fused.tested.program->infer(batch), expected);
      expect_near("scores", "the network, layers kept", kept.tested.program->infer(batch), expected);
      for (const std::string& layer : all_layers()) {
        expect_near("activations", layer, kept.tested.program->kept(layer), kept.reference.program->kept(layer));
      }
    }
  });
}

using Gradients = std::vector<std::pair<std::string, Tensor>>;

double train(Program& program, const Batch& batch, Gradients& gradients) {
  const auto keep = [&](const GradientView& view) { gradients.emplace_back(*view.name, view.logical()); };
  return program.train(batch, {.rates = {}, .update = false, .observer = keep}).loss;
}

TEST_P(Parity, TrainsWithTheSameGradients) {
  for_each_case([&](const LayerCase& layer_case) {
    for (const std::vector<std::string>& layers : {std::vector<std::string>{}, all_layers()}) {
      const Pair pair = compile(Backward::kAll, layers);
      for (const Batch& batch : batches()) {
        Gradients got;
        Gradients expected;
        const double loss = train(*pair.reference.program, batch, expected);
        EXPECT_NEAR(train(*pair.tested.program, batch, got), loss, tolerance_of(layer_case) * std::max(1.0, loss));
        ASSERT_EQ(got.size(), expected.size());
        for (std::size_t i = 0; i < got.size(); ++i) {
          EXPECT_EQ(got[i].first, expected[i].first);  // last layer first
          expect_near("parameter grads", expected[i].first, got[i].second, expected[i].second);
        }
        for (const std::string& layer : layers) {
          expect_near("activation grads", layer, pair.tested.program->kept_gradient(layer),
                      pair.reference.program->kept_gradient(layer));
        }
      }
    }
  });
}

TEST_P(Parity, ReturnsTheSameInputGradient) {
  for_each_case([&](const LayerCase&) {
    const Pair pair = compile(Backward::kInput, all_layers());
    for (const Batch& batch : batches()) {
      static_cast<void>(pair.tested.program->infer(batch));
      static_cast<void>(pair.reference.program->infer(batch));
      for (const std::string& layer : all_layers()) {
        const Tensor gradient = test::random_tensor(pair.reference.program->kept(layer).shape(), 5);
        pair.tested.program->backward(layer, gradient);
        pair.reference.program->backward(layer, gradient);
        expect_near("input grads", "the input, from " + layer, pair.tested.program->input_gradient(),
                    pair.reference.program->input_gradient());
      }
    }
  });
}

/// An update rule, and what happens around it.
CompileOptions updating(const UpdateRule& rule, bool accumulate = false, double clip_norm = 0, double average = 0) {
  CompileOptions options;
  options.update = rule;
  options.accumulate = accumulate;
  options.clip_norm = clip_norm;
  options.average = average;
  return options;
}

TEST_P(Parity, EndsAtTheSameWeightsAndSlots) {
  // Adam divides by |gradient| + epsilon: where a gradient is nothing but rounding, Keras's epsilon of 1e-7 would turn
  // that into whole steps. Its exact steps are tested by hand in reference_update_test.
  const Sgd sgd{.momentum = 0.9, .decay = 5e-4};
  const Adam adam{.epsilon = 1e-2, .decay = 1e-3};
  const std::vector<CompileOptions> rules = {updating(sgd),
                                             updating(Sgd{.momentum = 0.9, .decay = 5e-4, .rate_inside = false}),
                                             updating(adam),
                                             updating(Lars{.decay = 5e-4, .trust = 0.1}),
                                             updating(sgd, true, 0.5, 0.9),
                                             updating(adam, false, 0.5, 0.5),
                                             updating(adam, true)};
  for_each_case([&](const LayerCase& layer_case) {
    const std::size_t trainable = layer_case.network.trainable().size();
    for (const CompileOptions& rule : rules) {
      const Pair pair = compile(Backward::kAll, {}, rule);
      double rate = 0.02;
      int call = 0;
      for (const Batch& batch : batches()) {
        // Rates of their own that fall from step to step, and one that is 0.
        std::vector<double> rates(std::max<std::size_t>(trainable, 1), rate);
        rates.back() = trainable > 2 ? 0 : rate;
        const bool update = !rule.accumulate || call++ % 2 == 1;
        static_cast<void>(pair.tested.program->train(batch, {.rates = rates, .update = update}));
        static_cast<void>(pair.reference.program->train(batch, {.rates = rates, .update = update}));
        rate /= 2;
      }
      const Weights expected = pair.reference.parameters->read();
      for (const auto& [name, tensor] : pair.tested.parameters->read()) {
        expect_near("updated weights", name, tensor, expected.at(name));
      }
      EXPECT_EQ(pair.tested.parameters->step(), pair.reference.parameters->step());
      EXPECT_EQ(pair.tested.parameters->slots(), pair.reference.parameters->slots());
      for (const std::string& slot : pair.tested.parameters->slots()) {
        const Weights slots = pair.reference.parameters->read_slot(slot);
        for (const auto& [name, tensor] : pair.tested.parameters->read_slot(slot)) {
          expect_near("slots", slot + " of " + name, tensor, slots.at(name));
        }
      }
    }
  });
}

TEST_P(Parity, ServesWhatAnotherProgramLearns) {
  for_each_case([&](const LayerCase& layer_case) {
    const Pair pair = compile(Backward::kAll, {}, updating(Sgd{}));
    CompileOptions serving;
    serving.batch = 1;
    const auto served =
        make_backend(std::get<0>(GetParam()))->compile(layer_case.network, pair.tested.parameters, serving);
    serving.precision = Precision::kF64;
    const auto expected = make_backend("reference")->compile(layer_case.network, pair.reference.parameters, serving);
    const Batch photo = test::make_batch(layer_case, 1, 1);
    const std::vector<double> rates = {0.05};
    for (int step = 0; step < 2; ++step) {
      expect_near("served scores", "the network", served->infer(photo), expected->infer(photo));
      for (const Side* side : {&pair.tested, &pair.reference}) {
        static_cast<void>(side->program->train(batches().front(), {.rates = rates}));
      }
    }
    for (const Side* side : {&pair.tested, &pair.reference}) {
      side->parameters->write(test::make_weights(layer_case));
    }
    expect_near("served scores", "the network, weights written", served->infer(photo), expected->infer(photo));
  });
}

std::vector<std::tuple<std::string, std::string>> backends_and_kinds() {
  std::vector<std::tuple<std::string, std::string>> all;
  for (const std::string& backend : backend_names()) {
    for (const std::string& kind : test::layer_kinds()) {
      if (backend != "reference" || !test::is_for_kernels(kind)) {
        all.emplace_back(backend, kind);
      }
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Backends, Parity, testing::ValuesIn(backends_and_kinds()), [](const auto& instance) {
  return std::get<0>(instance.param) + "_" + std::get<1>(instance.param);
});

}  // namespace
}  // namespace alexnet
