// A network of one's own, trained on pictures made here: stripes that stand upright, lie flat or lean.
// example_train_stripes MODEL PICTURE writes the model and one upright picture.

#include <algorithm>
#include <cstdio>
#include <span>

#include "alexnet/core/files.h"
#include "alexnet/core/random.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/image/encode.h"
#include "alexnet/registry/registry.h"

namespace {

using namespace alexnet;

constexpr int kSide = 24;
constexpr int kClasses = 3;

/// One layer of filters, a pool and a dense layer: data, that no code has to run yet.
Network make_network() {
  return Network({.name = "stripes",
                  .input = {1, kSide, kSide},
                  .layers = {Normalize{.name = "normalize", .scale = 1.0 / 255, .mean = {0.5}},
                             Conv2D{.name = "conv1", .filters = 16, .kernel = 5}, ReLU{"relu1"},
                             MaxPool2D{.name = "pool1", .window = 4, .stride = 4}, Flatten{"flatten"},
                             Dense{.name = "fc2", .units = kClasses}}});
}

Image make_picture(int kind, RandomStream& random) {
  Image image(kSide, kSide, 1);
  const auto phase = static_cast<int>(random.below(6));
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const int along = kind == 0 ? x : kind == 1 ? y : x + y;
      const auto noise = static_cast<int>(random.below(100));
      image.row(y)[x] = static_cast<std::uint8_t>(noise + ((along + phase) % 6 < 3 ? 0 : 155));
    }
  }
  return image;
}

/// `count` pictures side by side as a Program reads them: bytes in the order (N,H,W,C), and their classes.
Batch make_batch(int count, RandomStream& random) {
  Batch batch;
  batch.input = Tensor(ElementType::kU8, {count, kSide, kSide, 1});
  batch.rows = count;
  for (int i = 0; i < count; ++i) {
    batch.labels.push_back(i % kClasses);
    const Image image = make_picture(batch.labels.back(), random);
    std::ranges::copy(image.pixels, batch.input.as<std::uint8_t>().begin() + i * kSide * kSide);
  }
  return batch;
}

int count_right(const Tensor& scores, const Batch& batch) {
  int right = 0;
  for (std::size_t i = 0; i < batch.labels.size(); ++i) {
    const auto row = scores.as<float>().subspan(i * kClasses, kClasses);
    right += std::ranges::max_element(row) - row.begin() == batch.labels[i] ? 1 : 0;
  }
  return right;
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) {
    std::fprintf(stderr, "usage: example_train_stripes MODEL PICTURE\n");
    return 2;
  }
  const Network network = make_network();
  const auto backend = make_backend("auto");
  const auto parameters = backend->parameters(network, initial_weights(network, 1));
  // Two programs over the same weights: one that trains, one that answers.
  const auto trainer = backend->compile(
      network, parameters,
      {.batch = 30, .statistics = Statistics::kTraining, .backward = Backward::kAll, .update = Adam{}});
  const auto server = backend->compile(network, parameters, {.batch = 100});

  RandomStream random(2, Purpose::kShuffle);
  const double rate = 3e-3;
  for (int step = 1; step <= 100; ++step) {
    const auto result = trainer->train(make_batch(30, random), {.rates = {&rate, 1}});
    if (step % 20 == 0) {
      std::printf("step %3d  loss %.4f\n", step, result.loss);
    }
  }
  const Batch unseen = make_batch(100, random);
  std::printf("named right: %d of 100\n", count_right(server->infer(unseen), unseen));

  write_model(words[1], {.network = network,
                         .weights = parameters->read(),
                         .geometry = {.channels = 1, .resize = kSide, .width = kSide, .height = kSide},
                         .classes = {"upright", "flat", "leaning"}});
  const auto png = encode_png(make_picture(0, random));
  write_file_atomically(words[2], {reinterpret_cast<const char*>(png.data()), png.size()});
}
