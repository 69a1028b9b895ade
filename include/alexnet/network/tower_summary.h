#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "alexnet/network/network.h"

namespace alexnet {

/// A layer of a network in towers.
struct TowerRow {
  std::string name;
  std::string kind;
  bool by_all = true;  ///< else tower 0 computes it alone
  Shape output;        ///< of one tower that computes it
  std::int64_t parameters = 0;
  std::int64_t macs = 0;
  /// Numbers of one photo that must come from each other tower before it is computed; 0 = none.
  std::int64_t from_each = 0;
};

/// What one tower holds and does for a photo.
struct TowerTotals {
  std::int64_t parameters = 0;
  std::int64_t trainable = 0;
  std::int64_t macs = 0;
  std::int64_t sent_forward = 0;   ///< numbers to all other towers together
  std::int64_t sent_backward = 0;  ///< gradients to all other towers together
};

/// Who computes what, and what crosses between them.
struct TowerSummary {
  std::string network;
  Shape input;
  std::vector<TowerRow> rows;
  std::vector<TowerTotals> towers;
};

/// Of the towers that split makes. Throws what it throws.
[[nodiscard]] TowerSummary summarize_towers(const Network& network, int towers);

/// The table as text, a sentence a tower below it. `width` 0 = no limit.
[[nodiscard]] std::string to_table(const TowerSummary& summary, int width);
/// Document "alexnet.towers".
[[nodiscard]] std::string to_json(const TowerSummary& summary);

}  // namespace alexnet
