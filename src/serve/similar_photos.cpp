#include "serve/similar_photos.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <span>
#include <utility>

#include "serve/thread_priority.h"

namespace alexnet::serve {
namespace {

constexpr auto kBetweenModels = std::chrono::milliseconds(200);
constexpr int kEmbeddedTogether = 16;

}  // namespace

SimilarPhotos::SimilarPhotos(const Backend& backend, explain::PhotoSet set,
                             std::function<std::shared_ptr<ServedModel>()> current)
    : backend_(backend), set_(std::move(set)), current_(std::move(current)) {}

SimilarPhotos::~SimilarPhotos() { stop(); }

std::vector<std::size_t> SimilarPhotos::samples(std::size_t count) const {
  std::vector<std::size_t> items;
  std::ranges::copy_if(set_.items, std::back_inserter(items),
                       [&](std::size_t item) { return set_.part_of(item) == "test"; });
  if (items.empty()) {
    items = set_.items;
  }
  count = std::min(count, items.size());
  std::vector<std::size_t> some(count);
  for (std::size_t i = 0; i < count; ++i) {
    some[i] = items[i * items.size() / count];
  }
  return some;
}

void SimilarPhotos::start() {
  if (!empty()) {
    thread_ = std::thread([this] { work(); });
  }
}

void SimilarPhotos::stop() {
  stopping_ = true;
  if (thread_.joinable()) {
    thread_.join();
  }
}

std::optional<std::vector<Neighbour>> SimilarPhotos::nearest(const std::string& version, std::vector<float> vector,
                                                             std::size_t count) const {
  std::shared_ptr<const Vectors> known;
  {
    const std::lock_guard lock(mutex_);
    known = vectors_;
  }
  if (!known || known->version != version) {
    return std::nullopt;
  }
  const std::size_t length = vector.size();
  NearestPhotos nearest(std::move(vector), count);
  for (std::size_t i = 0; i < known->items.size(); ++i) {
    nearest.see(known->items[i], std::span(known->values).subspan(i * length, length));
  }
  return nearest.found();
}

void SimilarPhotos::work() {
  take_low_priority();
  std::string tried;
  while (!stopping_) {
    const auto model = current_();
    if (model->version != tried) {
      try {
        if (!read(*model)) {
          return;
        }
      } catch (const std::exception&) {  // the model has no hidden layer
      }
      tried = model->version;
    }
    std::this_thread::sleep_for(kBetweenModels);
  }
}

bool SimilarPhotos::read(const ServedModel& model) {
  auto vectors = std::make_shared<Vectors>();
  vectors->version = model.version;
  const Predictor& predictor = model.predictor;
  Embedder embedder(predictor.parameters(), predictor.model(), backend_, {.batch = kEmbeddedTogether, .threads = 1});
  const auto keep = [&](std::size_t item, std::span<const float> vector) {
    vectors->items.push_back(item);
    vectors->values.insert(vectors->values.end(), vector.begin(), vector.end());
  };
  vectors->values.reserve(set_.items.size() * static_cast<std::size_t>(embedder.size()));
  static_cast<void>(
      embedder.embed(*set_.dataset, set_.items, keep, [&](std::int64_t, std::int64_t) { return !stopping_; }));
  const std::lock_guard lock(mutex_);
  vectors_ = std::move(vectors);
  return !stopping_;
}

}  // namespace alexnet::serve
