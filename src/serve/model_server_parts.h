#pragma once

#include <atomic>
#include <cmath>
#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <httplib.h>
#include <nlohmann/json.hpp>

#include "alexnet/serve/model_server.h"

#include "serve/corrections.h"
#include "serve/explainer.h"
#include "serve/metrics.h"
#include "serve/photo_scores.h"
#include "serve/served_model.h"
#include "serve/similar_photos.h"
#include "serve/timed_server.h"

/// The parts of a ModelServer: model_server.cpp guards and runs it, route_table.cpp names its routes, and
/// *_routes.cpp answer.
namespace alexnet::serve {

using httplib::Request;
using httplib::Response;
using nlohmann::ordered_json;

/// What the thread of a request knows of it from its head on.
struct Current {
  Clock::time_point began;
  std::string id;
};
inline thread_local Current current;

/// With two digits behind the point.
inline double milliseconds(double seconds) { return std::round(seconds * 1e5) / 100; }

/// A parameter between two numbers, or `otherwise`. Throws BadRequest (400).
[[nodiscard]] int whole_parameter(const Request& request, const char* name, int otherwise, int least, int most);

/// The class that a parameter means, by name or number: {name, index}. Throws BadRequest (400).
[[nodiscard]] ordered_json class_of(const Request& request, const char* parameter, const Model& model);

/// Of one photo that cannot be read: 413 or 422.
void refuse_photo(Response& response, const Error& error);

struct Route;

struct ModelServer::Implementation {
  Implementation(const Backend& backend, ServeOptions given);

  void add_routes();
  void add_guards();
  void watch_files();
  /// That of the route, or of the parameter `model`; else the first. Throws BadRequest (404).
  std::shared_ptr<ServedModel> model_of(const Request& request) const;
  [[nodiscard]] std::vector<AnsweringModel> models() const;
  [[nodiscard]] ordered_json facts(const ServedModel& model) const;
  /// The row of the table that fits; null: none.
  [[nodiscard]] const Route* route_at(const Request& request) const;
  /// Those of the path, whatever the request's own is; empty where there is no such path. Every path has one route.
  [[nodiscard]] std::string methods_of(const Request& request) const;
  /// What the metrics call it: the path of the table, or "other".
  [[nodiscard]] std::string route_of(const Request& request) const;
  void log(const Request& request, const Response& response);

  // The routes of the table.
  void send_health(const Request& request, Response& response);
  void send_readiness(const Request& request, Response& response);
  void send_metrics(const Request& request, Response& response);
  void send_openapi(const Request& request, Response& response);
  void send_model(const Request& request, Response& response);
  void send_models(const Request& request, Response& response);
  void send_card(const Request& request, Response& response);
  void send_page(const Request& request, Response& response);
  void predict(const Request& request, Response& response);
  void explain(const Request& request, Response& response);
  void walk(const Request& request, Response& response);
  void send_similar(const Request& request, Response& response);
  void send_photo(const Request& request, Response& response);
  void correct(const Request& request, Response& response);
  void infer(const Request& request, Response& response);
  void send_kserve_server(const Request& request, Response& response);
  void send_kserve_live(const Request& request, Response& response);
  void send_kserve_ready(const Request& request, Response& response);
  void send_kserve_model(const Request& request, Response& response);
  void send_kserve_model_ready(const Request& request, Response& response);

  /// The document of /v1/predict; nothing where the only photo cannot be read: then `response` says why.
  [[nodiscard]] std::optional<ordered_json> prediction(const Request& request, Response& response,
                                                       const std::shared_ptr<ServedModel>& model,
                                                       const std::vector<SentPhoto>& photos,
                                                       Haste haste = Haste::kUsual);

  ServeOptions options;
  std::vector<std::unique_ptr<ModelSlot>> slots;
  /// What each path of the table looks like.
  std::vector<std::pair<std::regex, const Route*>> labels;
  Metrics metrics;
  PhotoScorer scorer;
  Explainer explainer;
  SimilarPhotos similar;
  Corrections corrections;
  TimedServer server;
  int port = 0;
  std::thread listener;
  std::thread watcher;
  std::atomic<bool> draining = false;
  std::atomic<bool> ending = false;
  std::atomic<int> working = 0;
};

}  // namespace alexnet::serve
