#pragma once

#include <atomic>
#include <cmath>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <httplib.h>
#include <nlohmann/json.hpp>

#include "alexnet/serve/model_server.h"

#include "serve/metrics.h"
#include "serve/photo_scores.h"
#include "serve/served_model.h"

/// The parts of a ModelServer: model_server.cpp guards and runs it, model_routes.cpp answers.
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

struct ModelServer::Implementation {
  Implementation(const Backend& given_backend, ServeOptions given);

  void add_routes();
  void add_state_routes();
  void add_guards();
  void watch_files();
  /// That of the parameter `model`, or of the route; else the first. Throws BadRequest (404).
  std::shared_ptr<ServedModel> model_of(const Request& request) const;
  void predict(const Request& request, Response& response);
  void infer(const Request& request, Response& response);
  void add_kserve_routes();
  /// A route that needs the network: refused while it ends, counted while it works.
  void post(const std::string& route, void (Implementation::*handle)(const Request&, Response&));
  [[nodiscard]] ordered_json facts(const ServedModel& model) const;
  [[nodiscard]] std::string route_of(const Request& request) const;
  void log(const Request& request, const Response& response);

  ServeOptions options;
  std::vector<std::unique_ptr<ModelSlot>> slots;
  Metrics metrics;
  PhotoScorer scorer;
  httplib::Server server;
  int port = 0;
  std::thread listener;
  std::thread watcher;
  std::atomic<bool> draining = false;
  std::atomic<bool> ending = false;
  std::atomic<int> working = 0;
};

}  // namespace alexnet::serve
