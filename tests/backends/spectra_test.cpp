#include <algorithm>

#include <gtest/gtest.h>

#include "alexnet/backends/cpu_backend.h"

#include "layer_cases.h"

namespace alexnet::test {
namespace {

/// Holds the cases of kind `spectra` to their purpose: parity_test compares them with the reference backend, but would
/// pass as well if the cpu backend did them directly.
TEST(Spectra, AreUsedForLargeKernels) {
  const auto backend = make_cpu_backend(1);
  if (!std::ranges::any_of(backend->description(), [](const auto& line) { return line.find("avx") != line.npos; })) {
    GTEST_SKIP() << "this processor's convolutions are not blocked by channels";
  }
  for (const LayerCase& layer_case : cases_of("spectra")) {
    const auto parameters =
        backend->parameters(layer_case.network, initial_weights(layer_case.network, 1), Precision::kF32);
    const auto program = backend->compile(
        layer_case.network, parameters,
        {.batch = 4, .statistics = Statistics::kTraining, .backward = Backward::kAll, .profile = true});
    Batch batch;
    Shape input = {4};
    input.insert(input.end(), layer_case.network.input().begin(), layer_case.network.input().end());
    batch.input = Tensor(ElementType::kF32, input);
    batch.rows = 4;
    batch.labels = {0, 1, 2, 3};
    program->train(batch, {.rates = {}, .update = false});
    int fourier = 0;
    for (const ProfileRow& row : program->profile()) {
      fourier += row.kernel.starts_with("fourier") ? 1 : 0;
    }
    EXPECT_EQ(fourier, 3) << layer_case.name << ": forward, backward data, backward weights";
  }
}

}  // namespace
}  // namespace alexnet::test
