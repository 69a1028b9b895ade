#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>

#include "alexnet/network/network.h"

namespace alexnet {

/// "name kind output parameters macs" of each layer, zeros left out: the form of the golden tables.
inline std::vector<std::string> table_of(const Network& network) {
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < network.layers().size(); ++i) {
    const LayerFacts& facts = network.facts(i);
    std::string row =
        fmt::format("{} {} {}", name_of(network.layers()[i]), kind_of(network.layers()[i]), to_string(facts.output));
    if (facts.parameter_count > 0) {
      row += fmt::format(" {}", facts.parameter_count);
    }
    if (facts.macs > 0) {
      row += fmt::format(" {}", facts.macs);
    }
    rows.push_back(row);
  }
  return rows;
}

/// The layer called `name`, of its kind.
template <class L>
const L& layer(const Network& network, const char* name) {
  return std::get<L>(network.layers()[network.index_of(name)]);
}

}  // namespace alexnet
