#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "alexnet/core/files.h"

namespace alexnet {

/// Writes a table of f32 that numpy.load reads, row by row: format version 1.0, '<f4', row after row, shape (rows,
/// columns). Source: numpy's documentation, numpy.lib.format.
class NpyWriter {
 public:
  /// Throws what AtomicFile throws.
  NpyWriter(const std::filesystem::path& path, std::int64_t columns);
  /// Throws kWrongCall for another number of columns.
  void add(std::span<const float> row);
  /// Makes the file visible. Without it nothing happened.
  void commit();
  [[nodiscard]] std::int64_t rows() const { return rows_; }

 private:
  AtomicFile file_;
  std::int64_t columns_;
  std::int64_t rows_ = 0;
};

}  // namespace alexnet
