#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "alexnet/data/augmentation.h"
#include "alexnet/data/dataset.h"
#include "alexnet/data/disk_cache.h"
#include "alexnet/data/geometry.h"
#include "alexnet/data/sampler.h"
#include "alexnet/runtime/batch.h"

namespace alexnet {

struct LoaderOptions {
  Geometry geometry = {};
  Augmentation augmentation = {};
  std::vector<Cut> cuts =
      {};          ///< each photo gives a row for each of these; empty = one row, cut as `augmentation` says
  int batch = 64;  ///< photos of a batch, over all ranks
  /// Of each batch rank r of `ranks` loads the r-th part of photos_of_rank(batch, ranks); the last batch of an epoch
  /// may leave it fewer photos or none.
  int rank = 0;
  int ranks = 1;
  int threads = 1;                      ///< decoding threads of its own, never the compute threads' queue
  int prefetch = 4;                     ///< batches made ahead
  bool shuffle = false;                 ///< a new order each epoch (epoch_order), else the order given
  Sampler sampler = Sampler::kUniform;  ///< of that order
  std::uint64_t seed = 0;
  std::int64_t cache_bytes = std::int64_t{1} << 30;  ///< prepared photos (augmentation_source) kept, up to this
  std::shared_ptr<DiskCache> disk_cache = {};        ///< looked into and filled beside it; none where empty
};

/// Photos of a batch that a rank loads at most: its share, rounded up.
[[nodiscard]] int photos_of_rank(int batch, int ranks);

struct BadPhoto {
  std::size_t item = 0;
  std::string path;
  std::string reason;  ///< describe(error).what
};

/// What a row was mixed with: share of the row's own label, the rest belongs to the other one.
struct MixedLabel {
  float share = 1;
  std::int32_t other = 0;
};

/// A batch and which items it holds. Photos that cannot be read are left out of the batch and named; where none can be,
/// there are 0 rows. Rows of the input behind those that count are zero.
struct LoadedBatch {
  Batch batch;                     ///< photo after photo, `views` rows each
  int views = 1;                   ///< rows a photo: LoaderOptions::cuts, or 1
  std::vector<std::size_t> items;  ///< one a photo
  std::vector<MixedLabel> mixed;   ///< one a row, with Augmentation::mixup; else empty
  std::vector<BadPhoto> bad;
  std::int64_t next_position = 0;  ///< place in the epoch after the whole batch: what a checkpoint stores
};

/// Decodes, prepares, augments and batches photos on its own threads, ahead of the computation.
/// The content of a batch depends on (seed, epoch, position) alone, never on the number of threads or ranks (with
/// Augmentation::mixup each rank mixes the photos of its part).
/// Threads: used by one thread at a time.
class Loader {
 public:
  Loader(const Dataset& dataset, std::vector<std::size_t> items, const LoaderOptions& options);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  /// Begins an epoch at a place in it (0 = its start); what was ahead is dropped.
  void start(std::uint32_t epoch, std::int64_t position = 0);
  /// The next batch, or nullptr at the end of the epoch. Valid until the next call; its memory is used again, its
  /// weights and soft labels are the reader's to set. An error that is not about the photo (out of memory) is thrown
  /// here; start() begins anew.
  LoadedBatch* next();
  /// Photos an epoch over all ranks, and batches an epoch.
  [[nodiscard]] std::int64_t photos() const;
  [[nodiscard]] std::int64_t batches() const;
  /// Seconds that next() waited since start().
  [[nodiscard]] double waited_seconds() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alexnet
