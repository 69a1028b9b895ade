#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "alexnet/network/network.h"

namespace alexnet {

/// Layers that lie behind one another and are shared out in one way.
struct HybridPart {
  std::string name;  ///< convolutions, dense, head
  std::string first_layer, last_layer;
  bool all_photos = false;      ///< of all ranks; else the rank's own
  std::int64_t parameters = 0;  ///< that a rank holds
  std::int64_t macs = 0;        ///< of a rank, for each photo that it sees there
};

/// What a rank of `--parallel hybrid` computes, and what it sends.
struct HybridSummary {
  std::string network;
  Shape input;
  int ranks = 0;
  std::vector<HybridPart> parts;
  /// Numbers to all others together in a training step, for each of the rank's own photos.
  std::int64_t sent_per_photo = 0;
  std::int64_t summed = 0;          ///< gradients that are summed over the ranks in a step
  std::int64_t summed_by_data = 0;  ///< and with `--parallel data`
};

/// For ranks with as many photos each. Throws what cut_hybrid throws.
[[nodiscard]] HybridSummary summarize_hybrid(const Network& network, int ranks);

/// The table as text, sentences below it. `width` 0 = no limit.
[[nodiscard]] std::string to_table(const HybridSummary& summary, int width);
/// Document "alexnet.hybrid".
[[nodiscard]] std::string to_json(const HybridSummary& summary);

}  // namespace alexnet
