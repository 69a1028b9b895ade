#include "alexnet/network/hybrid_summary.h"

#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/network/rewrites/hybrid.h"

#include "core/text.h"

namespace alexnet {
namespace {

constexpr std::int64_t kFloatBytes = 4;

HybridPart part_of(const std::string& name, const Network& network, bool all_photos) {
  return {name,       name_of(network.layers().front()), name_of(network.layers().back()),
          all_photos, network.parameter_count(),         network.macs()};
}

std::string with_bytes(std::int64_t floats) {
  return fmt::format("{} ({})", with_commas(floats), byte_text(kFloatBytes * floats));
}

}  // namespace

HybridSummary summarize_hybrid(const Network& network, int ranks) {
  const HybridNetworks cut = cut_hybrid(network, 0, ranks);
  const std::vector<std::int64_t> one_each(static_cast<std::size_t>(ranks), 1);
  return {.network = network.name(),
          .input = network.input(),
          .ranks = ranks,
          .parts = {part_of("convolutions", cut.convolutions, false), part_of("dense", cut.dense, true),
                    part_of("head", cut.head, false)},
          .sent_per_photo = hybrid_activations_sent(network, 0, one_each),
          .summed = hybrid_summed_parameters(network),
          .summed_by_data = network.trainable_count()};
}

std::string to_table(const HybridSummary& summary, int width) {
  std::vector<std::vector<std::string>> lines{{"part", "layers", "photos", "parameters", "macs"}};
  for (const HybridPart& part : summary.parts) {
    lines.push_back({part.name, part.first_layer + ".." + part.last_layer, part.all_photos ? "all" : "its own",
                     with_commas(part.parameters), with_commas(part.macs)});
  }
  std::string text = wrapped(fmt::format("{} over {} ranks, input {}; a row is what one rank has, macs for each photo",
                                         summary.network, summary.ranks, to_string(summary.input)),
                             width) +
                     "\n\n" + aligned(lines, {false, false, false, true, true}) + '\n';
  text +=
      wrapped(fmt::format("In a training step a rank sends {} numbers for each of its photos to the others, and takes "
                          "part in the sums of {} gradients.",
                          with_bytes(summary.sent_per_photo), with_bytes(summary.summed)),
              width);
  return text + '\n' +
         wrapped(fmt::format("With --parallel data no activations cross, but sums of {} gradients.",
                             with_bytes(summary.summed_by_data)),
                 width) +
         '\n';
}

std::string to_json(const HybridSummary& summary) {
  nlohmann::ordered_json document = {{"schema", "alexnet.hybrid"}, {"version", 1},
                                     {"network", summary.network}, {"input", summary.input},
                                     {"ranks", summary.ranks},     {"parts", nlohmann::ordered_json::array()}};
  for (const HybridPart& part : summary.parts) {
    document["parts"].push_back({{"name", part.name},
                                 {"first_layer", part.first_layer},
                                 {"last_layer", part.last_layer},
                                 {"photos", part.all_photos ? "all" : "own"},
                                 {"parameters", part.parameters},
                                 {"macs", part.macs}});
  }
  document["floats_sent_per_photo"] = summary.sent_per_photo;
  document["gradients_summed"] = summary.summed;
  document["gradients_summed_by_data"] = summary.summed_by_data;
  return document.dump();
}

}  // namespace alexnet
