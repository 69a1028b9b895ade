#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace alexnet {

/// Which photos an epoch shows: each once, or each class equally often.
enum class Sampler { kUniform, kBalanced };

/// What stands at each place of an epoch: an index into `labels`, which has one entry a photo. `balanced` has as many
/// places as there are photos; the classes that have photos get an equal number of them, some one more where that does
/// not divide. Within a class every photo comes once before one comes again. Purposes kShuffle and kSampler: the order
/// depends on nothing but labels, seed and epoch.
[[nodiscard]] std::vector<std::int64_t> epoch_order(Sampler sampler, std::span<const std::int32_t> labels,
                                                    std::uint64_t seed, std::uint32_t epoch);

}  // namespace alexnet
