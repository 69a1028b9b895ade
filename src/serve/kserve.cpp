#include "serve/kserve.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "serve/http_answers.h"
#include "serve/http_status.h"

namespace alexnet::serve::kserve {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char* kInput = "input";
constexpr const char* kHeaderLength = "Inference-Header-Content-Length";

static_assert(std::endian::native == std::endian::little, "binary tensors are little-endian");

[[noreturn]] void reject(const std::string& message) { throw BadRequest{kBadRequest, "body-invalid", message}; }

/// JSON and the bytes behind it.
struct Body {
  json head;
  std::string_view bytes;
};

Body body_of(const httplib::Request& request) {
  std::size_t length = request.body.size();
  if (request.has_header(kHeaderLength)) {
    const std::string text = request.get_header_value(kHeaderLength);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (error != std::errc() || end != text.data() + text.size() || length > request.body.size()) {
      reject(fmt::format("{}: expected at most the {} bytes of the body", kHeaderLength, request.body.size()));
    }
  }
  const std::string_view whole = request.body;
  Body body{json_of(whole.substr(0, length)), whole.substr(length)};
  if (!body.head.is_object()) {
    reject("the body is no JSON object");
  }
  return body;
}

template <class T>
T value_at(const json& object, const char* key, T otherwise) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (!object.is_object() || found == object.end()) {
    return otherwise;
  }
  try {
    return found->get<T>();
  } catch (const json::exception&) {
    reject(fmt::format("{}: of another type than expected", key));
  }
}

std::string_view take(std::string_view& bytes, std::size_t size) {
  if (size > bytes.size()) {
    reject(fmt::format("binary data: expected {} more bytes, got {}", size, bytes.size()));
  }
  const std::string_view taken = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return taken;
}

/// Encoded photos: base64 in JSON; in binary data each behind its length in 4 bytes.
std::vector<SentPhoto> encoded_photos(const json& input, std::string_view* binary, std::size_t count) {
  std::vector<SentPhoto> photos;
  if (binary == nullptr) {
    for (const json& text : value_at(input, "data", json::array())) {
      if (!text.is_string()) {
        reject("data: expected photos as base64");
      }
      photos.push_back({"photo", from_base64(text.get<std::string>())});
    }
  } else {
    while (!binary->empty()) {
      std::uint32_t size = 0;
      std::memcpy(&size, take(*binary, sizeof size).data(), sizeof size);
      photos.push_back({"photo", std::string(take(*binary, size))});
    }
  }
  if (photos.size() != count) {
    reject(fmt::format("shape: {} photos, but {} in the data", count, photos.size()));
  }
  return photos;
}

/// The values of a tensor as pixels, rounded.
std::vector<std::uint8_t> pixels(const json& input, const std::string& type, const std::string_view* binary,
                                 std::size_t count) {
  std::vector<float> values;
  if (binary == nullptr) {
    values = value_at(input, "data", std::vector<float>());
  } else if (type == "UINT8") {
    std::ranges::transform(*binary, std::back_inserter(values),
                           [](char c) { return static_cast<float>(static_cast<unsigned char>(c)); });
  } else {
    values.resize(binary->size() / sizeof(float));
    std::memcpy(values.data(), binary->data(), values.size() * sizeof(float));
  }
  if (values.size() != count) {
    reject(fmt::format("shape: {} values, but {} in the data", count, values.size()));
  }
  std::vector<std::uint8_t> bytes;
  for (const float value : values) {
    if (!(value >= 0 && value <= 255)) {
      reject("data: expected pixels from 0 to 255");
    }
    bytes.push_back(static_cast<std::uint8_t>(std::lround(value)));
  }
  return bytes;
}

/// A prepared square whose centre is what the network reads.
Image square_around(const std::uint8_t* pixels, const Geometry& geometry) {
  Image square(geometry.resize, geometry.resize, geometry.channels);
  const Cut cut = cuts_of(Views::kCenter, geometry).front();
  const std::size_t row = static_cast<std::size_t>(geometry.width) * static_cast<std::size_t>(geometry.channels);
  for (int y = 0; y < geometry.height; ++y) {
    std::copy_n(pixels + static_cast<std::size_t>(y) * row, row,
                square.row(cut.top + y) + cut.left * geometry.channels);
  }
  return square;
}

std::vector<Image> squares_of(const json& input, const std::string& type, const std::vector<std::int64_t>& shape,
                              const std::string_view* binary, const Geometry& geometry) {
  if (shape.size() != 4 || shape[1] != geometry.height || shape[2] != geometry.width || shape[3] != geometry.channels) {
    reject(fmt::format("shape: expected [N,{},{},{}]", geometry.height, geometry.width, geometry.channels));
  }
  const auto size = static_cast<std::size_t>(shape[1] * shape[2] * shape[3]);
  const auto count = static_cast<std::size_t>(shape[0]);
  const auto values = pixels(input, type, binary, count * size);
  std::vector<Image> squares;
  for (std::size_t i = 0; i < count; ++i) {
    squares.push_back(square_around(values.data() + i * size, geometry));
  }
  return squares;
}

const char* output_name(const ServedModel& model) {
  return model.predictor.model().network.output() == OutputKind::kProbabilities ? "probabilities" : "scores";
}

void read_outputs(const json& head, const ServedModel& model, InferRequest& asked) {
  asked.binary = value_at(value_at(head, "parameters", json::object()), "binary_data_output", false);
  for (const json& output : value_at(head, "outputs", json::array())) {
    if (value_at(output, "name", std::string()) != output_name(model)) {
      reject(fmt::format("outputs: expected {}", output_name(model)));
    }
    const json parameters = value_at(output, "parameters", json::object());
    asked.binary = value_at(parameters, "binary_data", asked.binary);
    asked.classification = value_at(parameters, "classification", std::size_t{0});
  }
}

}  // namespace

InferRequest parse(const httplib::Request& request, const ServedModel& model) {
  Body body = body_of(request);
  InferRequest asked;
  asked.id = value_at(body.head, "id", std::string());
  read_outputs(body.head, model, asked);
  const json inputs = value_at(body.head, "inputs", json::array());
  if (inputs.size() != 1) {
    reject(fmt::format("inputs: expected one, got {}", inputs.size()));
  }
  const json& input = inputs.front();
  const auto type = value_at(input, "datatype", std::string());
  const auto shape = value_at(input, "shape", std::vector<std::int64_t>());
  if (shape.empty() || shape.front() < 1 || shape.front() > static_cast<std::int64_t>(kMostPhotos)) {
    reject(fmt::format("shape: expected 1 to {} photos first", kMostPhotos));
  }
  const json parameters = value_at(input, "parameters", json::object());
  std::string_view binary;
  const bool is_binary = parameters.contains("binary_data_size");
  if (is_binary) {
    binary = take(body.bytes, value_at(parameters, "binary_data_size", std::size_t{0}));
  }
  std::string_view* const bytes = is_binary ? &binary : nullptr;
  if (type == "BYTES") {
    asked.photos = encoded_photos(input, bytes, static_cast<std::size_t>(shape.front()));
  } else if (type == "UINT8" || type == "FP32") {
    asked.squares = squares_of(input, type, shape, bytes, model.predictor.model().geometry);
  } else {
    reject("datatype: expected BYTES, UINT8 or FP32");
  }
  return asked;
}

void write(httplib::Response& response, const InferRequest& asked, const ServedModel& model,
           const std::vector<std::vector<double>>& scores) {
  ordered_json output = {{"name", output_name(model)}};
  std::string bytes;
  ordered_json data = ordered_json::array();
  const auto put = [&](const void* value, std::size_t size) { bytes.append(static_cast<const char*>(value), size); };
  std::size_t width = 0;
  for (const auto& row : scores) {
    const std::size_t count = asked.classification > 0 ? asked.classification : row.size();
    auto classes = model.predictor.top(row, count);
    width = classes.size();
    if (asked.classification == 0) {
      std::ranges::sort(classes, {}, &ClassScore::index);
    }
    for (const ClassScore& one : classes) {
      const auto value = static_cast<float>(one.value);
      const std::string text = fmt::format("{}:{}:{}", value, one.index, one.name);
      if (!asked.binary) {
        data.push_back(asked.classification > 0 ? ordered_json(text) : ordered_json(value));
      } else if (asked.classification > 0) {
        const auto size = static_cast<std::uint32_t>(text.size());
        put(&size, sizeof size);
        put(text.data(), text.size());
      } else {
        put(&value, sizeof value);
      }
    }
  }
  output["datatype"] = asked.classification > 0 ? "BYTES" : "FP32";
  output["shape"] = {scores.size(), width};
  if (asked.binary) {
    output["parameters"] = {{"binary_data_size", bytes.size()}};
  } else {
    output["data"] = std::move(data);
  }
  ordered_json document = {{"model_name", model.name}, {"model_version", model.version}};
  if (!asked.id.empty()) {
    document["id"] = asked.id;
  }
  document["outputs"] = ordered_json::array({std::move(output)});
  const std::string head = json_text(document);
  if (asked.binary) {
    response.set_header(kHeaderLength, std::to_string(head.size()));
  }
  response.set_content(head + bytes, asked.binary ? "application/octet-stream" : "application/json");
}

ordered_json metadata(const ServedModel& served) {
  const Model& model = served.predictor.model();
  const Geometry& geometry = model.geometry;
  return {
      {"name", served.name},
      {"versions", {served.version}},
      {"platform", "alexnet"},
      {"inputs",
       {{{"name", kInput},
         {"datatype", "UINT8"},
         {"shape", {-1, geometry.height, geometry.width, geometry.channels}}}}},
      {"outputs", {{{"name", output_name(served)}, {"datatype", "FP32"}, {"shape", {-1, model.network.classes()}}}}}};
}

}  // namespace alexnet::serve::kserve
