#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "alexnet/core/random.h"

#include "backends/layer_cases.h"

// The numbers that go with a case: all are f32 values, so that both precisions compute with the same.
namespace alexnet::test {
namespace {

constexpr std::uint64_t kSeed = 20121203;

RandomStream draws(std::uint32_t purpose, std::uint32_t number) {
  return RandomStream(DrawKey{kSeed, purpose, 0, number});
}

double f32_normal(RandomStream& stream) { return static_cast<double>(static_cast<float>(stream.normal())); }

PhotoFacts facts_of_row(int row) {
  PhotoFacts facts;
  facts.crop_top = row % 4;
  facts.crop_left = (row * 2 + 1) % 4;
  facts.flipped = row % 2 == 1;
  facts.colour_offset[0] = 0.05F * static_cast<float>(row + 1);
  facts.colour_offset[1] = -0.02F * static_cast<float>(row + 1);
  facts.colour_offset[2] = 0.01F;
  facts.colour_scale = row % 2 == 0 ? 1 / 1.1F : 1.0F;
  return facts;
}

Tensor make_input(const LayerCase& layer_case, int n, ElementType type) {
  const Shape& photo = layer_case.network.input();
  RandomStream stream = draws(1, 0);
  if (layer_case.bytes) {
    Tensor input(ElementType::kU8, {n, photo[1], photo[2], photo[0]});
    std::ranges::generate(input.as<std::uint8_t>(), [&] { return static_cast<std::uint8_t>(stream.below(256)); });
    return input;
  }
  Shape shape = {n};
  shape.insert(shape.end(), photo.begin(), photo.end());
  Tensor input(ElementType::kF32, shape);
  std::ranges::generate(input.as<float>(), [&] {
    const auto value = static_cast<float>(layer_case.input_scale * stream.normal());
    return layer_case.whole ? std::round(value) : value;
  });
  return input.converted(type);
}

void add_labels(const LayerCase& layer_case, Batch& batch, int n) {
  const std::int64_t classes = layer_case.network.classes();
  if (layer_case.soft) {
    batch.soft_labels = Tensor(ElementType::kF32, {n, classes});
    RandomStream stream = draws(2, 0);
    std::ranges::generate(batch.soft_labels.as<float>(),
                          [&] { return static_cast<float>(2 * stream.uniform() / static_cast<double>(classes)); });
  } else {
    for (int row = 0; row < n; ++row) {
      batch.labels.push_back(static_cast<std::int32_t>((row * 5 + 1) % classes));
    }
  }
}

}  // namespace

Batch make_batch(const LayerCase& layer_case, int n, int rows, ElementType type) {
  Batch batch;
  batch.input = make_input(layer_case, n, type);
  batch.rows = rows;
  add_labels(layer_case, batch, n);
  for (int row = 0; row < n; ++row) {
    batch.weights.push_back(0.5F + 0.25F * static_cast<float>(row));
    if (layer_case.facts) {
      batch.photos.push_back(facts_of_row(row));
    }
  }
  batch.epoch = 3;
  batch.position = 1000;
  return batch;
}

Weights make_weights(const LayerCase& layer_case, ElementType type) {
  Weights weights = initial_weights(layer_case.network, kSeed);
  std::uint32_t number = 0;
  for (const ParameterSpec& spec : layer_case.network.parameters()) {
    RandomStream stream = draws(3, number++);
    const auto ends_with = [&](std::string_view end) { return spec.name.ends_with(end); };
    for (float& value : weights.at(spec.name).as<float>()) {
      const auto noise = static_cast<float>(stream.normal());
      if (ends_with(".running_var")) {
        value = 0.5F + std::abs(noise);
      } else if (spec.shape.size() == 1) {
        value += 0.2F * noise;  // biases, scales and means of batch normalisation
      } else if (spec.role == ParameterRole::kConstant) {
        value = 0.45F + 0.1F * noise;  // a mean image of pixels between 0 and 1
      }
    }
  }
  for (auto& [name, tensor] : weights) {
    tensor = tensor.converted(type);
  }
  return weights;
}

Tensor random_tensor(Shape shape, std::uint32_t number, ElementType type) {
  Tensor tensor(ElementType::kF64, std::move(shape));
  RandomStream stream = draws(4, number);
  std::ranges::generate(tensor.as<double>(), [&] { return f32_normal(stream); });
  return tensor.converted(type);
}

}  // namespace alexnet::test
