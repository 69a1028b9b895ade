#include "alexnet/infer/embedding.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "alexnet/core/error.h"
#include "alexnet/infer/predictor.h"

namespace alexnet {
namespace {

/// A batch that a backend computes in another order differs in its last bits; such distances are none.
constexpr double kRounding = 1e-9;

/// The kept layer as f32, one row after the other.
Tensor rows_of(const Program& program, const std::string& layer) {
  return program.kept(layer).converted(ElementType::kF32);
}

}  // namespace

std::string last_hidden_layer(const Network& network) {
  const std::vector<Layer>& layers = network.layers();
  for (std::size_t i = layers.size(); i-- > 1;) {
    if (std::holds_alternative<Dense>(layers[i])) {
      return name_of(layers[i - 1]);
    }
  }
  throw Error(Message::kNetworkInvalid, {{"where", network.name()},
                                         {"expected", "a dense layer with a layer in front of it"},
                                         {"got", "none"},
                                         {"hint", "name the layer whose values are wanted: --layer LAYER"}});
}

Embedder::Embedder(Model model, const Backend& backend, const EmbeddingOptions& options)
    : Embedder{backend.parameters(model.network, std::move(model.weights)), std::move(model), backend, options} {}

Embedder::Embedder(std::shared_ptr<Parameters> parameters, Model model, const Backend& backend,
                   const EmbeddingOptions& options)
    : model_(std::move(model)),
      layer_(options.layer.empty() ? last_hidden_layer(model_.network) : options.layer),
      batch_(options.batch) {
  (void)model_.network.index_of(layer_);
  check_geometry(model_.geometry, model_.network);
  model_.weights.clear();
  program_ = backend.compile(model_.network, std::move(parameters),
                             {.batch = batch_, .kept = {layer_}, .threads = options.threads});
}

std::int64_t Embedder::size() const {
  std::int64_t size = 1;
  for (const std::int64_t extent : model_.network.facts(model_.network.index_of(layer_)).output) {
    size *= extent;
  }
  return size;
}

std::vector<float> Embedder::embed(const Image& photo) {
  const Geometry& geometry = model_.geometry;
  const Cut centre = centre_cut(geometry);
  Batch batch;
  batch.input = Tensor(ElementType::kU8, {batch_, geometry.height, geometry.width, geometry.channels});
  batch.rows = 1;
  batch.photos.assign(static_cast<std::size_t>(batch_), {.crop_top = centre.top, .crop_left = centre.left});
  apply_cut(prepare(photo, geometry), geometry, centre, batch.input.as<std::uint8_t>().data());
  (void)program_->infer(batch);
  const Tensor rows = rows_of(*program_, layer_);
  const auto row = rows.as<float>().first(static_cast<std::size_t>(size()));
  return {row.begin(), row.end()};
}

std::vector<BadPhoto> Embedder::embed(const Dataset& dataset, const std::vector<std::size_t>& items,
                                      const EmbeddingSink& sink, const EvaluationProgress& progress) {
  LoaderOptions loading;
  loading.geometry = model_.geometry;
  loading.cuts = cuts_of(Views::kCenter, model_.geometry);
  loading.batch = batch_;
  loading.cache_bytes = 0;  // each photo is seen once
  Loader loader(dataset, items, loading);
  loader.start(0);
  std::vector<BadPhoto> bad;
  const auto length = static_cast<std::size_t>(size());
  while (const LoadedBatch* loaded = loader.next()) {
    bad.insert(bad.end(), loaded->bad.begin(), loaded->bad.end());
    if (loaded->batch.rows > 0) {
      (void)program_->infer(loaded->batch);
      const Tensor rows = rows_of(*program_, layer_);
      for (std::size_t photo = 0; photo < loaded->items.size(); ++photo) {
        sink(loaded->items[photo], rows.as<float>().subspan(photo * length, length));
      }
    }
    if (progress && !progress(loaded->next_position, loader.photos())) {
      break;
    }
  }
  return bad;
}

double cosine_distance(std::span<const float> a, std::span<const float> b) {
  double product = 0;
  double a_square = 0;
  double b_square = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i];
    const double y = b[i];
    product += x * y;
    a_square += x * x;
    b_square += y * y;
  }
  if (a_square == 0 || b_square == 0) {
    return a_square == b_square ? 0 : 1;
  }
  const double distance = 1 - product / std::sqrt(a_square * b_square);
  return distance < kRounding ? 0 : distance;
}

void NearestPhotos::see(std::size_t item, std::span<const float> vector) {
  const double distance = cosine_distance(query_, vector);
  const auto place = std::ranges::upper_bound(found_, distance, {}, &Neighbour::distance);
  found_.insert(place, {item, distance});
  if (found_.size() > count_) {
    found_.pop_back();
  }
}

}  // namespace alexnet
