#include "alexnet/data/loader.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <numeric>
#include <span>
#include <stop_token>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"

#include "data/batch_slot.h"
#include "data/geometry_check.h"
#include "data/photo_cache.h"
#include "data/source_maker.h"

namespace alexnet {
namespace {

// Photos that a worker takes at a time: the lock costs nothing beside eight decodes, and small sets are not held up by
// it.
constexpr int kPhotosATask = 8;

void check_at_least_one(const char* option, int value) {
  if (value < 1) {
    throw Error(
        Message::kWrongCall,
        {{"where", fmt::format("Loader, {}", option)}, {"expected", "1 or more"}, {"got", fmt::format("{}", value)}});
  }
}

}  // namespace

/// A ring of slots. Batch k of the epoch is made in slot k mod slots, while k is below the batches that were given back
/// plus the slots. Everything below `mutex_` is guarded by it, except photos of a slot: each belongs to the worker that
/// took its task, then to the reader.
class Loader::Impl {
 public:
  Impl(const Dataset& dataset, std::vector<std::size_t> items, const LoaderOptions& options)
      : dataset_(dataset),
        items_(std::move(items)),
        options_(options),
        cache_(items_.size(), options.cache_bytes),
        maker_(dataset, items_, options_) {
    check(dataset);
    for (int i = 0; i <= options.prefetch; ++i) {  // one more than made ahead: the batch that the reader holds
      slots_.emplace_back(options.geometry, photos_of_rank(options.batch, options.ranks), views_of(options));
    }
    for (int i = 0; i < options.threads; ++i) {
      workers_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    }
  }

  void start(std::uint32_t epoch, std::int64_t position) {
    const auto count = photos();
    if (position < 0 || position > count) {
      throw Error(Message::kWrongCall, {{"where", "Loader::start"},
                                        {"expected", fmt::format("a position from 0 to {}", count)},
                                        {"got", fmt::format("{}", position)}});
    }
    std::unique_lock lock(mutex_);
    tasks_ = {};  // no new ones; those under way come to their end
    idle_.wait(lock, [this] { return busy_ == 0; });
    order_ = order_of(epoch);
    epoch_ = epoch;
    start_ = position;
    batches_ = batches_from(position);
    given_ = 0;
    returned_ = 0;
    waited_ = 0;
    for (auto& slot : slots_) {
      slot.open_tasks = -1;
    }
    tasks_ = {.batch = 0, .photo = 0, .end = batches_};
    started_ = true;
    lock.unlock();
    task_ready_.notify_all();
  }

  LoadedBatch* next() {
    std::unique_lock lock(mutex_);
    if (!started_) {
      throw Error(Message::kWrongCall, {{"where", "Loader::next"}, {"expected", "start() before it"}, {"got", "none"}});
    }
    if (returned_ < given_) {
      slots_[slot_of(returned_)].open_tasks = -1;
      ++returned_;
      task_ready_.notify_all();
    }
    if (given_ == batches_) {
      return nullptr;
    }
    auto& slot = slots_[slot_of(given_)];
    if (slot.open_tasks != 0) {
      const auto begin = std::chrono::steady_clock::now();
      batch_ready_.wait(lock, [&slot] { return slot.open_tasks == 0; });
      waited_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }
    if (slot.failure) {
      std::rethrow_exception(slot.failure);
    }
    ++given_;
    return &slot.loaded;
  }

  [[nodiscard]] std::int64_t photos() const { return static_cast<std::int64_t>(items_.size()); }
  [[nodiscard]] std::int64_t batches_from(std::int64_t position) const {
    return (photos() - position + options_.batch - 1) / options_.batch;
  }
  [[nodiscard]] double waited_seconds() const { return waited_; }

 private:
  /// The next photos to make: those of `batch` from `photo` on.
  struct Tasks {
    std::int64_t batch = 0;
    int photo = 0;
    std::int64_t end = 0;
  };

  static int views_of(const LoaderOptions& options) { return std::max(1, static_cast<int>(options.cuts.size())); }

  void check(const Dataset& dataset) const {
    check_geometry(options_.geometry, Message::kWrongCall, "Loader, geometry");
    check_at_least_one("batch", options_.batch);
    check_at_least_one("ranks", options_.ranks);
    if (options_.rank < 0 || options_.rank >= options_.ranks) {
      throw Error(Message::kWrongCall, {{"where", "Loader, rank"},
                                        {"expected", fmt::format("a rank below {}", options_.ranks)},
                                        {"got", fmt::format("{}", options_.rank)}});
    }
    check_at_least_one("threads", options_.threads);
    check_at_least_one("prefetch", options_.prefetch);
    check_at_least_one("crop_share", options_.augmentation.crop_share);
    const auto wrong = std::ranges::find_if(items_, [&](std::size_t item) { return item >= dataset.size(); });
    if (wrong != items_.end()) {
      throw Error(Message::kWrongCall, {{"where", "Loader, items"},
                                        {"expected", fmt::format("items below {}", dataset.size())},
                                        {"got", fmt::format("{}", *wrong)}});
    }
  }

  [[nodiscard]] std::vector<std::int64_t> order_of(std::uint32_t epoch) const {
    if (!options_.shuffle) {
      std::vector<std::int64_t> order(items_.size());
      std::iota(order.begin(), order.end(), std::int64_t{0});
      return order;
    }
    std::vector<std::int32_t> labels(items_.size());
    std::ranges::transform(items_, labels.begin(), [&](std::size_t item) { return dataset_.items()[item].label; });
    return epoch_order(options_.sampler, labels, options_.seed, epoch);
  }

  [[nodiscard]] std::size_t slot_of(std::int64_t batch) const {
    return static_cast<std::size_t>(batch) % slots_.size();
  }
  /// Places in the epoch: of the whole batch, and of this rank's part of it.
  struct Places {
    std::int64_t first = 0;
    std::int64_t last = 0;  ///< behind the part
    std::int64_t next = 0;  ///< behind the batch
  };
  [[nodiscard]] Places places_of(std::int64_t batch) const {
    const std::int64_t begin = start_ + batch * options_.batch;
    const std::int64_t end = std::min(begin + options_.batch, photos());
    const std::int64_t part = photos_of_rank(options_.batch, options_.ranks);
    const std::int64_t first = std::min(begin + options_.rank * part, end);
    return {first, std::min(first + part, end), end};
  }
  [[nodiscard]] bool has_task() const {
    return tasks_.batch < tasks_.end && tasks_.batch < returned_ + static_cast<std::int64_t>(slots_.size());
  }

  void work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (task_ready_.wait(lock, stop, [this] { return has_task(); }) && !stop.stop_requested()) {
      const auto batch = tasks_.batch;
      const int first = tasks_.photo;
      const Places places = places_of(batch);
      const auto photos = static_cast<int>(places.last - places.first);
      const int last = std::min(first + kPhotosATask, photos);
      auto& slot = slots_[slot_of(batch)];
      if (first == 0) {
        // A part without photos is one task too.
        slot.begin(epoch_, places.first, photos, std::max(1, (photos + kPhotosATask - 1) / kPhotosATask), places.next);
      }
      tasks_.photo = last;
      if (last == photos) {
        ++tasks_.batch;
        tasks_.photo = 0;
      }
      ++busy_;
      lock.unlock();
      std::exception_ptr failure;
      try {
        for (int photo = first; photo < last; ++photo) {
          fill(slot, photo);
        }
      } catch (...) {
        failure = std::current_exception();
      }
      lock.lock();
      end_task(lock, slot, failure);
    }
  }

  void end_task(std::unique_lock<std::mutex>& lock, BatchSlot& slot, std::exception_ptr failure) {
    if (slot.open_tasks == 1) {  // the last one: nobody else writes into this slot
      lock.unlock();
      try {
        slot.finish(dataset_);
        if (mixes()) {
          slot.mix(options_.augmentation.mixup, options_.seed);
        }
      } catch (...) {
        failure = std::current_exception();
      }
      lock.lock();
    }
    if (failure && !slot.failure) {
      slot.failure = failure;
    }
    --busy_;
    if (--slot.open_tasks == 0) {
      batch_ready_.notify_one();
    }
    if (busy_ == 0) {
      idle_.notify_all();
    }
  }

  /// Views are cut as they are asked for: nothing but colour noise is drawn for them.
  [[nodiscard]] bool has_views() const { return !options_.cuts.empty(); }
  [[nodiscard]] bool mixes() const { return options_.augmentation.mixup > 0 && !has_views(); }

  /// Decodes or finds a photo of the batch, and makes its rows.
  void fill(BatchSlot& slot, int place) {
    const auto position = slot.loaded.batch.position + static_cast<std::uint32_t>(place);
    const auto photo = static_cast<std::size_t>(order_[position]);
    const auto item = items_[photo];
    if (const Image* source = cache_.find(photo)) {
      make_rows(slot, place, item, *source);
      return;
    }
    try {
      Image source = maker_.make(photo);
      make_rows(slot, place, item, source);
      cache_.keep(photo, std::move(source));
    } catch (const Error& error) {
      if (!is_about_the_photo(error)) {
        throw;
      }
      slot.set_bad(place, item, describe(error).what);
    }
  }

  void make_rows(BatchSlot& slot, int place, std::size_t item, const Image& source) const {
    const auto& geometry = options_.geometry;
    const auto label = dataset_.items()[item].label;
    const DrawPlace draws{options_.seed, epoch_, slot.loaded.batch.position + static_cast<std::uint32_t>(place)};
    std::uint8_t* out = slot.pixels(place);
    if (has_views()) {
      slot.set_photo(place, item, label, options_.cuts);
      for (const Cut& cut : options_.cuts) {
        apply_cut(source, geometry, cut, out);
        out += slot.row_bytes();
      }
    } else {
      const auto draw = draw_photo(geometry, options_.augmentation, source.width, source.height, draws);
      slot.set_photo(place, item, label, std::span(&draw.cut, 1));
      augment(source, geometry, draw, out);
    }
    slot.set_colour(place, options_.augmentation.colour_noise, draws);
  }

  static bool is_about_the_photo(const Error& error) {
    return error.kind() == ErrorKind::kBadData || error.message() == Message::kNoPermission ||
           error.message() == Message::kReadFailed;
  }

  const Dataset& dataset_;
  const std::vector<std::size_t> items_;
  const LoaderOptions options_;
  PhotoCache cache_;
  SourceMaker maker_;

  std::mutex mutex_;
  std::condition_variable_any task_ready_;
  std::condition_variable batch_ready_;
  std::condition_variable idle_;
  std::deque<BatchSlot> slots_;
  std::vector<std::int64_t> order_;
  std::uint32_t epoch_ = 0;
  std::int64_t start_ = 0;
  std::int64_t batches_ = 0;
  std::int64_t given_ = 0;     // batches handed to the reader
  std::int64_t returned_ = 0;  // those that the reader is done with
  Tasks tasks_;
  int busy_ = 0;  // workers inside a task
  double waited_ = 0;
  bool started_ = false;
  std::vector<std::jthread> workers_;  // last: joined before anything they use is gone
};

int photos_of_rank(int batch, int ranks) { return (batch + ranks - 1) / ranks; }

Loader::Loader(const Dataset& dataset, std::vector<std::size_t> items, const LoaderOptions& options)
    : impl_(std::make_unique<Impl>(dataset, std::move(items), options)) {}
Loader::~Loader() = default;

void Loader::start(std::uint32_t epoch, std::int64_t position) { impl_->start(epoch, position); }
LoadedBatch* Loader::next() { return impl_->next(); }
std::int64_t Loader::photos() const { return impl_->photos(); }
std::int64_t Loader::batches() const { return impl_->batches_from(0); }
double Loader::waited_seconds() const { return impl_->waited_seconds(); }

}  // namespace alexnet
