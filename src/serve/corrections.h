#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "serve/photo_request.h"

namespace alexnet::serve {

/// What a reader says of a photo that was named wrongly.
struct Correction {
  SentPhoto photo;  ///< one that can be decoded
  std::string right;
  std::string said;
  std::string model;
  std::string version;
};

/// A folder of photos whose right names readers gave: CLASS/HASH.ENDING, as a training reads them, and a row of
/// corrections.csv each. A photo stands under the name that was given last. Threads: any.
class Corrections {
 public:
  /// An empty path: nothing is kept.
  explicit Corrections(std::filesystem::path folder) : folder_(std::move(folder)) {}

  [[nodiscard]] bool empty() const { return folder_.empty(); }
  /// Returns its place in the folder. `classes` are those under which it may stand already. Throws BadRequest: 400 for
  /// a class that no folder can be called by, 503 where kMostKept photos are kept; what writing throws.
  std::string keep(const Correction& correction, const std::vector<std::string>& classes);

  static constexpr std::size_t kMostKept = 10'000;

 private:
  std::filesystem::path folder_;
  std::mutex mutex_;
};

}  // namespace alexnet::serve
