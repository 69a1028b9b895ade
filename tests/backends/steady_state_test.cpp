// Counts what is allocated while a Program runs, by replacing operator new. oneDNN builds a small map of arguments for
// each primitive; anything as large as a row of activations is ours, and a mistake.

#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>

#include <gtest/gtest.h>

#include "alexnet/bench/random_batch.h"
#include "alexnet/models/models.h"
#include "alexnet/registry/registry.h"

namespace {

std::atomic<std::size_t> largest = 0;

void* counted(std::size_t size, std::size_t alignment) {
  std::size_t before = largest;
  while (size > before && !largest.compare_exchange_weak(before, size)) {
  }
  void* memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}

// Not inlined: GCC would see free() behind its own new expressions and take that for a mistake.
[[gnu::noinline]] void freed(void* memory) { std::free(memory); }

}  // namespace

void* operator new(std::size_t size) { return counted(size, __STDCPP_DEFAULT_NEW_ALIGNMENT__); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { freed(memory); }
void operator delete(void* memory, std::size_t) noexcept { freed(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { freed(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { freed(memory); }

namespace alexnet {
namespace {

constexpr std::size_t kSmall = 4096;

class SteadyState : public testing::TestWithParam<const char*> {};

TEST_P(SteadyState, AllocatesNothingLarge) {
  const Network network = models::by_name(GetParam());
  const auto backend = make_backend("cpu");
  const auto parameters = backend->parameters(network, bench::start_weights(network, 1));
  const auto trained = backend->compile(
      network, parameters,
      {.batch = 2, .statistics = Statistics::kTraining, .backward = Backward::kAll, .update = Sgd{.momentum = 0.9}});
  const auto used = backend->compile(network, parameters, {.batch = 2});
  const Batch batch = bench::random_batch(network, 2, 1);
  const std::vector<double> rates = {1e-6};
  const auto call = [&] {
    trained->train(batch, {.rates = rates});
    used->infer(batch);
  };
  call();
  call();
  largest = 0;
  call();
  EXPECT_LT(largest.load(), kSmall);
  const auto counts = std::make_unique<char[]>(2 * kSmall);  // the counter does count
  EXPECT_GE(largest.load(), 2 * kSmall);
}

// Direct convolutions and spectra, LRN, batch normalisation, groups, locally connected layers.
INSTANTIATE_TEST_SUITE_P(Networks, SteadyState,
                         testing::Values("lenet5", "cifar10-11pct", "cifar10-quick", "alexnet-paper", "tutorial"));

}  // namespace
}  // namespace alexnet
