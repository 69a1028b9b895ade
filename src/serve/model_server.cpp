#include "alexnet/serve/model_server.h"

#include <algorithm>
#include <random>
#include <span>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/crypto.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"

#include "serve/http_answers.h"
#include "serve/http_status.h"
#include "serve/model_server_parts.h"
#include "serve/photo_request.h"
#include "serve/route_table.h"

namespace alexnet::serve {
namespace {

constexpr auto kBetweenLooks = std::chrono::seconds(1);

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

/// One that httplib does not know: it stops reading in front of the path.
bool has_unknown_method(const Request& request) {
  const std::string& method = request.method;
  return request.path.empty() && !method.empty() && method != "GET" && method != "HEAD" && method != "POST" &&
         std::ranges::all_of(method, [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// That of the sender, where it is short and plain.
std::string request_id(const Request& request) {
  const std::string id = request.get_header_value("X-Request-Id");
  const bool plain = !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  });
  return plain ? id : new_request_id();
}

}  // namespace

ModelServer::Implementation::Implementation(const Backend& backend, ServeOptions given)
    : options(std::move(given)),
      scorer(options, metrics),
      explainer(backend, {.most_pixels = options.most_pixels}),
      similar(backend, std::move(options.photos), [this] { return slots.front()->current(); }),
      corrections(options.corrections) {
  for (const auto& path : options.models) {
    slots.push_back(std::make_unique<ModelSlot>(
        path, backend,
        PredictorOptions{.batch = options.batch, .threads = options.threads, .precision = options.precision}));
    const std::string name = slots.back()->current()->name;
    if (std::ranges::count_if(slots, [&](const auto& slot) { return slot->current()->name == name; }) > 1) {
      throw Error(Message::kOptionInvalid,
                  {{"where", path.string()}, {"expected", "models of different names"}, {"got", "a second " + name}});
    }
  }
}

void ModelServer::Implementation::add_guards() {
  server.set_pre_routing_handler([this](const Request& request, Response& response) {
    using enum httplib::Server::HandlerResponse;
    current = {Clock::now(), request_id(request)};
    response.set_header("X-Request-Id", current.id);
    const auto refused = [&](int status, const char* code, const char* message) {
      refuse(response, status, code, message);
      TimedServer::end_connection(response);  // its body is not read
      return Handled;
    };
    if (is_loopback(options.host) && options.token.empty() && !is_for_loopback(request, port)) {
      return refused(kForbidden, "wrong-host", "this service answers under its loopback address only");
    }
    const Route* route = route_at(request);
    const bool open = options.token.empty() || (route != nullptr && route->free);
    if (!open && !is_token(request.get_header_value("Authorization"), "Bearer " + options.token)) {
      response.set_header("WWW-Authenticate", "Bearer");
      return refused(kUnauthorized, "token-missing", "expected the header Authorization: Bearer TOKEN");
    }
    if (const std::string methods = methods_of(request); route == nullptr && !methods.empty()) {
      response.set_header("Allow", methods);
      return refused(kMethodNotAllowed, "method-unsupported", "this route has no such method");
    }
    return Unhandled;
  });
  server.set_exception_handler([](const Request& request, Response& response, std::exception_ptr thrown) {
    try {
      std::rethrow_exception(std::move(thrown));
    } catch (const BadRequest& bad) {
      if (bad.status == kServiceUnavailable) {
        response.set_header("Retry-After", "1");
      }
      refuse(response, bad.status, bad.code, bad.message);
      if (request.path.starts_with("/v2")) {  // that protocol's own form
        response.set_content(ordered_json{{"error", bad.message}}.dump(), "application/json");
      }
    } catch (const std::exception&) {  // its words may name files of this machine
      refuse(response, kInternalServerError, "internal", "a fault of this service");
    }
  });
  server.set_error_handler([](const Request& request, Response& response) {
    if (has_unknown_method(request)) {
      response.set_header("Allow", "GET, HEAD, POST");
      refuse(response, kMethodNotAllowed, "method-unsupported", "this service has no such method");
      TimedServer::end_connection(response);
    } else if (response.body.empty()) {
      const bool large = response.status == kContentTooLarge;
      if (response.status != kNotFound) {
        TimedServer::end_connection(response);
      }
      refuse(response, response.status,
             large                          ? "too-large"
             : response.status == kNotFound ? "route-missing"
                                            : "body-invalid",
             large                          ? "the body is too large"
             : response.status == kNotFound ? "there is no such route"
                                            : "the request cannot be read");
    }
  });
  server.set_logger([this](const Request& request, const Response& response) { log(request, response); });
}

const Route* ModelServer::Implementation::route_at(const Request& request) const {
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  const auto found = std::ranges::find_if(labels, [&](const auto& label) {
    return label.second->method == method && std::regex_match(request.path, label.first);
  });
  return found == labels.end() ? nullptr : found->second;
}

std::string ModelServer::Implementation::methods_of(const Request& request) const {
  const auto found =
      std::ranges::find_if(labels, [&](const auto& label) { return std::regex_match(request.path, label.first); });
  return found == labels.end() ? "" : found->second->method == "GET" ? "GET, HEAD" : "POST";
}

std::string ModelServer::Implementation::route_of(const Request& request) const {
  const Route* route = route_at(request);
  return route == nullptr ? "other" : std::string(route->path);
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

bool is_loopback(const std::string& host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

ModelServer::ModelServer(const Backend& backend, ServeOptions options)
    : implementation_(std::make_unique<Implementation>(backend, std::move(options))) {
  Implementation& self = *implementation_;
  prepare_server(self.server, static_cast<std::size_t>(self.options.connections),
                 static_cast<std::size_t>(self.options.most_bytes));
  self.server.set_request_limit(self.options.deadline);
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

std::vector<AnsweringModel> ModelServer::models() const { return implementation_->models(); }

void ModelServer::start() {
  implementation_->listener = std::thread([this] { implementation_->server.listen_after_bind(); });
  implementation_->watcher = std::thread([this] { implementation_->watch_files(); });
  implementation_->similar.start();
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
  self.similar.stop();
  self.explainer.stop();
  self.scorer.stop();
  self.server.stop();
  self.listener.join();
  self.ending = true;
  self.watcher.join();
}

}  // namespace alexnet::serve
