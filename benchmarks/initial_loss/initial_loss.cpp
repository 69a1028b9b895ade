// A network's loss and gradients before training, by the backends cpu (f32) and reference (double), together with the
// weights and photos they were computed from: what compare.py holds beside PyTorch.

#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <variant>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "alexnet/bench/random_batch.h"
#include "alexnet/formats/safetensors.h"
#include "alexnet/models/models.h"
#include "alexnet/registry/registry.h"

namespace alexnet::benchmarks {
namespace {

struct Options {
  std::string network;
  std::string to;
  int batch = 4;
  std::uint64_t seed = 1;
  bool batch_statistics = false;
};

struct Result {
  double loss = 0;
  Weights gradients;  ///< f32, by parameter
};

/// The network without dropout: PyTorch's random numbers are not ours.
Network without_dropout(const Network& network) {
  Network::Options options = network.options();
  std::erase_if(options.layers, [](const Layer& layer) { return std::holds_alternative<Dropout>(layer); });
  return Network(options);
}

Result compute(const char* backend_name, Precision precision, const Network& network, const Weights& weights,
               const Batch& batch, bool batch_statistics) {
  const auto backend = make_backend(backend_name);
  const CompileOptions compile{.batch = batch.rows,
                               .precision = precision,
                               .statistics = batch_statistics ? Statistics::kTraining : Statistics::kInference,
                               .backward = Backward::kAll};
  const auto program = backend->compile(network, backend->parameters(network, weights, precision), compile);
  Result result;
  const auto keep = [&](const GradientView& view) {
    result.gradients[*view.name] = view.logical().converted(ElementType::kF32);
  };
  result.loss = program->train(batch, {.rates = {}, .update = false, .observer = keep}).loss;
  return result;
}

void write(const Options& options) {
  const Network preset = models::by_name(options.network);
  const Network network = options.batch_statistics ? without_dropout(preset) : preset;
  const Weights weights = bench::start_weights(network, options.seed);
  const Batch batch = bench::random_batch(network, options.batch, options.seed);
  const Result cpu = compute("cpu", Precision::kF32, network, weights, batch, options.batch_statistics);
  const Result reference = compute("reference", Precision::kF64, network, weights, batch, options.batch_statistics);

  std::map<std::string, const Tensor*> tensors;
  const auto add = [&](const std::string& group, const Weights& values) {
    for (const auto& [name, tensor] : values) {
      tensors[group + "/" + name] = &tensor;
    }
  };
  const Tensor labels = Tensor::of<std::int32_t>({batch.rows}, batch.labels);
  add("weights", weights);
  add("cpu", cpu.gradients);
  add("reference", reference.gradients);
  tensors["pixels"] = &batch.input;
  tensors["labels"] = &labels;
  write_safetensors(options.to, tensors,
                    {{"network", network.to_json()},
                     {"statistics", options.batch_statistics ? "training" : "inference"},
                     {"cpu", fmt::format("{:.17g}", cpu.loss)},
                     {"reference", fmt::format("{:.17g}", reference.loss)}});
}

}  // namespace
}  // namespace alexnet::benchmarks

int main(int argc, char** argv) {
  alexnet::benchmarks::Options options;
  CLI::App app("Writes a network's loss and gradients before training, with its weights and photos.");
  app.add_option("network", options.network, "the name of a preset")->required();
  app.add_option("--to", options.to, "the safetensors file to write")->required();
  app.add_option("--batch", options.batch, "photos")->check(CLI::PositiveNumber)->capture_default_str();
  app.add_option("--seed", options.seed, "of weights, photos and labels")->capture_default_str();
  app.add_flag("--batch-statistics", options.batch_statistics,
               "batch normalisation over the batch, and no dropout layers");
  CLI11_PARSE(app, argc, argv);
  try {
    alexnet::benchmarks::write(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
