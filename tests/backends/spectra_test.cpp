#include <algorithm>
#include <memory>
#include <utility>

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

/// A few photos are done directly, many by spectra. Whichever Program comes first chooses the order of the weights, and
/// the other must not move them under it.
TEST(Spectra, LeaveTheWeightsInTheOrderThatAnotherProgramReads) {
  constexpr int kMany = 32;
  const auto backend = make_cpu_backend(1);
  for (const LayerCase& layer_case : cases_of("spectra")) {
    SCOPED_TRACE(layer_case.name);
    const Batch few_photos = make_batch(layer_case, 1, 1);
    const Batch many_photos = make_batch(layer_case, kMany, kMany);
    const auto train = [&](const std::shared_ptr<Parameters>& parameters) {
      const auto many =
          backend->compile(layer_case.network, parameters,
                           {.batch = kMany, .statistics = Statistics::kTraining, .backward = Backward::kAll});
      Tensor gradient;
      const auto keep = [&](const GradientView& view) {
        if (*view.name == "conv2.weight") {
          gradient = view.logical();
        }
      };
      const auto result = many->train(many_photos, {.rates = {}, .update = false, .observer = keep});
      return std::pair(*result.scores, gradient);
    };
    const auto alone = train(backend->parameters(layer_case.network, make_weights(layer_case)));

    const auto parameters = backend->parameters(layer_case.network, make_weights(layer_case));
    const auto few = backend->compile(layer_case.network, parameters, {.batch = 1, .backward = Backward::kInput});
    const Tensor before = few->infer(few_photos);
    const auto beside = train(parameters);
    EXPECT_EQ(few->infer(few_photos), before) << "the first program reads its weights as before";
    EXPECT_EQ(beside.first, alone.first) << "scores of the second";
    EXPECT_EQ(beside.second, alone.second) << "and its gradient";
  }
}

TEST(Spectra, OfTheWeightsAreMadeOnceForAllPrograms) {
  constexpr int kMany = 32;
  constexpr int kFewer = 24;
  const auto backend = make_cpu_backend(1);
  const LayerCase layer_case = cases_of("spectra").front();
  const Batch many_photos = make_batch(layer_case, kMany, kMany);
  const Batch fewer_photos = make_batch(layer_case, kFewer, kFewer);
  const auto parameters = backend->parameters(layer_case.network, make_weights(layer_case));
  const auto many = backend->compile(layer_case.network, parameters, {.batch = kMany});
  const Tensor before = many->infer(many_photos);
  const auto bytes = many->memory().parameter_bytes;
  const auto fewer = backend->compile(layer_case.network, parameters, {.batch = kFewer});
  fewer->infer(fewer_photos);
  EXPECT_EQ(many->memory().parameter_bytes, bytes);

  const Weights others = initial_weights(layer_case.network, 2);
  parameters->write(others);
  const auto fresh =
      backend->compile(layer_case.network, backend->parameters(layer_case.network, others), {.batch = kMany});
  const Tensor expected = fresh->infer(many_photos);
  EXPECT_NE(before, expected);
  fewer->infer(fewer_photos);  // renews them, and the first Program must see that
  EXPECT_EQ(many->infer(many_photos), expected);
}

}  // namespace
}  // namespace alexnet::test
