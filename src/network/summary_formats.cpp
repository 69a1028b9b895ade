#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/network/summary.h"

#include "core/text.h"

namespace alexnet {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

std::string to_csv(const Summary& summary) {
  std::string text = "name,kind,geometry,output,parameters,trainable,formula,macs,receptive_field,activation_bytes\n";
  for (const SummaryRow& row : summary.rows) {
    text += fmt::format("{},{},{},{},{},{},{},{},{},{}\n", csv_field(row.name), row.kind, csv_field(row.geometry),
                        to_string(row.output), row.parameters, row.trainable, row.parameter_formula, row.macs,
                        row.receptive_field, row.activation_bytes);
  }
  return text;
}

std::string to_json(const Summary& summary) {
  Json document;
  document["schema"] = "alexnet.summary";
  document["version"] = 1;
  document["network"] = summary.network;
  document["input"] = summary.input;
  document["batch"] = summary.batch;
  document["layers"] = Json::array();
  for (const SummaryRow& row : summary.rows) {
    Json layer;
    layer["name"] = row.name;
    layer["kind"] = row.kind;
    layer["geometry"] = row.geometry;
    layer["output"] = row.output;
    layer["parameters"] = row.parameters;
    layer["trainable"] = row.trainable;
    layer["formula"] = row.parameter_formula;
    layer["macs"] = row.macs;
    layer["receptive_field"] = row.receptive_field;
    layer["activation_bytes"] = row.activation_bytes;
    document["layers"].push_back(std::move(layer));
  }
  Json totals;
  totals["parameters"] = summary.parameters;
  totals["trainable"] = summary.trainable;
  totals["macs"] = summary.macs;
  totals["weight_bytes"] = summary.weight_bytes;
  totals["training_bytes"] = summary.training_bytes;
  totals["inference_bytes"] = summary.inference_bytes;
  document["totals"] = std::move(totals);
  return document.dump();
}

}  // namespace alexnet
