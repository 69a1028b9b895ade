#include <algorithm>
#include <cmath>
#include <cstddef>

#include <gtest/gtest.h>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/backends/reference_backend.h"

#include "layer_cases.h"

/// parity_test compares the cases with the reference backend at batches of one size; here are the kernels that are for
/// few photos alone, and that they are used.
namespace alexnet::test {
namespace {

double largest_difference(const Tensor& a, const Tensor& b) {
  double difference = 0;
  for (std::size_t i = 0; i < b.as<double>().size(); ++i) {
    difference = std::max(difference, std::abs(a.as<double>()[i] - b.as<double>()[i]));
  }
  return difference;
}

class FewPhotos : public testing::Test {
 protected:
  void SetUp() override {
    if (!has("avx2") && !has("avx512")) {
      GTEST_SKIP() << "this processor has neither AVX2 nor AVX-512";
    }
  }

  [[nodiscard]] bool has(const std::string& set) const {
    return std::ranges::any_of(cpu_->description(),
                               [&](const std::string& line) { return line.ends_with("kernels for " + set); });
  }

  /// With AVX-512 a photo alone is not folded, channels come in by 16, and filters are done by 32.
  [[nodiscard]] bool for_one_photo(const LayerCase& layer_case) const {
    bool whole = false;
    std::int64_t channels = 0;
    for (const Layer& layer : layer_case.network.layers()) {
      if (const auto* conv = std::get_if<Conv2D>(&layer)) {
        whole = whole || (channels > 0 && channels % 16 == 0 && conv->filters / conv->groups % 32 == 0);
        channels = conv->filters;
      }
    }
    return has("avx2") || whole;
  }

  /// Whether a program for so many photos uses a kernel of such a name; its scores must be those of the reference
  /// backend.
  bool uses(const LayerCase& layer_case, int photos, const std::string& kernel) {
    const auto weights = make_weights(layer_case);
    const auto program = cpu_->compile(layer_case.network, cpu_->parameters(layer_case.network, weights),
                                       {.batch = photos, .profile = true});
    const auto exact =
        reference_->compile(layer_case.network, reference_->parameters(layer_case.network, weights, Precision::kF64),
                            {.batch = photos, .precision = Precision::kF64});
    const Batch batch = make_batch(layer_case, photos, photos);
    const Tensor got = program->infer(batch).converted(ElementType::kF64);
    EXPECT_LE(largest_difference(got, exact->infer(batch).converted(ElementType::kF64)), 1e-5)
        << layer_case.name << ", " << photos << " photos";
    return std::ranges::any_of(program->profile(),
                               [&](const ProfileRow& row) { return row.kernel.find(kernel) != std::string::npos; });
  }

 private:
  std::shared_ptr<Backend> cpu_ = make_cpu_backend(2);
  std::shared_ptr<Backend> reference_ = make_reference_backend();
};

TEST_F(FewPhotos, AreConvolvedInTiles) {
  int most = 0;
  for (const LayerCase& layer_case : cases_of("tiles")) {
    for (const int photos : {1, 2, 9, 21}) {
      const bool tiles = uses(layer_case, photos, "winograd");
      EXPECT_TRUE(tiles || photos > 1 || !for_one_photo(layer_case)) << layer_case.name;
      most = tiles ? std::max(most, photos) : most;
    }
  }
  EXPECT_GT(most, 8) << "more photos than are done at once: of some cases spectra do so many";
}

TEST_F(FewPhotos, GoThroughDenseLayersInTheOrderOfFiles) {
  for (const char* kind : {"dense", "products", "tiles"}) {
    for (const LayerCase& layer_case : cases_of(kind)) {
      const bool dense = std::ranges::any_of(layer_case.network.layers(),
                                             [](const Layer& layer) { return std::holds_alternative<Dense>(layer); });
      EXPECT_EQ(uses(layer_case, 1, "dots"), dense) << layer_case.name;
      EXPECT_EQ(uses(layer_case, 2, "dots"), dense) << layer_case.name;
      EXPECT_FALSE(uses(layer_case, 3, "dots")) << layer_case.name;
    }
  }
}

/// Where a Program for many photos comes first, one for few must read the weights in its order, and the other way
/// round.
TEST_F(FewPhotos, ShareTheirWeightsWithMany) {
  const auto backend = make_cpu_backend(2);
  const LayerCase layer_case = cases_of("products").back();
  const Batch one = make_batch(layer_case, 1, 1);
  const Batch many = make_batch(layer_case, 9, 9);
  const auto weights = make_weights(layer_case);
  const auto scores = [&](int first, int second, const Batch& batch) {
    const auto parameters = backend->parameters(layer_case.network, weights);
    const auto before = backend->compile(layer_case.network, parameters, {.batch = first});
    const auto after = backend->compile(layer_case.network, parameters, {.batch = second});
    return (batch.rows == first ? before : after)->infer(batch).converted(ElementType::kF64);
  };
  EXPECT_LE(largest_difference(scores(1, 9, one), scores(9, 1, one)), 1e-5);
  EXPECT_LE(largest_difference(scores(1, 9, many), scores(9, 1, many)), 1e-5);
}

}  // namespace
}  // namespace alexnet::test
