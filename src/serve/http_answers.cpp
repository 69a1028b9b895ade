#include "serve/http_answers.h"

#include <fmt/format.h>

#include "core/text.h"
#include "serve/http_status.h"

namespace alexnet::serve {
namespace {

constexpr int kWaitingConnections = 1024;

}  // namespace

std::string json_text(const nlohmann::ordered_json& document) {
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void send_json(httplib::Response& response, const nlohmann::ordered_json& document) {
  response.set_content(json_text(document), "application/json");
}

void refuse(httplib::Response& response, int status, std::string_view code, std::string_view message,
            std::string_view hint) {
  const nlohmann::ordered_json document = {
      {"schema", "alexnet.error"},
      {"version", 1},
      {"error", {{"code", code}, {"message", printable(message)}, {"where", ""}, {"hint", hint}}}};
  response.status = status;
  send_json(response, document);
}

void refuse(httplib::Response& response, int status, const Error& error) {
  const ErrorText text = describe(error);
  refuse(response, status, text.code, text.expected.empty() ? text.what : text.what + "; " + text.expected);
}

void answer(const httplib::Request& request, httplib::Response& response, const std::string& body, const char* type) {
  const std::string tag = fmt::format("\"{:016x}\"", std::hash<std::string>()(body));
  response.set_header("ETag", tag);
  response.set_header("Cache-Control", "no-cache");
  if (request.get_header_value("If-None-Match") == tag) {
    response.status = kNotModified;
    return;
  }
  response.set_content(body, type);
}

void prepare_server(TimedServer& server, std::size_t threads, std::size_t most_body) {
  server.new_task_queue = [threads] { return new httplib::ThreadPool(threads); };
  server.set_keep_alive_timeout(1);
  server.set_keep_alive_max_count(1000);
  server.set_payload_max_length(most_body);
  server.set_tcp_nodelay(true);
  server.set_socket_options([](auto socket) {  // not SO_REUSEPORT, with which two programs would share the port
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  });
  server.set_default_headers(
      {{"X-Content-Type-Options", "nosniff"},
       {"Referrer-Policy", "no-referrer"},
       {"Content-Security-Policy",
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"}});
}

int listen_on(TimedServer& server, const std::string& host, int port) {
  const int bound = port == 0 ? server.bind_to_any_port(host) : (server.bind_to_port(host, port) ? port : -1);
  if (bound <= 0) {
    throw Error(Message::kPortBusy, {{"where", fmt::format("{}:{}", host, port)}});
  }
  server.set_waiting_connections(kWaitingConnections);
  return bound;
}

bool is_for_loopback(const httplib::Request& request, int port) {
  const std::string host = request.get_header_value("Host");
  for (const char* name : {"127.0.0.1", "localhost", "[::1]"}) {
    if (host == fmt::format("{}:{}", name, port)) {
      return true;
    }
  }
  return false;
}

}  // namespace alexnet::serve
