// Our side of tools/fixtures/compare_with_torchvision.py, at full size: reads FOLDER/state_dict.safetensors and
// FOLDER/batch.safetensors (pixels, labels), writes FOLDER/ours.safetensors (<machine>/scores, losses of five steps,
// gradient/<tensor>) and FOLDER/model.safetensors.

#include <exception>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "alexnet/formats/model_file.h"
#include "alexnet/formats/safetensors.h"
#include "alexnet/models/models.h"
#include "alexnet/registry/registry.h"

namespace alexnet::test {
namespace {

constexpr double kRate = 0.05;
constexpr int kSteps = 5;

Batch read_batch(const std::filesystem::path& path) {
  SafetensorsFile file = read_safetensors(path);
  Batch batch;
  batch.input = std::move(file.tensors.at("pixels"));
  batch.rows = static_cast<int>(batch.input.shape()[0]);
  const auto labels = file.tensors.at("labels").as<std::int32_t>();
  batch.labels.assign(labels.begin(), labels.end());
  return batch;
}

/// Dropout as at test time: the masks of others are not ours.
void compute(const Network& network, const Weights& start, const Batch& batch, const std::string& backend_name,
             Precision precision, std::map<std::string, Tensor>& results) {
  Weights weights = start;
  if (precision == Precision::kF64) {
    for (auto& [name, tensor] : weights) {
      tensor = tensor.converted(ElementType::kF64);
    }
  }
  const auto backend = make_backend(backend_name);
  const auto program = backend->compile(network, backend->parameters(network, weights, precision),
                                        {.batch = batch.rows,
                                         .precision = precision,
                                         .backward = Backward::kAll,
                                         .update = Sgd{.momentum = 0.9, .decay = 5e-4, .rate_inside = false}});
  const std::string group = backend_name + "/";
  results[group + "scores"] = program->infer(batch);
  std::vector<double> losses;
  for (int step = 0; step < kSteps; ++step) {
    TrainCall call{.rates = std::span(&kRate, 1)};
    if (step == 0) {
      call.observer = [&](const GradientView& view) {
        results[group + "gradient/" + network.tensor_name(*view.name)] = view.logical();
      };
    }
    losses.push_back(program->train(batch, call).loss);
  }
  results[group + "losses"] = Tensor::of<double>({kSteps}, losses);
}

void run(const std::filesystem::path& folder) {
  const Network network = models::torchvision();
  const Weights weights = read_weights(folder / "state_dict.safetensors", network);
  const Batch batch = read_batch(folder / "batch.safetensors");
  std::map<std::string, Tensor> results;
  compute(network, weights, batch, "cpu", Precision::kF32, results);
  compute(network, weights, batch, "reference", Precision::kF64, results);
  std::map<std::string, const Tensor*> tensors;
  for (const auto& [name, tensor] : results) {
    tensors[name] = &tensor;
  }
  write_safetensors(folder / "ours.safetensors", tensors, {});
  write_model(folder / "model.safetensors", {network, weights, {}, {}});
}

}  // namespace
}  // namespace alexnet::test

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: {} FOLDER\n", argv[0]);
    return 2;
  }
  try {
    alexnet::test::run(argv[1]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
