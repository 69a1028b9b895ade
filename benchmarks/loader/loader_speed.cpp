// Photos a second that the Loader decodes, augments and batches, with nothing cached: what torch_loader.py does with
// torchvision.

#include <chrono>
#include <cstdio>
#include <exception>
#include <numeric>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/data/loader.h"

namespace alexnet::benchmarks {
namespace {

struct Options {
  std::string folder;
  std::string crop = "random";
  int threads = 1;
  int batch = 64;
  int epochs = 3;
};

LoaderOptions loader_options(const Options& options) {
  LoaderOptions loading;
  loading.geometry = {.mode = ResizeMode::kCrop, .resize = 256, .width = 224, .height = 224};
  loading.augmentation.crop = options.crop == "random" ? CropMode::kRandom : CropMode::kRandomResized;
  loading.augmentation.flip = true;
  loading.batch = options.batch;
  loading.threads = options.threads;
  loading.shuffle = true;
  loading.cache_bytes = 0;
  return loading;
}

/// Photos a second of each epoch.
std::vector<double> measure(const Options& options) {
  const auto dataset = open_image_folder(options.folder);
  std::vector<std::size_t> items(dataset->size());
  std::iota(items.begin(), items.end(), std::size_t{0});
  Loader loader(*dataset, items, loader_options(options));
  std::vector<double> speeds;
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    const auto begin = std::chrono::steady_clock::now();
    std::size_t photos = 0;
    loader.start(static_cast<std::uint32_t>(epoch));
    while (const LoadedBatch* loaded = loader.next()) {
      photos += loaded->items.size();
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    speeds.push_back(static_cast<double>(photos) / seconds.count());
  }
  return speeds;
}

}  // namespace
}  // namespace alexnet::benchmarks

int main(int argc, char** argv) try {
  alexnet::benchmarks::Options options;
  CLI::App app("photos a second by our Loader, as JSON");
  app.add_option("folder", options.folder, "photos in class folders")->required();
  app.add_option("--crop", options.crop)->check(CLI::IsMember({"random", "random-resized"}));
  app.add_option("--threads", options.threads);
  app.add_option("--batch", options.batch);
  app.add_option("--epochs", options.epochs);
  CLI11_PARSE(app, argc, argv);
  const nlohmann::json document = {{"photos_per_second", alexnet::benchmarks::measure(options)}};
  std::puts(document.dump().c_str());
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "error: {}\n", error.what());
  return 1;
}
