#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "alexnet/bench/measurement.h"
#include "alexnet/infer/precision_choice.h"
#include "alexnet/infer/views.h"
#include "alexnet/registry/registry.h"
#include "alexnet/train/recipe.h"

#include "cli/command.h"
#include "cli/evaluated_photos.h"
#include "cli/options.h"
#include "cli/sources.h"

namespace alexnet::cli {
namespace {

class BenchCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {"bench",
            "look",
            "measure how fast a network runs, layer by layer",
            "Runs a network with fresh weights on random photos that are in memory already. With --photos it then runs "
            "on those, read and cut meanwhile as a training does, and says how long it waited for them. Beside the "
            "speed stands what the machine can do: float32 arithmetic on registers, and reading "
            "memory. An algorithm that needs fewer multiplications than the direct form can show more than the "
            "machine's peak, since the direct form's are counted. For figures that count, leave the machine alone.",
            {{"alexnet bench torchvision --batch 1", "milliseconds that one photo takes"},
             {"alexnet bench tutorial --train --layers", "a training step, layer by layer"},
             {"alexnet bench tutorial --train --photos photos", "and how long it waits for photos"}}};
  }

  void add_options(CLI::App& app) override {
    add_text(app,
             {"network", "NETWORK|MODEL", "name of a network, a network's JSON file, a model file or a run folder"},
             network_);
    add_flag(app, "--train", options_.train, "a training step: forward, loss, backward and update");
    add_flag(app, "--layers", layers_, "also each group of layers and pass: time, speed, bytes, kernel");
    add_flag(app, "--memory", memory_, "also what lies where in memory");
    add_text(app, {"--photos", "FOLDER|RUN|SET", "photos that are read while it computes", "none"}, photos_);
    add_whole(app, {"--batch", "N", "photos of one call"}, options_.batch, 1, 65536);
    add_whole(app, {"--steps", "N", "calls that count", "as many as fit into 3 seconds"}, options_.steps, 1, 1'000'000);
    add_whole(app, {"--warm-up", "N", "calls before them"}, options_.warm_up, 1, 1'000'000);
    add_choice(app,
               {"--precision", "f32|bf16|i8|auto",
                "what convolutions and dense layers multiply; auto: bfloat16 where the processor is faster with it"},
               precision_);
    add_choice(app, {"--optimizer", "sgd|adam", "update rule of --train"}, optimizer_);
    add_text(app, {"--backend", "BACKEND", "what computes; auto is the fastest that is there"}, backend_);
    add_whole(app, {"--threads", "N", "threads that compute", "physical cores that this process may use"}, threads_, 1,
              4096);
  }

  int run(Console& console) override {
    require(network_, "NETWORK", "alexnet bench torchvision");
    options_.threads = threads_ > 0 ? threads_ : default_threads();
    if (optimizer_ == "adam") {
      options_.update = Adam{};
    }
    const auto backend = make_backend(backend_);
    options_.precision = choose_precision(precision_choice(precision_), *backend);
    const Network network = network_by_name_or_file(network_, 0);
    auto measured = bench::measure(network, *backend, options_);
    if (!photos_.empty()) {
      measured.with_photos = with_photos(network, *backend, console);
    }
    if (console.json()) {
      console.print_document(bench::to_json(measured));
      return 0;
    }
    console.print(bench::summary_text(measured));
    if (layers_) {
      console.print("\n" + bench::layers_text(measured));
    }
    if (memory_) {
      console.print("\n" + bench::memory_text(measured));
    }
    return 0;
  }

 private:
  [[nodiscard]] bench::PhotoSpeed with_photos(const Network& network, const Backend& backend, Console& console) const;

  std::string network_;
  std::string photos_;
  std::string backend_ = "auto";
  std::string optimizer_ = "sgd";
  std::string precision_ = "f32";
  bool layers_ = false;
  bool memory_ = false;
  int threads_ = 0;
  bench::Options options_;
};

bench::PhotoSpeed BenchCommand::with_photos(const Network& network, const Backend& backend, Console& console) const {
  const ChosenPhotos photos = choose_photos(photos_as_they_are(photos_, console.sink()), "all");
  const Recipe recipe;
  LoaderOptions loading;
  loading.geometry = geometry_for(recipe, network);
  loading.batch = options_.batch;
  loading.threads = loader_threads_for(recipe);
  loading.cache_bytes = 0;  // every photo is decoded
  if (options_.train) {
    loading.augmentation = augmentation_for(recipe, network);
    loading.shuffle = true;
  } else {
    loading.cuts = cuts_of(Views::kCenter, loading.geometry);
  }
  return bench::measure_with_photos(network, backend, options_, *photos.dataset, photos.items, loading);
}

}  // namespace

std::unique_ptr<Command> make_bench_command() { return std::make_unique<BenchCommand>(); }

}  // namespace alexnet::cli
