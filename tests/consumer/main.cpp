#include <cstdio>

#include "alexnet/models/models.h"
#include "alexnet/registry/registry.h"

// Runs one picture of zeros through LeNet-5 on the best backend: prints the number of scores.
int main() {
  const auto network = alexnet::models::lenet5();
  const auto backend = alexnet::make_backend("auto");
  auto parameters = backend->parameters(network, alexnet::initial_weights(network, 1));
  const auto program = backend->compile(network, parameters, {.batch = 1});
  alexnet::Batch batch;
  batch.input = alexnet::Tensor(alexnet::ElementType::kU8, {1, 28, 28, 1});
  batch.rows = 1;
  std::printf("%lld scores\n", static_cast<long long>(program->infer(batch).size()));
}
