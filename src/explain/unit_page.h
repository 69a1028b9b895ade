#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "alexnet/explain/patches.h"
#include "alexnet/explain/photo_pass.h"
#include "alexnet/explain/synthetic.h"
#include "alexnet/explain/units.h"

#include "core/say.h"

/// The page of one unit: what excites it, what it reads, and for which classes.
namespace alexnet::explain {

/// What a unit reads: of a first convolution on pictures its filter in colour; else its kernels, one a map that it
/// reads, those of the largest norm first.
struct IncomingFilter {
  std::string reads;              ///< the layer in front
  std::vector<std::size_t> maps;  ///< of that layer, in the order drawn; empty where the filter is in colour
  double largest = 0;             ///< absolute weight at the ends of the scale
  Image picture;
};
/// Nothing for a layer whose weights differ from place to place.
[[nodiscard]] std::optional<IncomingFilter> incoming_filter(const Network& network, const Weights& weights,
                                                            const Unit& unit);

/// What is known of a unit.
struct UnitFacts {
  Unit unit;
  std::optional<IncomingFilter> filter = {};
  std::optional<Synthetic> synthetic = {};
  std::optional<PatchSearch> patches = {};  ///< of its layer alone

  [[nodiscard]] const UnitPatches* own() const {
    return patches ? &patches->layers.front().units[unit.index] : nullptr;
  }
  /// Whether the picture made for it excites it more than every photo does; nothing without photos.
  [[nodiscard]] std::optional<bool> converged() const;
};

/// Writes the page and its pictures into `folder` and returns its entry for the document, links below `link`.
nlohmann::ordered_json write_unit_page(const std::filesystem::path& folder, const std::string& link,
                                       const PhotoPass& pass, const PhotoSet& set, const UnitFacts& facts,
                                       const SyntheticOptions& options, int threads, const Say& say = Say());

}  // namespace alexnet::explain
