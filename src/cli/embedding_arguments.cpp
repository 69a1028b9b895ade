#include "cli/embedding_arguments.h"

#include <numeric>

#include <CLI/CLI.hpp>

#include "alexnet/registry/registry.h"

#include "cli/options.h"
#include "cli/progress_mode.h"

namespace alexnet::cli {

void EmbeddingArguments::add_to(CLI::App& app, const std::string& layer_help) {
  add_text(app, {"--layer", "LAYER", layer_help, "the input of the last dense layer"}, layer);
  add_text(app, {"--backend", "BACKEND", "what computes; auto is the fastest that is there"}, backend);
  add_whole(app, {"--threads", "N", "threads that compute", "physical cores that this process may use"}, threads, 1,
            4096);
  add_choice(app, {"--progress", kProgressChoices, "how progress is shown"}, progress);
}

EmbeddingOptions EmbeddingArguments::options() const {
  return {.layer = layer, .threads = threads > 0 ? threads : default_threads()};
}

std::vector<BadPhoto> EmbeddingArguments::embed_all(Console& console, Embedder& embedder, const Dataset& dataset,
                                                    const EmbeddingSink& sink) const {
  std::vector<std::size_t> items(dataset.size());
  std::iota(items.begin(), items.end(), std::size_t{0});
  const auto mode = progress_mode(progress, console);
  Pace pace;
  return embedder.embed(dataset, items, sink, [&](std::int64_t seen, std::int64_t all) {
    show_count(console, mode, pace, seen, all);
    return true;
  });
}

}  // namespace alexnet::cli
