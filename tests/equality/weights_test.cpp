// Weights of torchvision's own class: fixtures of tools/fixtures/make_torchvision_fixture.py.

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "alexnet/formats/model_file.h"
#include "alexnet/registry/registry.h"

#include "equality/comparison.h"
#include "support/source_tree.h"

namespace alexnet {
namespace {

class StateDict : public testing::TestWithParam<test::Machine> {};

TEST_P(StateDict, LoadsByNameAndPredictsTheSame) {
  const auto path = testing_support::test_data() / "equality" / "torchvision_state_dict.safetensors";
  const test::Fixture fixture("torchvision_scores");
  const test::LayerCase layer_case = test::equality_cases("torchvision").front();
  ASSERT_TRUE(fixture.metadata("torchvision") == layer_case.network.to_json()) << fixture.out_of_date();
  Weights weights = read_weights(path, layer_case.network);
  const bool exact = GetParam().precision == Precision::kF64;
  for (auto& [name, tensor] : weights) {
    tensor = tensor.converted(exact ? ElementType::kF64 : ElementType::kF32);
  }
  Batch batch = test::equality_batch(layer_case, test::equality_rows(layer_case));
  batch.photos.clear();
  const auto backend = make_backend(GetParam().backend);
  const auto program =
      backend->compile(layer_case.network, backend->parameters(layer_case.network, weights, GetParam().precision),
                       {.batch = batch.rows, .precision = GetParam().precision, .threads = 1});
  const Tensor scores = program->infer(batch).converted(ElementType::kF64);
  const double difference = test::relative_difference(scores.as<double>(), fixture.numbers("scores"));
  EXPECT_LE(difference, exact ? 1e-10 : 1e-5);
  test::LargestDifferences::add("torchvision", GetParam().name, "its state_dict", "scores", difference);
}

INSTANTIATE_TEST_SUITE_P(Equality, StateDict, testing::ValuesIn(test::machines()),
                         [](const auto& instance) { return test::test_name(instance.param, "state_dict"); });

}  // namespace
}  // namespace alexnet
