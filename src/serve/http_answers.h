#pragma once

#include <exception>
#include <string>
#include <string_view>

#include <httplib.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"

#include "serve/timed_server.h"

/// What the services have in common.
namespace alexnet::serve {

/// A document on one line; bytes that are no UTF-8 are replaced.
[[nodiscard]] std::string json_text(const nlohmann::ordered_json& document);
void send_json(httplib::Response& response, const nlohmann::ordered_json& document);

/// The body is the document `alexnet.error`, as the command's --json has it.
void refuse(httplib::Response& response, int status, std::string_view code, std::string_view message,
            std::string_view hint = "");
/// The same of an Error; its place in this machine's file system stays out of it.
void refuse(httplib::Response& response, int status, const Error& error);

/// With an entity tag: who has this body already gets 304.
void answer(const httplib::Request& request, httplib::Response& response, const std::string& body, const char* type);

/// Headers that keep a page to itself, no sharing of the port with another program, quick ends of idle connections.
void prepare_server(TimedServer& server, std::size_t threads, std::size_t most_body);

/// Binds; the port that it got. Throws kPortBusy.
[[nodiscard]] int listen_on(TimedServer& server, const std::string& host, int port);

/// Whether a request was sent to one of the names of the loopback address. A page of another site whose name was made
/// to point here is none of them.
[[nodiscard]] bool is_for_loopback(const httplib::Request& request, int port);

}  // namespace alexnet::serve
