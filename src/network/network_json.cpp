#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"
#include "alexnet/network/network.h"

#include "network/layer_json.h"

namespace alexnet {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSchema = "alexnet.network";
constexpr int kVersion = 1;
constexpr int kDeepest = 16;
const std::string kPlace = "network";

std::string_view output_name(OutputKind output) {
  return output == OutputKind::kProbabilities ? "probabilities" : "scores";
}

Json parse(std::string_view text) {
  const auto limit_depth = [](int depth, Json::parse_event_t /*event*/, Json& /*parsed*/) {
    if (depth > kDeepest) {
      refuse_json(kPlace, fmt::format("at most {} levels of brackets", kDeepest), "more");
    }
    return true;
  };
  try {
    return Json::parse(text, limit_depth);
  } catch (const Json::exception& e) {
    refuse_json(kPlace, "a JSON document", e.what());
  }
}

const Json& member(const Json& document, const char* key) {
  const auto found = document.find(key);
  if (found == document.end()) {
    refuse_json(kPlace, fmt::format("the key {}", key), "none");
  }
  return *found;
}

std::string text_member(const Json& document, const char* key) {
  const Json& value = member(document, key);
  if (!value.is_string()) {
    refuse_json(fmt::format("{}, key {}", kPlace, key), "a text", brief(value));
  }
  return value.get<std::string>();
}

void check_version(const Json& document) {
  if (const std::string schema = text_member(document, "schema"); schema != kSchema) {
    refuse_json(kPlace + ", key schema", std::string(kSchema), brief(schema));
  }
  const Json& version = member(document, "version");
  if (!version.is_number_unsigned()) {
    refuse_json(kPlace + ", key version", "a whole number", brief(version));
  }
  if (version > kVersion) {
    throw Error(Message::kModelNewer,
                {{"where", kPlace}, {"expected", fmt::to_string(kVersion)}, {"got", brief(version)}});
  }
}

Shape read_shape(const Json& value) {
  Shape shape;
  if (value.is_array()) {
    for (const Json& extent : value) {
      if (extent.is_number_integer()) {
        shape.push_back(extent.get<std::int64_t>());
      }
    }
  }
  if (!value.is_array() || shape.size() != value.size()) {
    refuse_json(kPlace + ", key input", "a list of whole numbers", brief(value));
  }
  return shape;
}

OutputKind read_output(const Json& document) {
  const std::string name = text_member(document, "output");
  for (const OutputKind output : {OutputKind::kProbabilities, OutputKind::kScores}) {
    if (name == output_name(output)) {
      return output;
    }
  }
  refuse_json(kPlace + ", key output", "probabilities or scores", brief(name));
}

std::map<std::string, std::string> read_tensor_names(const Json& value) {
  std::map<std::string, std::string> names;
  if (!value.is_object()) {
    refuse_json(kPlace + ", key tensor_names", "an object", brief(value));
  }
  for (const auto& [parameter, name] : value.items()) {
    if (!name.is_string()) {
      refuse_json(kPlace + ", key tensor_names", "texts", brief(name));
    }
    names[parameter] = name.get<std::string>();
  }
  return names;
}

}  // namespace

std::string Network::to_json() const {
  Json document;
  document["schema"] = kSchema;
  document["version"] = kVersion;
  document["name"] = name();
  document["input"] = input();
  document["output"] = output_name(output());
  document["layers"] = Json::array();
  for (const Layer& layer : layers()) {
    document["layers"].push_back(layer_to_json(layer));
  }
  document["tensor_names"] = Json::object();
  for (const auto& [parameter, name] : options_.tensor_names) {
    document["tensor_names"][parameter] = name;
  }
  return document.dump();
}

Network Network::from_json(std::string_view json) {
  const Json document = parse(json);
  if (!document.is_object()) {
    refuse_json(kPlace, "an object", brief(document));
  }
  check_version(document);
  refuse_unknown_keys(document, {"schema", "version", "name", "input", "output", "layers", "tensor_names"}, kPlace);
  Options options{text_member(document, "name"), read_shape(member(document, "input")), {}, read_output(document), {}};
  const Json& layers = member(document, "layers");
  if (!layers.is_array()) {
    refuse_json(kPlace + ", key layers", "a list of layers", brief(layers));
  }
  for (std::size_t i = 0; i < layers.size(); ++i) {
    options.layers.push_back(layer_from_json(layers[i], fmt::format("layer {}", i + 1)));
  }
  if (const auto names = document.find("tensor_names"); names != document.end()) {
    options.tensor_names = read_tensor_names(*names);
  }
  return Network(std::move(options));
}

}  // namespace alexnet
