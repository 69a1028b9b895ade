// Explanations of one photo: where the evidence lies, and how it became its answer.
#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "alexnet/explain/heat.h"
#include "alexnet/explain/heat_picture.h"
#include "alexnet/explain/walk.h"
#include "alexnet/image/encode.h"

#include "core/base64.h"
#include "core/text.h"
#include "serve/http_answers.h"
#include "serve/http_status.h"
#include "serve/model_server_parts.h"

namespace alexnet::serve {
namespace {

constexpr int kPictureSide = 448;
constexpr int kOcclusionPlaces = 9;
constexpr double kSaliencyEnd = 0.99;  // a few pixels far above the others would leave the rest dark

struct Evidence {
  ordered_json facts;
  explain::HeatMap map;
  explain::HeatPictureOptions drawn;
  bool listed = true;  // its values stand in the answer
};

double share_of(std::vector<double> values, double share) {
  const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, values.begin() + place);
  return values[static_cast<std::size_t>(place)];
}

Evidence evidence_for(explain::PhotoPass& pass, const std::string& method, std::size_t index,
                      const std::string& layer) {
  if (method == "gradcam") {
    auto cam = explain::grad_cam(pass, index, layer.empty() ? explain::grad_cam_layer(pass.network()) : layer);
    const double largest = cam.map.largest();
    return {{{"layer", cam.layer}, {"unit", "score"}}, std::move(cam.map), {.heading = {}, .largest = largest}};
  }
  if (method == "occlusion") {
    const auto found = explain::occlusion(pass, index, {.places = kOcclusionPlaces});
    return {{{"patch", found.patch}, {"unit", found.by_score() ? "score" : "points"}},
            found.falls(),
            {.heading = {}, .scale = charts::ScaleKind::kDiverging, .largest = found.falls().largest()}};
  }
  auto map = explain::saliency(pass, index);
  const double end = share_of(map.values, kSaliencyEnd);
  return {{{"unit", "score"}}, std::move(map), {.heading = {}, .largest = end, .strength = 1}, false};
}

std::string explanation_text(explain::PhotoPass& pass, const std::string& method, const ordered_json& of_class,
                             const std::string& layer) {
  const Evidence found = evidence_for(pass, method, of_class["index"].get<std::size_t>(), layer);
  const PhotoWindow window = pass.window();
  ordered_json text = {{"method", method}, {"class", of_class}};
  text.update(found.facts);
  text["width"] = found.map.width;
  text["height"] = found.map.height;
  text["largest"] = found.map.largest();
  text["evidence"] = found.map.largest() > 0;
  text["window"] = {{"left", window.left}, {"top", window.top}, {"width", window.width}, {"height", window.height}};
  if (found.listed) {
    const auto& lattice = found.map.lattice;
    text["lattice"] = {{"x", lattice.x}, {"y", lattice.y}, {"step_x", lattice.step_x}, {"step_y", lattice.step_y}};
    text["values"] = found.map.values;
  }
  text["picture"] = base64(encode_png(explain::heat_overlay(pass, found.map, found.drawn, kPictureSide)));
  return json_text(text);
}

/// A text of JSON as a further key of an object.
std::string joined(const ordered_json& document, const char* key, const std::string& text) {
  std::string whole = json_text(document);
  whole.pop_back();
  return whole + ",\"" + key + "\":" + text + "}";
}

std::string wanted_method(const Request& request) {
  const char* key = request.has_param("explain") ? "explain" : "method";
  std::string method = request.has_param(key) ? request.get_param_value(key) : "gradcam";
  if (method != "gradcam" && method != "occlusion" && method != "saliency") {
    throw BadRequest{kBadRequest, "option-invalid", fmt::format("{}: expected gradcam, occlusion or saliency", key)};
  }
  return method;
}

std::optional<std::int64_t> place_parameter(const Request& request, const char* name) {
  constexpr int kMost = 1'000'000'000;
  return request.has_param(name) ? std::optional<std::int64_t>(whole_parameter(request, name, 0, 0, kMost))
                                 : std::nullopt;
}

/// A layer or place that is not there, in the words of the library.
BadRequest as_bad_request(const Error& error) {
  const ErrorText text = describe(error);
  return {kBadRequest, std::string(text.code),
          printable(text.expected.empty() ? text.what : text.what + "; " + text.expected)};
}

bool is_of_request(const Error& error) {
  return error.message() == Message::kLayerUnknown || error.message() == Message::kUnknownName ||
         error.message() == Message::kOptionInvalid || error.message() == Message::kNoConvolution;
}

}  // namespace

ordered_json class_of(const Request& request, const char* parameter, const Model& model) {
  const std::string name = request.get_param_value(parameter);
  const auto found = std::ranges::find(model.classes, name);
  if (found != model.classes.end()) {
    return {{"name", name}, {"index", found - model.classes.begin()}};
  }
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  const bool number = error == std::errc() && end == name.data() + name.size();
  if (!number || index >= static_cast<std::size_t>(model.network.classes())) {
    throw BadRequest{
        kBadRequest, "option-invalid",
        fmt::format("{}: expected a name or number of the model's {} classes", parameter, model.network.classes())};
  }
  return {{"name", index < model.classes.size() ? model.classes[index] : name}, {"index", index}};
}

void ModelServer::Implementation::explain(const Request& request, Response& response) {
  const auto model = model_of(request);
  const std::vector<SentPhoto> photos = {only_one(photos_of(request))};
  const std::string method = wanted_method(request);
  const std::string layer = request.get_param_value("layer");
  auto document = prediction(request, response, model, photos, Haste::kLittle);
  if (!document) {
    return;
  }
  const ordered_json likely = (*document)["predictions"].at(0)["classes"].at(0);
  const ordered_json wanted = request.has_param("class")
                                  ? class_of(request, "class", model->predictor.model())
                                  : ordered_json{{"name", likely["name"]}, {"index", likely["index"]}};
  try {
    const Explained explained =
        explainer.explain(model, photos[0], current.began + options.deadline,
                          [=](explain::PhotoPass& seen) { return explanation_text(seen, method, wanted, layer); });
    (*document)["schema"] = request.has_param("explain") ? "alexnet.predict" : "alexnet.explained";
    (*document)["timings"]["explain_queue_ms"] = milliseconds(explained.queue_seconds);
    (*document)["timings"]["explain_ms"] = milliseconds(explained.compute_seconds);
    response.set_content(joined(*document, "explanation", explained.text), "application/json");
  } catch (const Error& error) {
    if (is_of_request(error)) {
      throw as_bad_request(error);
    }
    throw;
  }
}

void ModelServer::Implementation::walk(const Request& request, Response& response) {
  const auto model = model_of(request);
  const SentPhoto photo = only_one(photos_of(request));
  const explain::WalkOptions wanted = {.maps = whole_parameter(request, "maps", 1, 0, 1) == 1,
                                       .layer = request.get_param_value("layer"),
                                       .unit = place_parameter(request, "unit"),
                                       .row = place_parameter(request, "row"),
                                       .column = place_parameter(request, "column")};
  if (wanted.layer.empty() && (wanted.unit || wanted.row || wanted.column)) {
    throw BadRequest{kBadRequest, "option-invalid", "layer: expected the layer of unit, row and column"};
  }
  try {
    const Explained explained =
        explainer.explain(model, photo, current.began + options.deadline,
                          [=](explain::PhotoPass& seen) { return explain::walk_json(seen, wanted); });
    const ordered_json document = {{"schema", "alexnet.walk"},
                                   {"version", 1},
                                   {"request_id", current.id},
                                   {"model", {{"name", model->name}, {"version", model->version}}},
                                   {"preprocessing_id", model->preprocessing},
                                   {"timings",
                                    {{"explain_queue_ms", milliseconds(explained.queue_seconds)},
                                     {"explain_ms", milliseconds(explained.compute_seconds)}}}};
    response.set_content(joined(document, "walk", explained.text), "application/json");
  } catch (const Error& error) {
    if (is_of_request(error)) {
      throw as_bad_request(error);
    }
    metrics.rejected(error.message() == Message::kPhotoTooLarge ? "too-large" : "unreadable");
    refuse_photo(response, error);
  }
}

}  // namespace alexnet::serve
