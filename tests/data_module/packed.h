#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace alexnet::testing_support {

/// An entry of an archive that a test makes.
struct Entry {
  enum class Kind { kFile, kFolder, kLink };
  std::string name;
  std::string content = {};
  Kind kind = Kind::kFile;
};

/// A .tgz with these entries.
[[nodiscard]] std::string packed(const std::vector<Entry>& entries);
/// One file as gzip.
[[nodiscard]] std::string gzipped(const std::string& content);

/// An idx file of bytes: header with these extents, then `content`.
[[nodiscard]] std::string idx(const std::vector<std::uint32_t>& extents, const std::string& content);

}  // namespace alexnet::testing_support
