#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace alexnet {

/// Philox-4x32-10: ten rounds over a 128-bit counter under a 64-bit key.
/// Source: Salmon et al. 2011; known answers in docs/numerics.md.
[[nodiscard]] std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                                  std::array<std::uint32_t, 2> key);

/// What a draw is for. Values are part of the file formats' reproducibility: never renumber.
enum class Purpose : std::uint32_t {
  kWeights = 1,  // epoch 0, position = index of the parameter
  kShuffle = 2,  // order of the photos of an epoch; position 0
  kSplit = 3,    // epoch 0, position 0
  kCrop = 4,     // position = place in the epoch
  kFlip = 5,
  kDropout = 6,  // see dropout_purpose
  kColour = 7,   // of a photo; position = place in the epoch
  kJitter = 8,   // brightness, contrast, saturation; position = place in the epoch
  kRotation = 9,
  kCutout = 10,
  kMixup = 11,    // position = place in the epoch of the batch's first photo
  kSampler = 12,  // position 0: which classes get one photo more; 1 + class: the order of its photos
  kFolds = 13,    // of the check of labels; epoch 0, position 0
  kPatches = 14,  // alike
};

/// Where a stream of draws stands: it depends on nothing else, so threads, batch sizes and restarts do not change it.
struct DrawKey {
  std::uint64_t seed = 0;
  std::uint32_t purpose = 0;
  std::uint32_t epoch = 0;
  std::uint32_t position = 0;
};

/// Purpose number of the dropout layer called `name`: 2^31 + the low 31 bits of FNV-1a of the name.
[[nodiscard]] std::uint32_t dropout_purpose(std::string_view name);

/// A stream of numbers: counter = (block, position, epoch, purpose), key = seed.
class RandomStream {
 public:
  explicit RandomStream(const DrawKey& key) : key_(key) {}
  RandomStream(std::uint64_t seed, Purpose purpose, std::uint32_t epoch = 0, std::uint32_t position = 0)
      : RandomStream(DrawKey{seed, static_cast<std::uint32_t>(purpose), epoch, position}) {}

  std::uint32_t next();
  /// Uniform in [0, 1): 53 bits from two words.
  double uniform();
  /// Uniform in {0, ..., n-1}, without bias. Throws kWrongCall when n is 0.
  std::uint64_t below(std::uint64_t n);
  /// Standard normal (Box-Muller: two uniforms, four words, make a pair).
  double normal();

 private:
  DrawKey key_;
  std::uint32_t block_ = 0;
  std::array<std::uint32_t, 4> words_{};
  unsigned used_ = 4;
  double spare_ = 0;
  bool has_spare_ = false;
};

/// A permutation of 0..n-1 (Fisher-Yates from the end).
[[nodiscard]] std::vector<std::int64_t> permutation(std::int64_t n, RandomStream& stream);

}  // namespace alexnet
