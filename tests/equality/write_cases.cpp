// Writes every case as FOLDER/<group>/<case>.safetensors: the network, its weights and a batch, of ROWS rows where that
// is given. tools/fixtures/ makes the fixtures of tests/data/equality from them.

#include <exception>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "alexnet/formats/safetensors.h"

#include "equality/cases.h"

namespace alexnet::test {
namespace {

/// (rows, 7): crop top, crop left, flipped, three colour offsets, colour scale.
Tensor tensor_of(const std::vector<PhotoFacts>& photos) {
  std::vector<double> values;
  for (const PhotoFacts& photo : photos) {
    values.insert(values.end(), {static_cast<double>(photo.crop_top), static_cast<double>(photo.crop_left),
                                 photo.flipped ? 1.0 : 0.0});
    values.insert(values.end(), std::begin(photo.colour_offset), std::end(photo.colour_offset));
    values.push_back(photo.colour_scale);
  }
  return Tensor::of<double>({static_cast<std::int64_t>(photos.size()), 7}, values);
}

void write_case(const LayerCase& layer_case, int rows, const std::filesystem::path& path) {
  const Batch batch = equality_batch(layer_case, rows);
  const Weights weights = equality_weights(layer_case);
  const Tensor upstream = equality_upstream(layer_case, rows);
  const Tensor labels = Tensor::of<std::int32_t>({static_cast<std::int64_t>(batch.labels.size())}, batch.labels);
  const Tensor row_weights = Tensor::of<float>({batch.rows}, batch.weights);
  const Tensor photos = tensor_of(batch.photos);
  std::map<std::string, const Tensor*> tensors = {
      {"input", &batch.input}, {"row_weights", &row_weights}, {"upstream", &upstream}};
  if (batch.soft_labels.empty()) {
    tensors["labels"] = &labels;
  } else {
    tensors["soft_labels"] = &batch.soft_labels;
  }
  if (!photos.empty()) {
    tensors["photos"] = &photos;
  }
  for (const auto& [name, tensor] : weights) {
    tensors["weights/" + name] = &tensor;
  }
  write_safetensors(path, tensors,
                    {{"network", layer_case.network.to_json()},
                     {"statistics", layer_case.statistics == Statistics::kTraining ? "training" : "inference"}});
}

void write_all(const std::filesystem::path& folder, std::optional<int> rows) {
  for (const std::string& group : equality_groups()) {
    std::filesystem::create_directories(folder / group);
    for (const LayerCase& layer_case : equality_cases(group)) {
      write_case(layer_case, rows.value_or(equality_rows(layer_case)),
                 folder / group / (layer_case.name + ".safetensors"));
    }
  }
}

}  // namespace
}  // namespace alexnet::test

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) {
    fmt::print(stderr, "usage: {} FOLDER [ROWS]\n", argv[0]);
    return 2;
  }
  try {
    alexnet::test::write_all(argv[1], argc == 3 ? std::optional(std::stoi(argv[2])) : std::nullopt);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
