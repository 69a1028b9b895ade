#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <vector>

#include "alexnet/data/geometry.h"
#include "alexnet/data/loader.h"

namespace alexnet {

/// Room for one batch, used again and again. Different rows may be written by different threads at a time.
class BatchSlot {
 public:
  BatchSlot(const Geometry& geometry, int capacity);

  /// Empties it for `rows` photos from `position` of `epoch` on, made in `tasks` tasks.
  void begin(std::uint32_t epoch, std::int64_t position, int rows, int tasks);
  /// Draws the colour noise of the photo at `position`.
  void set_colour(int row, const ColourNoise& noise, std::uint64_t seed, std::uint32_t epoch, std::uint32_t position);
  void set_row(int row, std::size_t item, std::int32_t label, const Cut& cut);
  void set_bad(int row, std::string reason) { bad_reason_[static_cast<std::size_t>(row)] = std::move(reason); }
  [[nodiscard]] std::uint8_t* pixels(int row);
  /// When all rows are made: closes the gaps that bad photos left, names them, and clears what is padding.
  void finish(const Dataset& dataset);

  LoadedBatch loaded;
  int open_tasks = -1;         // -1: not begun
  std::exception_ptr failure;  // what is no photo's fault

 private:
  void move_row(std::size_t from, std::size_t to);

  std::size_t row_bytes_;
  std::vector<std::string> bad_reason_;  // one a row; empty = good
};

}  // namespace alexnet
