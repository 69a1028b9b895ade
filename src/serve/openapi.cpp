// The table of routes as an OpenAPI document.
#include <map>

#include <fmt/format.h>

#include "alexnet/core/version.h"

#include "serve/route_table.h"

namespace alexnet::serve {
namespace {

ordered_json typed(const char* type) { return {{"type", type}}; }
ordered_json reference(std::string_view schema) { return {{"$ref", fmt::format("#/components/schemas/{}", schema)}}; }
ordered_json list_of(const ordered_json& items) { return {{"type", "array"}, {"items", items}}; }
ordered_json whole(int least, int otherwise) {
  return {{"type", "integer"}, {"minimum", least}, {"default", otherwise}};
}
ordered_json place() { return {{"type", "integer"}, {"minimum", 0}, {"maximum", 1'000'000'000}}; }
ordered_json one_of(std::initializer_list<const char*> names) {
  return {{"type", "string"}, {"enum", std::vector<std::string>(names.begin(), names.end())}};
}
ordered_json object_of(const std::map<std::string, ordered_json>& properties) {
  ordered_json value = {{"type", "object"}, {"properties", properties}, {"required", ordered_json::array()}};
  for (const auto& [name, schema] : properties) {
    value["required"].push_back(name);
  }
  return value;
}

struct Parameter {
  const char* words;
  ordered_json schema;
  bool required = false;
};

Parameter parameter(std::string_view name) {
  const ordered_json methods = one_of({"gradcam", "occlusion", "saliency"});
  const std::map<std::string_view, Parameter> all = {
      {"top", {"Classes of each photo.", whole(1, 5)}},
      {"min_confidence",
       {"Below it a photo is unknown: 0 to 1, or auto for the model's own threshold.", typed("string")}},
      {"model", {"Name of the model; the first one where it is left out.", typed("string")}},
      {"explain", {"Adds an explanation by this method to the names of one photo.", methods}},
      {"method", {"How the evidence is found.", methods}},
      {"class", {"Class that is explained, by name or number; the most likely one else.", typed("string")}},
      {"right", {"The right name of the photo: a class of the model, by name or number.", typed("string"), true}},
      {"layer", {"A layer by name.", typed("string")}},
      {"unit", {"Map or dense unit of the layer, from 0.", place()}},
      {"row", {"Row of the map, from 0.", place()}},
      {"column", {"Column of the map, from 0.", place()}},
      {"maps", {"0: without pictures.", {{"type", "integer"}, {"enum", {0, 1}}, {"default", 1}}}},
      {"count", {"Photos that are wanted.", {{"type", "integer"}, {"minimum", 1}, {"maximum", 50}, {"default", 5}}}},
      {"number", {"Number of the photo, as /v1/similar gives it.", typed("string")}},
      {"version", {"Version of the model.", typed("string")}}};
  return all.at(name);
}

ordered_json parameters_of(const Route& route) {
  ordered_json all = ordered_json::array();
  const auto add = [&](std::string_view name, bool in_path) {
    const Parameter known = parameter(name);
    all.push_back({{"name", name},
                   {"in", in_path ? "path" : "query"},
                   {"required", in_path || known.required},
                   {"description", known.words},
                   {"schema", known.schema}});
  };
  for (std::size_t at = route.path.find('{'); at != std::string_view::npos; at = route.path.find('{', at + 1)) {
    add(route.path.substr(at + 1, route.path.find('}', at) - at - 1), true);
  }
  for (const std::string_view name : route.parameters) {
    add(name, false);
  }
  return all;
}

ordered_json content(const std::string& type, const ordered_json& schema) { return {{type, {{"schema", schema}}}}; }

ordered_json body_of(RouteBody body) {
  const ordered_json bytes = {{"type", "string"}, {"format", "binary"}};
  if (body == RouteBody::kInference) {
    return {{"required", true}, {"content", content("application/json", reference("InferenceRequest"))}};
  }
  ordered_json value = {{"required", true}, {"content", ordered_json::object()}};
  for (const char* type : {"image/jpeg", "image/png", "image/webp", "application/octet-stream"}) {
    value["content"].update(content(type, bytes));
  }
  const bool several = body == RouteBody::kPhotos;
  const ordered_json form = several ? list_of(bytes) : bytes;
  value["content"].update(
      content("multipart/form-data", {{"type", "object"}, {"properties", {{"file", form}}}, {"required", {"file"}}}));
  value["content"].update(content("application/json", reference(several ? "PhotosInJson" : "PhotoInJson")));
  return value;
}

const char* meaning(int status) {
  switch (status) {
    case 202:
      return "The photos are still being read: ask again.";
    case 400:
      return "The body or a parameter cannot be read.";
    case 401:
      return "No token, or another one.";
    case 403:
      return "A page of another site asked.";
    case 404:
      return "No such model, or nothing of the kind.";
    case 413:
      return "The body or the photo is too large.";
    case 415:
      return "Another content type.";
    case 422:
      return "The photo cannot be read.";
    case 503:
      return "Too many requests wait, or the service ends: Retry-After says when to come back.";
    default:
      return "No answer within the deadline.";
  }
}

ordered_json responses_of(const Route& route) {
  const bool text = route.answer.starts_with("text/");
  const bool picture = route.answer.starts_with("image/");
  ordered_json all = {{"200",
                       {{"description", "The answer."},
                        {"content", text      ? content(std::string(route.answer), typed("string"))
                                    : picture ? content("image/jpeg", {{"type", "string"}, {"format", "binary"}})
                                              : content("application/json", reference(route.answer))}}}};
  const bool kserve = route.path.starts_with("/v2");
  for (const int status : route.statuses) {
    const ordered_json schema = kserve ? typed("object") : status == 202 ? reference(route.answer) : reference("Error");
    const ordered_json plain =
        text && status == 503 ? content("text/plain", typed("string")) : content("application/json", schema);
    all[std::to_string(status)] = {{"description", meaning(status)}, {"content", plain}};
  }
  if (route.computes) {
    all["401"] = {{"description", meaning(401)}, {"content", content("application/json", reference("Error"))}};
  }
  return all;
}

ordered_json schemas() {
  const ordered_json text = typed("string");
  const ordered_json number = typed("number");
  const ordered_json object = typed("object");
  const ordered_json model = object_of({{"name", text}, {"version", text}});
  const ordered_json photo = {{"type", "object"},
                              {"properties", {{"name", text}, {"data", {{"type", "string"}, {"format", "byte"}}}}},
                              {"required", {"data"}}};
  ordered_json prediction = object_of({{"schema", text},
                                       {"version", typed("integer")},
                                       {"request_id", text},
                                       {"model", model},
                                       {"preprocessing_id", text},
                                       {"precision", one_of({"f32", "bf16", "i8"})},
                                       {"timings", object},
                                       {"predictions", list_of(reference("Prediction"))}});
  ordered_json explanation = prediction;
  explanation["properties"]["explanation"] =
      object_of({{"method", text},
                 {"class", object_of({{"name", text}, {"index", typed("integer")}})},
                 {"largest", number},
                 {"evidence", typed("boolean")},
                 {"picture", {{"type", "string"}, {"format", "byte"}}}});
  explanation["required"].push_back("explanation");
  return {
      {"Document", object},
      {"Error",
       object_of({{"schema", text},
                  {"version", typed("integer")},
                  {"error", object_of({{"code", text}, {"message", text}, {"where", text}, {"hint", text}})}})},
      {"PhotoInJson", photo},
      {"PhotosInJson",
       {{"anyOf",
         {photo,
          {{"type", "object"},
           {"properties", {{"photos", {{"type", "array"}, {"minItems", 1}, {"maxItems", 64}, {"items", photo}}}}},
           {"required", {"photos"}}}}}}},
      {"Prediction",
       {{"type", "object"},
        {"properties",
         {{"file", text},
          {"classes", list_of({{"type", "object"},
                               {"properties",
                                {{"name", text},
                                 {"index", typed("integer")},
                                 {"probability", number},
                                 {"raw_probability", number},
                                 {"score", number}}},
                               {"required", {"name", "index"}}})},
          {"unknown", typed("boolean")},
          {"error", text}}},
        {"required", {"file"}}}},
      {"Predictions", prediction},
      {"Explanation", explanation},
      {"Walk", object_of({{"schema", text},
                          {"version", typed("integer")},
                          {"request_id", text},
                          {"model", model},
                          {"walk", object_of({{"input", object}, {"layers", list_of(object)}, {"answer", object}})}})},
      {"Similar",
       object_of({{"schema", text},
                  {"version", typed("integer")},
                  {"request_id", text},
                  {"model", model},
                  {"reading", typed("boolean")},
                  {"photos",
                   list_of(object_of(
                       {{"file", text}, {"class", text}, {"part", text}, {"distance", number}, {"picture", text}}))}})},
      {"Correction", object_of({{"schema", text},
                                {"version", typed("integer")},
                                {"request_id", text},
                                {"file", text},
                                {"said", text},
                                {"right", text}})},
      {"ModelFacts", object_of({{"schema", text}, {"version", typed("integer")}, {"model", object}})},
      {"Models", object_of({{"schema", text}, {"version", typed("integer")}, {"models", list_of(model)}})},
      {"InferenceRequest",
       {{"type", "object"}, {"properties", {{"inputs", list_of(object)}}}, {"required", {"inputs"}}}},
      {"Inference", object_of({{"model_name", text}, {"outputs", list_of(object)}})}};
}

}  // namespace

ordered_json openapi(const std::vector<Route>& routes, bool with_token) {
  ordered_json document = {{"openapi", "3.0.3"},
                           {"info",
                            {{"title", "alexnet serve"},
                             {"version", version()},
                             {"description", "Names photos, and shows how a network came to its answer."}}},
                           {"servers", {{{"url", "/"}}}},
                           {"paths", ordered_json::object()},
                           {"components", {{"schemas", schemas()}}}};
  if (with_token) {
    document["components"]["securitySchemes"] = {{"token", {{"type", "http"}, {"scheme", "bearer"}}}};
  }
  for (const Route& route : routes) {
    if (route.name.empty()) {
      continue;
    }
    ordered_json operation = {{"operationId", route.name},
                              {"summary", route.summary},
                              {"parameters", parameters_of(route)},
                              {"responses", responses_of(route)}};
    if (route.body != RouteBody::kNone) {
      operation["requestBody"] = body_of(route.body);
    }
    if (with_token && !route.free) {
      operation["security"] = {{{"token", ordered_json::array()}}};
    }
    document["paths"][std::string(route.path)][route.method == "GET" ? "get" : "post"] = std::move(operation);
  }
  return document;
}

}  // namespace alexnet::serve
