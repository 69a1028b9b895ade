#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "alexnet/registry/registry.h"

#include "backends/lower_precision.h"

/// Gradients of convolutions' weights at bf16 that tiles of AMX make, and layers of large kernels that spectra compute
/// from rounded numbers, beside the plain loops.
namespace alexnet::test {
namespace {

bool has_amx() { return make_backend("cpu")->support(Precision::kBF16) == Support::kFast; }

/// The convolution behind one of 1x1 that only hands colours on, so that what comes in is the same on both sides.
LayerCase behind_colours(const Shape& input, int channels, const Conv2D& conv) {
  return {.name = conv.name,
          .kind = "conv2d",
          .network = Network(
              {.name = conv.name,
               .input = input,
               .layers = {Conv2D{.name = "colours", .filters = channels, .kernel = 1}, conv, Flatten{"flat"}}})};
}

void hand_colours_on(Weights& weights, int channels) {
  Tensor& filters = weights.at("colours.weight");
  std::ranges::fill(filters.as<float>(), 0.0F);
  std::ranges::fill(weights.at("colours.bias").as<float>(), 0.0F);
  for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c) {
    filters.as<float>()[c * 3 + c % 3] = 1;
  }
}

/// The gradients of all parameters, and whether a kernel of that name made one of them.
std::map<std::string, Tensor> gradients(const LayerCase& layer_case, const std::string& backend, int channels,
                                        const Batch& batch, const std::string& kernel, bool& used) {
  CompileOptions options = training_options(Backward::kAll);
  options.profile = true;
  Lower side(layer_case, backend, Precision::kBF16, options);
  if (channels > 0) {
    Weights weights = side.parameters->read();
    hand_colours_on(weights, channels);
    side.parameters->write(weights);
  }
  std::map<std::string, Tensor> found;
  static_cast<void>(
      side.program->train(batch, {.rates = {}, .update = false, .observer = [&](const GradientView& view) {
                                    found.emplace(*view.name, view.logical());
                                  }}));
  used = std::ranges::any_of(side.program->profile(), [&](const ProfileRow& row) {
    return row.pass == "backward weights" && row.kernel.find(kernel) != std::string::npos;
  });
  return found;
}

void expect_the_plain_loops_gradients(const LayerCase& layer_case, int channels, const std::string& kernel) {
  SCOPED_TRACE(layer_case.name);
  for (const int rows : {kMostRows, 1}) {
    const Batch batch = exact_batch(layer_case, rows);
    bool used = false;
    bool unused = false;
    const auto got = gradients(layer_case, "cpu", channels, batch, kernel, used);
    EXPECT_TRUE(used || !has_amx());
    for (const auto& [name, expected] : gradients(layer_case, "reference", channels, batch, kernel, unused)) {
      EXPECT_LE(difference(got.at(name), expected), 1e-5) << name << ", " << rows << " rows";
    }
  }
}

class TileGradient : public testing::Test {
 protected:
  void SetUp() override {
    if (!is_possible(Precision::kBF16)) {
      GTEST_SKIP() << "this processor does not compute at bf16";
    }
  }
};

TEST_F(TileGradient, IsThatOfThePlainLoops) {
  const auto check = [](const Shape& input, int channels, const Conv2D& conv) {
    expect_the_plain_loops_gradients(behind_colours(input, channels, conv), channels, "tiles:amx");
  };
  check({3, 13, 13}, 32, {.name = "padded", .filters = 32, .kernel = 3, .padding = Padding::all(1)});
  check({3, 9, 12}, 48, {.name = "odd_blocks", .filters = 16, .kernel = 3});
  check({3, 11, 8}, 64, {.name = "groups", .filters = 96, .kernel = 3, .padding = Padding::all(1), .groups = 2});
  check({3, 14, 10}, 16,
        {.name = "unequal_padding", .filters = 48, .kernel = 5, .padding = Padding::of(0, 2, 1, 4), .has_bias = false});
  check({3, 6, 7}, 16, {.name = "even_kernel", .filters = 32, .kernel = 4, .padding = Padding::all(2)});
  check({3, 27, 27}, 16, {.name = "more_than_is_cached", .filters = 16, .kernel = 3, .padding = Padding::all(1)});
  check({3, 5, 5}, 16, {.name = "one_by_one", .filters = 16, .kernel = 1});
}

TEST_F(TileGradient, OfFoldedPixelsIsThatOfThePlainLoops) {
  const auto check = [](const Shape& input, const Conv2D& conv) {
    const LayerCase layer_case = {
        .name = conv.name,
        .kind = "conv2d",
        .network = Network({.name = conv.name, .input = input, .layers = {conv, Flatten{"flat"}}})};
    expect_the_plain_loops_gradients(layer_case, 0, "folded tiles:amx");
  };
  check({3, 51, 46}, {.name = "colours", .filters = 16, .kernel = 11, .stride = 4, .padding = Padding::all(2)});
  check({1, 43, 45}, {.name = "grey", .filters = 48, .kernel = 11, .stride = 4});
  check({4, 25, 30}, {.name = "unequal",
                      .filters = 32,
                      .kernel = 5,
                      .stride = 2,
                      .padding = Padding::of(0, 2, 1, 4),
                      .has_bias = false});
}

TEST_F(TileGradient, OfLargeKernelsComesFromSpectraOfRoundedNumbers) {
  const Conv2D conv{.name = "large", .filters = 16, .kernel = 11};
  expect_the_plain_loops_gradients(behind_colours({3, 27, 27}, 16, conv), 16, "bf16 fourier");
}

}  // namespace
}  // namespace alexnet::test
