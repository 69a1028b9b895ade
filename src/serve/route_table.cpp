#include "serve/route_table.h"

namespace alexnet::serve {
namespace {

using Parts = ModelServer::Implementation;

std::vector<Route> state_routes() {
  return {
      {"GET",
       "/healthz",
       "live",
       "Whether the process answers.",
       {},
       RouteBody::kNone,
       "text/plain",
       {},
       &Parts::send_health,
       false,
       true},
      {"GET",
       "/readyz",
       "ready",
       "Whether photos are taken: not while it ends.",
       {},
       RouteBody::kNone,
       "text/plain",
       {503},
       &Parts::send_readiness,
       false,
       true},
      {"GET",
       "/metrics",
       "metrics",
       "Counts and times, in the text format of Prometheus.",
       {},
       RouteBody::kNone,
       "text/plain",
       {401},
       &Parts::send_metrics},
      {"GET",
       "/openapi.json",
       "openapi",
       "This document.",
       {},
       RouteBody::kNone,
       "Document",
       {401},
       &Parts::send_openapi},
  };
}

std::vector<Route> photo_routes() {
  const std::vector<int> refusals = {400, 401, 404, 413, 415, 422, 503, 504};
  return {
      {"POST",
       "/v1/predict",
       "predict",
       "Names of photos.",
       {"top", "min_confidence", "model", "explain"},
       RouteBody::kPhotos,
       "Predictions",
       refusals,
       &Parts::predict,
       true},
      {"POST",
       "/v1/explain",
       "explain",
       "The names of one photo, and where in it the evidence for one of them lies.",
       {"top", "min_confidence", "model", "method", "class", "layer"},
       RouteBody::kPhoto,
       "Explanation",
       refusals,
       &Parts::explain,
       true},
      {"POST",
       "/v1/walk",
       "walk",
       "How one photo became its answer: each layer's maps, and one value with its terms.",
       {"model", "layer", "unit", "row", "column", "maps"},
       RouteBody::kPhoto,
       "Walk",
       refusals,
       &Parts::walk,
       true},
      {"POST",
       "/v1/similar",
       "similar",
       "Photos of --photos that look like this one to the first model.",
       {"count"},
       RouteBody::kPhoto,
       "Similar",
       {202, 400, 404, 413, 415, 422, 503, 504},
       &Parts::send_similar,
       true},
      {"POST",
       "/v1/correct",
       "correct",
       "Keeps one photo under its right name, where the service was started with --corrections.",
       {"right", "model"},
       RouteBody::kPhoto,
       "Correction",
       {400, 401, 403, 404, 413, 415, 422, 503, 504},
       &Parts::correct,
       true},
      {"GET",
       "/v1/photos/{number}",
       "photo",
       "One of those photos, small.",
       {},
       RouteBody::kNone,
       "image/jpeg",
       {401, 404},
       &Parts::send_photo},
      {"GET",
       "/v1/model",
       "model",
       "What a model is.",
       {"model"},
       RouteBody::kNone,
       "ModelFacts",
       {401, 404},
       &Parts::send_model},
      {"GET",
       "/v1/card",
       "card",
       "A model's card, as a page in English and Chinese.",
       {"model"},
       RouteBody::kNone,
       "text/html",
       {401, 404},
       &Parts::send_card},
      {"GET",
       "/v1/models",
       "models",
       "Names and versions of all models.",
       {},
       RouteBody::kNone,
       "Models",
       {401},
       &Parts::send_models},
  };
}

std::vector<Route> kserve_routes() {
  return {
      {"GET",
       "/v2",
       "server_metadata",
       "Name, version and extensions of this service.",
       {},
       RouteBody::kNone,
       "Document",
       {401},
       &Parts::send_kserve_server},
      {"GET",
       "/v2/health/live",
       "server_live",
       "Whether the process answers.",
       {},
       RouteBody::kNone,
       "Document",
       {401},
       &Parts::send_kserve_live},
      {"GET",
       "/v2/health/ready",
       "server_ready",
       "Whether photos are taken.",
       {},
       RouteBody::kNone,
       "Document",
       {401, 503},
       &Parts::send_kserve_ready},
      {"GET",
       "/v2/models/{model}",
       "model_metadata",
       "Names, types and shapes of input and output.",
       {},
       RouteBody::kNone,
       "Document",
       {401, 404},
       &Parts::send_kserve_model},
      {"GET",
       "/v2/models/{model}/versions/{version}",
       "version_metadata",
       "The same of one version.",
       {},
       RouteBody::kNone,
       "Document",
       {401, 404},
       &Parts::send_kserve_model},
      {"GET",
       "/v2/models/{model}/ready",
       "model_ready",
       "Whether this model answers.",
       {},
       RouteBody::kNone,
       "Document",
       {401, 404, 503},
       &Parts::send_kserve_model_ready},
      {"GET",
       "/v2/models/{model}/versions/{version}/ready",
       "version_ready",
       "The same of one version.",
       {},
       RouteBody::kNone,
       "Document",
       {401, 404, 503},
       &Parts::send_kserve_model_ready},
      {"POST",
       "/v2/models/{model}/infer",
       "infer",
       "Probabilities of photos or pixels: Open Inference Protocol.",
       {},
       RouteBody::kInference,
       "Inference",
       {400, 401, 404, 413, 422, 503, 504},
       &Parts::infer,
       true},
      {"POST",
       "/v2/models/{model}/versions/{version}/infer",
       "version_infer",
       "The same of one version.",
       {},
       RouteBody::kInference,
       "Inference",
       {400, 401, 404, 413, 422, 503, 504},
       &Parts::infer,
       true},
  };
}

/// The page's own files hold no secret: they come without a token, and the page asks its reader for one.
std::vector<Route> page_routes() {
  std::vector<Route> routes;
  for (const char* path : {"/", "/docs", "/app/{file}"}) {
    routes.push_back({"GET", path, "", "", {}, RouteBody::kNone, "", {}, &Parts::send_page, false, true});
  }
  return routes;
}

}  // namespace

const std::vector<Route>& route_table() {
  static const std::vector<Route> routes = [] {
    std::vector<Route> all = state_routes();
    for (const auto& part : {photo_routes(), kserve_routes(), page_routes()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }();
  return routes;
}

std::string pattern_of(const Route& route) {
  std::string pattern;
  for (std::size_t i = 0; i < route.path.size(); ++i) {
    if (route.path[i] == '{') {
      i = route.path.find('}', i);
      pattern += "([^/]+)";
    } else {
      pattern += route.path[i] == '.' ? "\\." : std::string(1, route.path[i]);
    }
  }
  return pattern;
}

}  // namespace alexnet::serve
