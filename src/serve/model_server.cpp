#include "alexnet/serve/model_server.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cmath>
#include <random>
#include <semaphore>
#include <thread>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/image/decode.h"

#include "core/text.h"
#include "serve/batcher.h"
#include "serve/http_answers.h"
#include "serve/metrics.h"
#include "serve/photo_request.h"
#include "serve/served_model.h"

namespace alexnet::serve {
namespace {

using httplib::Request;
using httplib::Response;
using nlohmann::ordered_json;

constexpr int kBad = 400, kUnauthorised = 401, kForbidden = 403, kMissing = 404, kTooLarge = 413, kUndecodable = 422,
              kFailed = 500, kBusy = 503, kLate = 504;
constexpr auto kBetweenLooks = std::chrono::seconds(1);
constexpr std::ptrdiff_t kMostDecoders = 1024;
constexpr int kDefaultTop = 5;

bool is_loopback(const std::string& host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

/// In a time that does not tell how much of it is right.
bool is_token(const std::string& given, const std::string& wanted) {
  const auto hash = [](const std::string& text) { return sha256(std::as_bytes(std::span(text))); };
  const std::string a = hash(given);
  const std::string b = hash(wanted);
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string new_request_id() {
  thread_local std::mt19937_64 random(std::random_device{}());
  return fmt::format("{:016x}", random());
}

/// That of the sender, where it is short and plain.
std::string request_id(const Request& request) {
  const std::string id = request.get_header_value("X-Request-Id");
  const bool plain = !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  });
  return plain ? id : new_request_id();
}

/// What the thread of a request knows of it from its head on.
struct Current {
  Clock::time_point began;
  std::string id;
};
thread_local Current current;

double milliseconds(double seconds) { return std::round(seconds * 1e5) / 100; }

/// Decoding and preparing a photo, or why it cannot be.
struct Prepared {
  std::optional<Image> square;
  std::optional<Error> error;
};

}  // namespace

struct ModelServer::Implementation {
  Implementation(const Backend& given_backend, ServeOptions given);

  void add_routes();
  void add_state_routes();
  void add_guards();
  void watch_files();
  std::shared_ptr<ServedModel> model_of(const Request& request) const;
  void predict(const Request& request, Response& response);
  Prepared prepare_photo(const SentPhoto& photo, const Geometry& geometry, Clock::time_point deadline);
  [[nodiscard]] ordered_json facts(const ServedModel& model) const;
  [[nodiscard]] std::string route_of(const Request& request) const;
  void log(const Request& request, const Response& response);

  ServeOptions options;
  std::vector<std::unique_ptr<ModelSlot>> slots;
  Metrics metrics;
  Batcher batcher;
  std::counting_semaphore<kMostDecoders> decoders;
  httplib::Server server;
  int port = 0;
  std::thread listener;
  std::thread watcher;
  std::atomic<bool> draining = false;
  std::atomic<bool> ending = false;
  std::atomic<int> working = 0;
};

ModelServer::Implementation::Implementation(const Backend& backend, ServeOptions given)
    : options(std::move(given)),
      batcher({static_cast<std::size_t>(options.batch), options.batch_wait, static_cast<std::size_t>(options.queue)},
              [this](std::size_t photos, double seconds) { metrics.batch(photos, seconds); }),
      decoders(std::clamp<std::ptrdiff_t>(std::thread::hardware_concurrency(), 1, kMostDecoders)) {
  for (const auto& path : options.models) {
    slots.push_back(std::make_unique<ModelSlot>(path, backend, PredictorOptions{options.batch, options.threads}));
    const std::string name = slots.back()->current()->name;
    if (std::ranges::count_if(slots, [&](const auto& slot) { return slot->current()->name == name; }) > 1) {
      throw Error(Message::kOptionInvalid,
                  {{"where", path.string()}, {"expected", "models of different names"}, {"got", "a second " + name}});
    }
  }
}

std::shared_ptr<ServedModel> ModelServer::Implementation::model_of(const Request& request) const {
  if (!request.has_param("model")) {
    return slots.front()->current();
  }
  const std::string name = request.get_param_value("model");
  for (const auto& slot : slots) {
    if (auto model = slot->current(); model->name == name) {
      return model;
    }
  }
  throw BadRequest{kMissing, "model-missing", "no model of this name is served"};
}

ordered_json ModelServer::Implementation::facts(const ServedModel& served) const {
  const Model& model = served.predictor.model();
  ordered_json facts = {{"name", served.name},
                        {"version", served.version},
                        {"network", model.network.name()},
                        {"parameters", model.network.parameter_count()},
                        {"output", model.network.output() == OutputKind::kProbabilities ? "probabilities" : "scores"},
                        {"classes", model.classes},
                        {"preprocessing", ordered_json::parse(to_json(model.geometry))},
                        {"preprocessing_id", served.preprocessing},
                        {"temperature", nullptr},
                        {"threshold", nullptr}};
  if (const auto& calibration = served.predictor.calibration()) {
    facts["temperature"] = calibration->temperature;
    facts["threshold"] = calibration->threshold ? ordered_json(*calibration->threshold) : ordered_json();
  }
  return facts;
}

Prepared ModelServer::Implementation::prepare_photo(const SentPhoto& photo, const Geometry& geometry,
                                                    Clock::time_point deadline) {
  if (!decoders.try_acquire_until(deadline)) {
    throw BadRequest{kLate, "late", "the photo could not be decoded in time"};
  }
  Prepared prepared;
  try {
    const DecodeOptions decode{.apply_orientation = geometry.apply_orientation, .max_pixels = options.most_pixels};
    prepared.square = prepare(decode_image(std::as_bytes(std::span(photo.bytes)), photo.name, decode), geometry);
  } catch (const Error& error) {
    prepared.error = error;
    metrics.rejected(error.message() == Message::kPhotoTooLarge ? "too-large" : "unreadable");
  } catch (...) {
    decoders.release();
    throw;
  }
  decoders.release();
  return prepared;
}

namespace {

int whole_parameter(const Request& request, const char* name, int otherwise, int least, int most) {
  if (!request.has_param(name)) {
    return otherwise;
  }
  const std::string text = request.get_param_value(name);
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most) {
    throw BadRequest{kBad, "option-invalid", fmt::format("{}: expected {} to {}", name, least, most)};
  }
  return value;
}

/// `min_confidence=auto` takes the model's own threshold.
std::optional<double> least_confidence(const Request& request, const Predictor& predictor) {
  if (!request.has_param("min_confidence")) {
    return std::nullopt;
  }
  const std::string text = request.get_param_value("min_confidence");
  const auto& calibration = predictor.calibration();
  if (text == "auto" && calibration && calibration->threshold) {
    return calibration->threshold;
  }
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !(value >= 0 && value <= 1)) {
    throw BadRequest{kBad, "option-invalid", "min_confidence: expected 0 to 1, or auto for a model with a threshold"};
  }
  return value;
}

}  // namespace

void ModelServer::Implementation::predict(const Request& request, Response& response) {
  const auto deadline = current.began + options.deadline;
  const auto model = model_of(request);
  const Predictor& predictor = model->predictor;
  const int top = whole_parameter(request, "top", kDefaultTop, 1, 1'000'000);
  const auto least = least_confidence(request, predictor);
  const auto photos = photos_of(request);
  std::vector<PredictedPhoto> answers;
  std::vector<Image> squares;
  std::vector<std::size_t> places;
  const auto decoding = Clock::now();
  for (const SentPhoto& photo : photos) {
    Prepared prepared = prepare_photo(photo, predictor.model().geometry, deadline);
    answers.push_back({.file = photo.name, .classes = {}});
    if (prepared.square) {
      squares.push_back(std::move(*prepared.square));
      places.push_back(answers.size() - 1);
    } else if (photos.size() == 1) {
      return refuse(response, prepared.error->message() == Message::kPhotoTooLarge ? kTooLarge : kUndecodable,
                    *prepared.error);
    } else {
      answers.back().error = printable(describe(*prepared.error).what);
    }
  }
  const double decode_seconds = std::chrono::duration<double>(Clock::now() - decoding).count();
  auto waiting = batcher.submit(model, std::move(squares), deadline);
  if (!waiting) {
    metrics.rejected("queue-full");
    response.set_header("Retry-After", "1");
    return refuse(response, kBusy, "queue-full", "too many photos wait", "try again in a second");
  }
  BatchAnswer slowest;
  for (std::size_t i = 0; i < waiting->size(); ++i) {
    BatchAnswer batch = (*waiting)[i].get();
    if (batch.scores.empty()) {
      metrics.rejected("late");
      return refuse(response, kLate, "late", "the network could not answer in time");
    }
    metrics.queued(batch.queue_seconds);
    PredictedPhoto& photo = answers[places[i]];
    photo.classes = predictor.top(batch.scores, static_cast<std::size_t>(top));
    if (least) {
      photo.unknown = photo.classes.front().value < *least;
    }
    if (batch.queue_seconds + batch.compute_seconds >= slowest.queue_seconds + slowest.compute_seconds) {
      slowest = std::move(batch);
    }
  }
  metrics.predicted(waiting->size());
  ordered_json document = {{"schema", "alexnet.predict"},
                           {"version", 1},
                           {"request_id", current.id},
                           {"model", {{"name", model->name}, {"version", model->version}}},
                           {"preprocessing_id", model->preprocessing},
                           {"timings",
                            {{"decode_ms", milliseconds(decode_seconds)},
                             {"queue_ms", milliseconds(slowest.queue_seconds)},
                             {"compute_ms", milliseconds(slowest.compute_seconds)},
                             {"batch", slowest.batch}}},
                           {"predictions", ordered_json::array()}};
  for (const PredictedPhoto& photo : answers) {
    document["predictions"].push_back(ordered_json::parse(to_json_line(photo, predictor.model().network.output())));
  }
  response.set_content(document.dump(-1, ' ', false, ordered_json::error_handler_t::replace), "application/json");
}

void ModelServer::Implementation::add_state_routes() {
  server.Get("/healthz", [](const Request&, Response& response) { response.set_content("ok\n", "text/plain"); });
  server.Get("/readyz", [this](const Request&, Response& response) {
    response.status = draining ? kBusy : 200;
    response.set_content(draining ? "ending\n" : "ready\n", "text/plain");
  });
  server.Get("/metrics", [this](const Request&, Response& response) {
    response.set_content(metrics.text(), "text/plain; version=0.0.4");
  });
  server.Get("/v1/model", [this](const Request& request, Response& response) {
    ordered_json document = {{"schema", "alexnet.model"}, {"version", 1}, {"model", facts(*model_of(request))}};
    answer(request, response, document.dump(), "application/json");
  });
  server.Get("/v1/models", [this](const Request& request, Response& response) {
    ordered_json document = {{"schema", "alexnet.models"}, {"version", 1}, {"models", ordered_json::array()}};
    for (const auto& slot : slots) {
      document["models"].push_back({{"name", slot->current()->name}, {"version", slot->current()->version}});
    }
    answer(request, response, document.dump(), "application/json");
  });
}

void ModelServer::Implementation::add_routes() {
  add_state_routes();
  server.Post("/v1/predict", [this](const Request& request, Response& response) {
    if (draining) {
      response.set_header("Retry-After", "5");
      return refuse(response, kBusy, "ending", "this service is ending");
    }
    ++working;
    try {
      predict(request, response);
    } catch (...) {
      --working;
      throw;
    }
    --working;
  });
}

void ModelServer::Implementation::add_guards() {
  server.set_pre_routing_handler([this](const Request& request, Response& response) {
    using enum httplib::Server::HandlerResponse;
    current = {Clock::now(), request_id(request)};
    response.set_header("X-Request-Id", current.id);
    if (is_loopback(options.host) && options.token.empty() && !is_for_loopback(request, port)) {
      refuse(response, kForbidden, "wrong-host", "this service answers under its loopback address only");
      return Handled;
    }
    const bool open = options.token.empty() || request.path == "/healthz" || request.path == "/readyz";
    if (!open && !is_token(request.get_header_value("Authorization"), "Bearer " + options.token)) {
      response.set_header("WWW-Authenticate", "Bearer");
      refuse(response, kUnauthorised, "token-missing", "expected the header Authorization: Bearer TOKEN");
      return Handled;
    }
    return Unhandled;
  });
  server.set_exception_handler([](const Request&, Response& response, std::exception_ptr thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const BadRequest& bad) {
      refuse(response, bad.status, bad.code, bad.message);
    } catch (const std::exception&) {  // its words may name files of this machine
      refuse(response, kFailed, "internal", "a fault of this service");
    }
  });
  server.set_error_handler([](const Request&, Response& response) {
    if (response.body.empty()) {
      const bool large = response.status == kTooLarge;
      refuse(response, response.status, large ? "too-large" : response.status == kMissing ? "route-missing" : "body-invalid",
             large ? "the body is too large" : response.status == kMissing ? "there is no such route" : "the request cannot be read");
    }
  });
  server.set_logger([this](const Request& request, const Response& response) { log(request, response); });
}

std::string ModelServer::Implementation::route_of(const Request& request) const {
  for (const char* route : {"/v1/predict", "/v1/model", "/v1/models", "/healthz", "/readyz", "/metrics"}) {
    if (request.path == route) {
      return route;
    }
  }
  return "other";
}

void ModelServer::Implementation::log(const Request& request, const Response& response) {
  const double seconds = std::chrono::duration<double>(Clock::now() - current.began).count();
  metrics.request(route_of(request), response.status, seconds);
  if (options.access_log) {
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const ordered_json line = {{"time", fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(now))},
                               {"request_id", current.id},
                               {"method", request.method},
                               {"route", route_of(request)},
                               {"status", response.status},
                               {"milliseconds", milliseconds(seconds)},
                               {"bytes", response.body.size()}};
    options.access_log(line.dump());
  }
}

void ModelServer::Implementation::watch_files() {
  auto next = Clock::now();
  while (!ending) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    if (Clock::now() < next) {
      continue;
    }
    next = Clock::now() + kBetweenLooks;
    for (const auto& slot : slots) {
      const auto tell = [&](const std::string& text) {
        if (options.notice) {
          options.notice(text);
        }
      };
      try {
        if (slot->refresh()) {
          metrics.model_loaded(true);
          tell(fmt::format("model {} was replaced: version {}", slot->current()->name, slot->current()->version));
        }
      } catch (const std::exception& error) {
        metrics.model_loaded(false);
        tell(fmt::format("the new file of model {} is refused, version {} goes on: {}", slot->current()->name,
                         slot->current()->version, error.what()));
      }
    }
  }
}

ModelServer::ModelServer(const Backend& backend, ServeOptions options)
    : implementation_(std::make_unique<Implementation>(backend, std::move(options))) {
  Implementation& self = *implementation_;
  prepare_server(self.server, static_cast<std::size_t>(self.options.connections),
                 static_cast<std::size_t>(self.options.most_bytes));
  self.add_guards();
  self.add_routes();
  self.port = listen_on(self.server, self.options.host, self.options.port);
}

ModelServer::~ModelServer() { stop(); }

std::string ModelServer::address() const {
  const std::string& host = implementation_->options.host;
  return fmt::format("http://{}:{}/", host.find(':') == std::string::npos ? host : "[" + host + "]",
                     implementation_->port);
}

void ModelServer::start() {
  implementation_->listener = std::thread([this] { implementation_->server.listen_after_bind(); });
  implementation_->watcher = std::thread([this] { implementation_->watch_files(); });
  while (!implementation_->server.is_running()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void ModelServer::stop() {
  Implementation& self = *implementation_;
  if (!self.listener.joinable()) {
    return;
  }
  self.draining = true;
  const auto until = Clock::now() + self.options.deadline;
  while (self.working > 0 && Clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  self.batcher.stop();
  self.server.stop();
  self.listener.join();
  self.ending = true;
  self.watcher.join();
}

}  // namespace alexnet::serve
