#include <optional>

#include <gtest/gtest.h>

#include "alexnet/core/error.h"
#include "alexnet/registry/registry.h"

#include "backends/lower_precision.h"

// Precisions below f32: the kernels of a backend beside the plain loops of the reference, which round to the same
// numbers, and beside f32.
namespace alexnet {
namespace {

using test::difference;
using test::doubles;
using test::is_possible;
using test::kMostRows;
using test::LayerCase;
using test::learnable;
using test::Lower;
using test::mean_difference;

class LowerPrecision : public testing::TestWithParam<Precision> {
 protected:
  void SetUp() override {
    if (!is_possible(GetParam())) {
      GTEST_SKIP() << "this processor does not compute at " << name_of(GetParam());
    }
  }
};

// Behind a layer that does not multiply at the precision a last bit of f32 may round to the next number of it, so that
// chains are compared loosely.
TEST_P(LowerPrecision, InfersWhatThePlainLoopsDo) {
  for (const LayerCase& layer_case : test::cases_of_kinds({"conv2d", "dense", "chain", "tiles"})) {
    SCOPED_TRACE(layer_case.name);
    Lower tested(layer_case, "cpu", GetParam());
    Lower reference(layer_case, "reference", GetParam());
    for (int rows = kMostRows; rows > 0; --rows) {
      const Batch batch = test::make_batch(layer_case, rows, rows);
      EXPECT_LE(difference(tested.program->infer(batch), reference.program->infer(batch)),
                layer_case.kind == "chain" || layer_case.kind == "tiles" ? 0.05 : 1e-5)
          << rows << " rows";
    }
  }
}

// Rounding to 8 significant bits is wrong by 2^-9 / sqrt(3) = 0.11 % of a number at most, to 127 steps of a normal
// distribution's reach (3.5 deviations) by 0.8 % of its deviation: of both factors together 0.16 and 1.1 %.
TEST_P(LowerPrecision, StaysNearF32) {
  for (const LayerCase& layer_case : test::cases_of_kinds({"conv2d", "dense"})) {
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

}  // namespace
}  // namespace alexnet
