#include "alexnet/network/tower_summary.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/network/rewrites/towers.h"

#include "core/text.h"

namespace alexnet {
namespace {

constexpr std::int64_t kFloatBytes = 4;

/// What a tower sends to each other one before `layer`, forward; 0 where nothing is exchanged.
std::int64_t sent_before(const std::vector<Exchange>& exchanges, const std::string& layer) {
  const auto found = std::ranges::find(exchanges, layer, &Exchange::reader);
  return found == exchanges.end() ? 0 : found->elements;
}

TowerTotals totals_of(const Network& tower, int rank, int towers) {
  TowerTotals totals{tower.parameter_count(), tower.trainable_count(), tower.macs()};
  for (const Exchange& exchange : exchanges(tower)) {
    if (exchange.to_root_alone) {
      totals.sent_forward += exchange.elements;
    } else {
      totals.sent_forward += (towers - 1) * exchange.elements;
      totals.sent_backward += (towers - 1) * exchange.elements;
    }
  }
  if (rank == 0) {  // the gradient of what all others sent it goes back to them
    const std::size_t gather = tower.index_of(exchanges(tower).back().layer);
    totals.sent_backward += (towers - 1) * element_count(tower.facts(gather).input);
  }
  return totals;
}

std::vector<std::string> line_of(const TowerRow& row) {
  const std::string crosses = row.from_each == 0 ? ""
                                                 : fmt::format("{} {}", with_commas(row.from_each),
                                                               row.by_all ? "to each other" : "to tower 0");
  return {row.name,
          row.kind,
          row.by_all ? "all" : "0",
          to_string(row.output),
          with_commas(row.parameters),
          with_commas(row.macs),
          crosses};
}

}  // namespace

TowerSummary summarize_towers(const Network& network, int towers) {
  TowerSummary summary{network.name(), network.input(), {}, {}};
  const Network root = split(network, 0, towers);
  const Network other = split(network, 1, towers);
  for (int rank = 0; rank < towers; ++rank) {
    summary.towers.push_back(totals_of(split(network, rank, towers), rank, towers));
  }
  const auto sent = exchanges(other);
  bool by_all = true;
  for (std::size_t i = 0; i < root.layers().size(); ++i) {
    const Layer& layer = root.layers()[i];
    by_all = by_all && !std::holds_alternative<Gather>(layer);
    if (std::holds_alternative<AllGather>(layer) || std::holds_alternative<Gather>(layer)) {
      continue;
    }
    const LayerFacts& facts = root.facts(i);
    summary.rows.push_back({name_of(layer), std::string(kind_of(layer)), by_all, facts.output, facts.parameter_count,
                            facts.macs, sent_before(sent, name_of(layer))});
  }
  return summary;
}

std::string to_table(const TowerSummary& summary, int width) {
  std::vector<std::vector<std::string>> lines{
      {"layer", "kind", "tower", "output", "parameters", "macs", "crosses before it"}};
  std::ranges::transform(summary.rows, std::back_inserter(lines), line_of);
  std::string text = wrapped(fmt::format("{} in {} towers, input {}; a row is what one tower has", summary.network,
                                         summary.towers.size(), to_string(summary.input)),
                             width) +
                     "\n\n" + aligned(lines, {false, false, false, true, true, true, false}) + '\n';
  for (std::size_t rank = 0; rank < summary.towers.size(); ++rank) {
    const TowerTotals& tower = summary.towers[rank];
    text += wrapped(fmt::format("Tower {}: {} parameters, {} MACs; sends {} numbers ({}) a photo forward, and {} ({}) "
                                "back.",
                                rank, with_commas(tower.parameters), with_commas(tower.macs),
                                with_commas(tower.sent_forward), byte_text(kFloatBytes * tower.sent_forward),
                                with_commas(tower.sent_backward), byte_text(kFloatBytes * tower.sent_backward)),
                    width) +
            '\n';
  }
  return text;
}

std::string to_json(const TowerSummary& summary) {
  using Json = nlohmann::ordered_json;
  Json document = {
      {"schema", "alexnet.towers"}, {"version", 1}, {"network", summary.network}, {"input", summary.input}};
  document["layers"] = Json::array();
  for (const TowerRow& row : summary.rows) {
    document["layers"].push_back({{"name", row.name},
                                  {"kind", row.kind},
                                  {"towers", row.by_all ? "all" : "0"},
                                  {"output", row.output},
                                  {"parameters", row.parameters},
                                  {"macs", row.macs},
                                  {"floats_from_each", row.from_each}});
  }
  document["towers"] = Json::array();
  for (const TowerTotals& tower : summary.towers) {
    document["towers"].push_back({{"parameters", tower.parameters},
                                  {"trainable", tower.trainable},
                                  {"macs", tower.macs},
                                  {"floats_sent_forward", tower.sent_forward},
                                  {"floats_sent_backward", tower.sent_backward}});
  }
  return document.dump();
}

}  // namespace alexnet
