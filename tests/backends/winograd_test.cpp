#include <algorithm>
#include <cmath>
#include <cstddef>

#include <gtest/gtest.h>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/backends/reference_backend.h"

#include "layer_cases.h"

namespace alexnet::test {
namespace {

double largest_difference(const Tensor& a, const Tensor& b) {
  double difference = 0;
  for (std::size_t i = 0; i < b.as<double>().size(); ++i) {
    difference = std::max(difference, std::abs(a.as<double>()[i] - b.as<double>()[i]));
  }
  return difference;
}

/// parity_test compares the cases of kind `tiles` with the reference backend at batches that are done at once, and
/// would pass as well if the cpu backend did them directly.
TEST(Winograd, IsUsedForFewPhotos) {
  const auto cpu = make_cpu_backend(2);
  if (!std::ranges::any_of(cpu->description(), [](const auto& line) { return line.find("avx2") != line.npos; })) {
    GTEST_SKIP() << "AVX2 is not the most that this processor has";
  }
  const auto reference = make_reference_backend();
  int most = 0;
  for (const LayerCase& layer_case : cases_of("tiles")) {
    const auto weights = make_weights(layer_case);
    const auto parameters = cpu->parameters(layer_case.network, weights);
    for (const int photos : {1, 2, 9, 21}) {
      const auto program = cpu->compile(layer_case.network, parameters, {.batch = photos, .profile = true});
      const auto exact =
          reference->compile(layer_case.network, reference->parameters(layer_case.network, weights, Precision::kF64),
                             {.batch = photos, .precision = Precision::kF64});
      const Batch batch = make_batch(layer_case, photos, photos);
      const Tensor got = program->infer(batch).converted(ElementType::kF64);
      EXPECT_LE(largest_difference(got, exact->infer(batch).converted(ElementType::kF64)), 1e-5)
          << layer_case.name << ", " << photos << " photos";
      const bool tiled = std::ranges::any_of(program->profile(),
                                             [](const ProfileRow& row) { return row.kernel.starts_with("winograd"); });
      EXPECT_TRUE(tiled || photos > 1) << layer_case.name;
      most = tiled ? std::max(most, photos) : most;
    }
  }
  EXPECT_GT(most, 8) << "more photos than are done at once: of some cases spectra do so many";
}

}  // namespace
}  // namespace alexnet::test
