#pragma once

#include <string>
#include <vector>

#include "alexnet/data/dataset.h"
#include "alexnet/infer/embedding.h"

#include "cli/console.h"

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's name
class App;
}

namespace alexnet::cli {

/// --layer, --backend, --threads and --progress: how `embed` and `similar` make vectors of photos.
struct EmbeddingArguments {
  std::string layer = {};
  std::string backend = "auto";
  std::string progress = "auto";
  int threads = 0;

  void add_to(CLI::App& app, const std::string& layer_help);
  [[nodiscard]] EmbeddingOptions options() const;
  /// Shows all photos of a set to the sink, and how far it is; returns those that could not be read.
  std::vector<BadPhoto> embed_all(Console& console, Embedder& embedder, const Dataset& dataset,
                                  const EmbeddingSink& sink) const;
};

}  // namespace alexnet::cli
