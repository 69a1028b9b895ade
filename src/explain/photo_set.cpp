#include "alexnet/explain/photo_set.h"

#include <algorithm>

#include "alexnet/infer/views.h"

namespace alexnet::explain {
namespace {

constexpr std::size_t kBatch = 32;

}  // namespace

const std::string& PhotoSet::class_of(std::size_t item) const {
  return dataset->classes()[static_cast<std::size_t>(dataset->items()[item].label)];
}

std::string PhotoSet::part_of(std::size_t item) const {
  return parts[item] ? std::string(name_of(*parts[item])) : std::string();
}

Tensor kept_floats(const Program& program, const std::string& layer) {
  Tensor values = program.kept(layer);
  return values.type() == ElementType::kF32 ? std::move(values) : values.converted(ElementType::kF32);
}

std::vector<BadPhoto> pass_set(const PhotoPass& pass, const PhotoSet& set, const std::vector<std::size_t>& items,
                               const std::vector<std::string>& kept, const SetSink& sink,
                               const EvaluationProgress& progress) {
  LoaderOptions loading;
  loading.geometry = pass.model().geometry;
  loading.cuts = cuts_of(Views::kCenter, loading.geometry);
  loading.batch = static_cast<int>(std::min(kBatch, std::max<std::size_t>(items.size(), 1)));
  loading.cache_bytes = 0;  // each photo is seen once
  const auto program = pass.program({.batch = loading.batch, .kept = kept});
  Loader loader(*set.dataset, items, loading);
  loader.start(0);
  std::vector<BadPhoto> bad;
  while (const LoadedBatch* loaded = loader.next()) {
    bad.insert(bad.end(), loaded->bad.begin(), loaded->bad.end());
    if (loaded->batch.rows > 0) {
      (void)program->infer(loaded->batch);
      sink(*loaded, *program);
    }
    if (progress && !progress(loaded->next_position, loader.photos())) {
      break;
    }
  }
  return bad;
}

}  // namespace alexnet::explain
