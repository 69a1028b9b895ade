#include "alexnet/runtime/gradient_check.h"

#include <algorithm>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/backends/reference_backend.h"
#include "alexnet/core/error.h"

namespace alexnet {
namespace {

Network small_network() {
  return Network({.name = "small",
                  .input = {1, 5, 5},
                  .layers = {Normalize{.name = "pixels"}, Conv2D{.name = "conv", .filters = 3, .kernel = 3},
                             ReLU{"relu"}, BatchNorm{.name = "norm"}, Flatten{"flat"}, Dropout{.name = "drop"},
                             Dense{.name = "fc", .units = 4}}});
}

/// The reference backend with parameter or input gradients that are 0.1 % too large.
class Wrong final : public Backend {
 public:
  Wrong(std::string parameter, bool input) : parameter_(std::move(parameter)), input_(input) {}

  [[nodiscard]] std::string_view name() const override { return "wrong"; }
  [[nodiscard]] std::vector<std::string> description() const override { return {}; }
  [[nodiscard]] bool supports(const Layer&, Precision) const override { return true; }
  [[nodiscard]] Support support(Precision) const override { return Support::kNative; }
  [[nodiscard]] std::shared_ptr<Parameters> parameters(const Network& network, Weights weights,
                                                       Precision precision) const override {
    return reference_->parameters(network, std::move(weights), precision);
  }
  [[nodiscard]] std::unique_ptr<Program> compile(const Network& network, std::shared_ptr<Parameters> parameters,
                                                 const CompileOptions& options) const override {
    return std::make_unique<WrongProgram>(reference_->compile(network, std::move(parameters), options), parameter_,
                                          input_);
  }

 private:
  class WrongProgram final : public Program {
   public:
    WrongProgram(std::unique_ptr<Program> program, std::string parameter, bool input)
        : program_(std::move(program)), parameter_(std::move(parameter)), input_(input) {}
    const Tensor& infer(const Batch& batch) override { return program_->infer(batch); }
    TrainResult train(const Batch& batch, const TrainCall& call) override {
      TrainCall changed = call;
      changed.observer = [&](const GradientView& view) {
        if (*view.name == parameter_) {
          std::ranges::transform(view.values64, view.values64.begin(), [](double g) { return 1.001 * g; });
        }
        if (call.observer) {
          call.observer(view);
        }
      };
      return program_->train(batch, changed);
    }
    void update(std::span<const double> rates) override { program_->update(rates); }
    void backward(std::string_view layer, const Tensor& gradient) override { program_->backward(layer, gradient); }
    [[nodiscard]] Tensor kept(std::string_view layer) const override { return program_->kept(layer); }
    [[nodiscard]] Tensor kept_gradient(std::string_view layer) const override { return program_->kept_gradient(layer); }
    [[nodiscard]] Tensor input_gradient() const override {
      Tensor gradient = program_->input_gradient();
      std::ranges::transform(gradient.as<double>(), gradient.as<double>().begin(),
                             [&](double g) { return input_ ? 1.001 * g : g; });
      return gradient;
    }
    [[nodiscard]] std::vector<ProfileRow> profile() const override { return program_->profile(); }
    void reset_profile() override { program_->reset_profile(); }
    [[nodiscard]] MemoryReport memory() const override { return program_->memory(); }

   private:
    std::unique_ptr<Program> program_;
    std::string parameter_;
    bool input_;
  };

  std::shared_ptr<Backend> reference_ = make_reference_backend();
  std::string parameter_;
  bool input_;
};

std::vector<std::string> failed_rows(const GradientCheckReport& report) {
  std::vector<std::string> names;
  for (const GradientCheckRow& row : report.rows) {
    if (!row.passed) {
      names.push_back(row.name);
    }
  }
  return names;
}

TEST(GradientCheck, PassesWhatIsRightAndNamesEachTensor) {
  const GradientCheckReport report = check_gradients(*make_reference_backend(), small_network());
  EXPECT_TRUE(report.passed) << report.text();
  ASSERT_EQ(report.rows.size(), 7U);
  EXPECT_EQ(report.rows.front().name, "conv.weight");
  EXPECT_EQ(report.rows.back().name, "input");
  EXPECT_GE(report.rows.front().checked, 20);
  EXPECT_THAT(report.text(), testing::HasSubstr("norm.bias"));
}

TEST(GradientCheck, FindsOneWrongGradient) {
  const GradientCheckReport report = check_gradients(Wrong("conv.weight", false), small_network());
  EXPECT_FALSE(report.passed);
  EXPECT_THAT(failed_rows(report), testing::ElementsAre("conv.weight"));
  EXPECT_THAT(report.text(), testing::HasSubstr("FAILED"));
  EXPECT_THAT(failed_rows(check_gradients(Wrong("norm.bias", false), small_network())),
              testing::ElementsAre("norm.bias"));
}

TEST(GradientCheck, FindsAWrongInputGradient) {
  GradientCheckOptions options;
  options.samples = 0;
  const Network network({.name = "fc", .input = {6}, .layers = {Dense{.name = "fc", .units = 4}}});
  EXPECT_TRUE(check_gradients(*make_reference_backend(), network, options).passed);
  EXPECT_THAT(failed_rows(check_gradients(Wrong("", true), network, options)), testing::ElementsAre("input"));
}

// Inputs that stand on the kink itself: one side has slope 0, the other has not.
TEST(GradientCheck, SkipsKinksAndDoesNotPassOnThemAlone) {
  GradientCheckOptions options;
  options.at.input = Tensor(ElementType::kF64, {1, 3});
  options.at.rows = 1;
  options.at.labels = {1};
  const Network network({.name = "relu", .input = {3}, .layers = {ReLU{"relu"}}});
  const GradientCheckReport report = check_gradients(*make_reference_backend(), network, options);
  ASSERT_EQ(report.rows.size(), 1U);
  EXPECT_EQ(report.rows[0].kinks, 3);
  EXPECT_EQ(report.rows[0].checked, 0);
  EXPECT_FALSE(report.passed);
}

TEST(GradientCheck, NeedsFloatsAndValidRows) {
  GradientCheckOptions options;
  options.at.input = Tensor(ElementType::kU8, {1, 5, 5, 1});
  options.at.rows = 1;
  EXPECT_THROW(static_cast<void>(check_gradients(*make_reference_backend(), small_network(), options)), Error);
  options.at.input = Tensor(ElementType::kF32, {2, 1, 5, 5});
  EXPECT_THROW(static_cast<void>(check_gradients(*make_reference_backend(), small_network(), options)), Error);
}

}  // namespace
}  // namespace alexnet
