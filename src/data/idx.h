#pragma once

#include <cstdint>
#include <vector>

#include "data/byte_reader.h"

namespace alexnet {

/// An idx file of bytes: its extents, outermost first, and what it holds.
struct IdxArray {
  std::vector<std::uint32_t> extents;
  std::vector<std::uint8_t> values;
};

/// Reads idx with `dimensions` extents. Throws kFileFormat for another kind of file, for extents that make more than
/// 1 GiB, and where the file is shorter or longer than they say.
[[nodiscard]] IdxArray read_idx(ByteReader& reader, int dimensions);

}  // namespace alexnet
