#pragma once

#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <vector>

#include "alexnet/data/augmentation.h"
#include "alexnet/data/loader.h"
#include "alexnet/data/mixup.h"

namespace alexnet {

/// Room for one batch, used again and again. Different photos may be written by different threads at a time.
class BatchSlot {
 public:
  /// For at most `capacity` photos of `views` rows each.
  BatchSlot(const Geometry& geometry, int capacity, int views);

  /// Empties it for `photos` photos from `position` of `epoch` on, made in `tasks` tasks; the whole batch ends before
  /// `next_position`.
  void begin(std::uint32_t epoch, std::int64_t position, int photos, int tasks, std::int64_t next_position);
  /// Says what a photo is and how each of its rows is cut.
  void set_photo(int photo, std::size_t item, std::int32_t label, std::span<const Cut> cuts);
  /// Draws the colour noise of the photo at a place of the epoch.
  void set_colour(int photo, const ColourNoise& noise, const DrawPlace& place);
  void set_bad(int photo, std::size_t item, std::string reason);
  /// Where the rows of a photo begin.
  [[nodiscard]] std::uint8_t* pixels(int photo);
  [[nodiscard]] std::size_t row_bytes() const { return row_bytes_; }
  /// When all rows are made: closes the gaps that bad photos left, names them, and clears what is padding.
  void finish(const Dataset& dataset);
  /// Then mixes the rows in pairs (mixed_pairs), pixels and colour noise; each photo has one row.
  void mix(double alpha, std::uint64_t seed);

  LoadedBatch loaded;
  int open_tasks = -1;         // -1: not begun
  std::exception_ptr failure;  // what is no photo's fault

 private:
  void move_photo(std::size_t from, std::size_t to);
  /// Sets the number of photos, and of rows with it.
  void resize(std::size_t photos);
  void mix_pair(const MixedPair& pair);

  std::size_t row_bytes_;
  std::size_t views_;
  std::vector<std::string> bad_reason_;  // one a photo; empty = good
};

}  // namespace alexnet
