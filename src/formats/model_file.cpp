#include "alexnet/formats/model_file.h"

#include <array>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"
#include "alexnet/formats/quantized_tensors.h"
#include "alexnet/formats/safetensors.h"
#include "alexnet/runtime/quantization.h"

namespace alexnet {
namespace {

using nlohmann::json;
using Metadata = std::map<std::string, std::string>;

constexpr const char* kFormat = "alexnet-model";
constexpr int kVersion = 1;
constexpr const char* kRanges = "input_ranges";
constexpr std::string_view kFactPrefix = "fact/";
constexpr std::string_view kSlotPrefix = "slot/";

/// Where the tensors of a slot lie.
std::string slot_prefix(const std::string& slot) { return fmt::format("{}{}/", kSlotPrefix, slot); }

[[noreturn]] void fail(const std::string& where, const std::string& reason) {
  throw Error(Message::kModelInvalid, {{"where", where}, {"reason", reason}});
}

const std::string& entry(const Metadata& metadata, const std::string& key, const std::string& where) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) {
    fail(where, fmt::format("its metadata has no \"{}\"", key));
  }
  return found->second;
}

/// Runs a parser of a metadata entry; its error then names the model file.
template <class Parse>
auto parsed(const std::string& key, const std::string& where, const Parse& parse) {
  try {
    return parse();
  } catch (const Error& error) {
    fail(where, fmt::format("its \"{}\": {}", key, error.what()));
  } catch (const json::exception&) {
    fail(where, fmt::format("its \"{}\" is no JSON of the right kind", key));
  }
}

void check_format(const Metadata& metadata, const std::string& where) {
  const auto format = metadata.find("format");
  if (format == metadata.end() || format->second != kFormat) {
    fail(where, "it was not written by alexnet");
  }
  const std::string& version = entry(metadata, "format_version", where);
  const int number = parsed("format_version", where, [&] { return json::parse(version).get<int>(); });
  if (number > kVersion) {
    throw Error(Message::kModelNewer,
                {{"where", where}, {"expected", fmt::format("{}", kVersion)}, {"got", fmt::format("{}", number)}});
  }
}

/// Tensors of a file by our parameter names. Takes those out of `tensors` whose name begins with `prefix`.
Weights take_weights(std::map<std::string, Tensor>& tensors, const Network& network, const std::string& prefix,
                     const std::string& where) {
  Weights weights;
  for (const ParameterSpec& parameter : network.parameters()) {
    const auto found = tensors.find(prefix + network.tensor_name(parameter.name));
    if (found == tensors.end()) {
      continue;  // check_weights and the Trainer know which ones have to be there
    }
    if (found->second.shape() != parameter.shape) {
      throw Error(Message::kTensorShape, {{"where", found->first},
                                          {"file", where},
                                          {"expected", to_string(parameter.shape)},
                                          {"got", to_string(found->second.shape())}});
    }
    weights.emplace(parameter.name, std::move(found->second));
    tensors.erase(found);
  }
  return weights;
}

/// {"conv1": [least, most], ...}: of every layer that multiplies integers.
InputRanges take_ranges(const std::string& text, const Network& network, const std::string& where) {
  using Bounds = std::map<std::string, std::array<double, 2>>;
  InputRanges ranges;
  for (const auto& [layer, bounds] : parsed(kRanges, where, [&] { return json::parse(text).get<Bounds>(); })) {
    if (bounds[0] > 0 || bounds[1] < 0) {
      fail(where, fmt::format("its range of layer {} does not hold 0", layer));
    }
    ranges[layer] = {bounds[0], bounds[1]};
  }
  const std::vector<std::string> layers = quantized_layers(network);
  for (const std::string& layer : layers) {
    if (!ranges.contains(layer)) {
      fail(where, fmt::format("it has no range of layer {}", layer));
    }
  }
  if (ranges.size() != layers.size()) {
    fail(where, "it has ranges of layers that multiply no integers");
  }
  return ranges;
}

Model take_model(SafetensorsFile& file, const std::string& where) {
  check_format(file.metadata, where);
  const std::vector<std::string> integers = dequantize(file.tensors, where);
  const std::string& text = entry(file.metadata, "network", where);
  Network network = parsed("network", where, [&] { return Network::from_json(text); });
  const std::string& geometry_text = entry(file.metadata, "geometry", where);
  const Geometry geometry = parsed("geometry", where, [&] { return geometry_from_json(geometry_text); });
  const std::string& classes_text = entry(file.metadata, "classes", where);
  auto classes = parsed("classes", where, [&] { return json::parse(classes_text).get<std::vector<std::string>>(); });
  if (!classes.empty() && static_cast<std::int64_t>(classes.size()) != network.classes()) {
    throw Error(Message::kClassCountDiffers, {{"where", where},
                                              {"expected", fmt::format("{} names", network.classes())},
                                              {"got", fmt::format("{}", classes.size())}});
  }
  Weights weights = take_weights(file.tensors, network, "", where);
  Model model{std::move(network), std::move(weights), geometry, std::move(classes)};
  for (const auto& [key, value] : file.metadata) {
    if (key.starts_with(kFactPrefix)) {
      model.facts.emplace(key.substr(kFactPrefix.size()), value);
    }
  }
  const auto ranges = file.metadata.find(kRanges);
  if (ranges != file.metadata.end()) {
    model.input_ranges = take_ranges(ranges->second, model.network, where);
  } else if (!integers.empty()) {
    fail(where, fmt::format("tensor \"{}\" holds integers, but its metadata has no \"{}\"", integers.front(), kRanges));
  }
  return model;
}

/// Names the slots of a checkpoint: "slot/<slot>/<tensor>".
std::map<std::string, Weights> take_slots(SafetensorsFile& file, const Network& network, const std::string& where) {
  std::map<std::string, Weights> slots;
  for (const auto& [name, tensor] : file.tensors) {
    const auto end = name.find('/', kSlotPrefix.size());
    if (name.starts_with(kSlotPrefix) && end != std::string::npos) {
      slots.try_emplace(name.substr(kSlotPrefix.size(), end - kSlotPrefix.size()));
    }
  }
  for (auto& [slot, weights] : slots) {
    weights = take_weights(file.tensors, network, slot_prefix(slot), where);
  }
  return slots;
}

void refuse_surplus(const SafetensorsFile& file, const std::string& where) {
  if (!file.tensors.empty()) {
    throw Error(Message::kTensorSurplus, {{"where", file.tensors.begin()->first}, {"file", where}});
  }
}

std::string to_text(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

Metadata metadata_of(const Model& model) {
  Metadata metadata = {{"format", kFormat},
                       {"format_version", fmt::format("{}", kVersion)},
                       {"network", model.network.to_json()},
                       {"geometry", to_json(model.geometry)},
                       {"classes", to_text(model.classes)}};
  for (const auto& [key, value] : model.facts) {
    metadata.emplace(fmt::format("{}{}", kFactPrefix, key), value);
  }
  if (!model.input_ranges.empty()) {
    json ranges = json::object();
    for (const auto& [layer, range] : model.input_ranges) {
      ranges[layer] = {range.least, range.most};
    }
    metadata.emplace(kRanges, to_text(ranges));
  }
  return metadata;
}

void add_tensors(std::map<std::string, const Tensor*>& tensors, const Network& network, const Weights& weights,
                 const std::string& prefix) {
  for (const auto& [name, tensor] : weights) {
    tensors.emplace(prefix + network.tensor_name(name), &tensor);
  }
}

/// The tensor of `spec` by the network's name for files, by ours, or as others call a mean image.
std::map<std::string, Tensor>::iterator find_fitting(std::map<std::string, Tensor>& tensors, const Network& network,
                                                     const ParameterSpec& spec) {
  std::vector<std::string> names = {network.tensor_name(spec.name), spec.name};
  if (spec.role == ParameterRole::kConstant) {
    names.emplace_back(network.normalize()->order == Normalize::Order::kBGR ? "mean_image_bgr" : "mean_image_rgb");
  }
  for (const std::string& name : names) {
    const auto found = tensors.find(name);
    if (found != tensors.end() && found->second.shape() == spec.shape) {
      return found;
    }
  }
  return tensors.end();
}

}  // namespace

Model read_model(const std::filesystem::path& path) {
  SafetensorsFile file = read_safetensors(path);
  Model model = take_model(file, path.string());
  std::erase_if(file.tensors, [](const auto& tensor) { return tensor.first.starts_with(kSlotPrefix); });
  refuse_surplus(file, path.string());
  check_weights(model.network, model.weights, path.string());
  return model;
}

void write_model(const std::filesystem::path& path, const Model& model) {
  std::map<std::string, const Tensor*> tensors;
  add_tensors(tensors, model.network, model.weights, "");
  std::map<std::string, QuantizedTensor> quantized;
  if (!model.input_ranges.empty()) {
    for (const std::string& layer : quantized_layers(model.network)) {
      const std::string& name = model.network.tensor_name(layer + ".weight");
      const auto& [integers, scales] = quantized.emplace(name, quantize(*tensors.at(name))).first->second;
      tensors[name] = &integers;
      tensors[scale_name(name)] = &scales;
    }
  }
  write_safetensors(path, tensors, metadata_of(model));
}

Weights read_weights(const std::filesystem::path& path, const Network& network) {
  SafetensorsFile file = read_safetensors(path);
  static_cast<void>(dequantize(file.tensors, path.string()));
  Weights weights = take_weights(file.tensors, network, "", path.string());
  refuse_surplus(file, path.string());
  check_weights(network, weights, path.string());
  return weights;
}

FittingWeights read_fitting_weights(const std::filesystem::path& path, const Network& network) {
  SafetensorsFile file = read_safetensors(path);
  static_cast<void>(dequantize(file.tensors, path.string()));
  FittingWeights fitting;
  for (const ParameterSpec& spec : network.parameters()) {
    const auto found = find_fitting(file.tensors, network, spec);
    if (found == file.tensors.end()) {
      fitting.anew.push_back(spec.name);
    } else {
      check_finite(found->first, found->second, path.string());
      fitting.weights.emplace(spec.name, found->second.converted(ElementType::kF32));
      file.tensors.erase(found);
    }
  }
  for (const auto& [name, tensor] : file.tensors) {
    fitting.left_out.push_back(name);
  }
  if (fitting.weights.empty()) {
    throw Error(Message::kTensorMissing, {{"where", fitting.anew.front()}, {"file", path.string()}});
  }
  return fitting;
}

Checkpoint read_checkpoint(const std::filesystem::path& path) {
  const std::string where = path.string();
  SafetensorsFile file = read_safetensors(path);
  Checkpoint checkpoint{take_model(file, where), {}, 0, {}};
  checkpoint.slots = take_slots(file, checkpoint.model.network, where);
  refuse_surplus(file, where);
  check_weights(checkpoint.model.network, checkpoint.model.weights, where);
  const std::string& text = entry(file.metadata, "checkpoint", where);
  parsed("checkpoint", where, [&] {
    const json document = json::parse(text);
    checkpoint.step = document.at("step").get<std::int64_t>();
    checkpoint.state = document.at("state").get<std::string>();
    return 0;
  });
  return checkpoint;
}

void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  const Network& network = checkpoint.model.network;
  std::map<std::string, const Tensor*> tensors;
  add_tensors(tensors, network, checkpoint.model.weights, "");
  for (const auto& [slot, weights] : checkpoint.slots) {
    add_tensors(tensors, network, weights, slot_prefix(slot));
  }
  Metadata metadata = metadata_of(checkpoint.model);
  metadata.emplace("checkpoint", to_text({{"step", checkpoint.step}, {"state", checkpoint.state}}));
  write_safetensors(path, tensors, metadata);
}

std::filesystem::path find_model(const std::filesystem::path& model_or_run) {
  std::error_code error;
  if (!std::filesystem::is_directory(model_or_run, error)) {
    return model_or_run;
  }
  auto model = model_or_run / "model.safetensors";
  if (!std::filesystem::exists(model, error)) {
    throw Error(Message::kFileMissing, {{"where", model.string()}});
  }
  return model;
}

}  // namespace alexnet
