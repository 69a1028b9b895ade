#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "serve/model_server_parts.h"

/// Every route of a ModelServer: what it answers, what the metrics call it, and what /openapi.json says of it.
namespace alexnet::serve {

enum class RouteBody { kNone, kPhoto, kPhotos, kInference };

struct Route {
  std::string_view method;  ///< GET, POST
  std::string_view path;    ///< "/v2/models/{model}/infer"
  std::string_view name;    ///< in /openapi.json; empty: a file of the page, which is not listed there
  std::string_view summary;
  std::vector<std::string_view> parameters;  ///< of the query; those of the path follow from it
  RouteBody body;
  std::string_view answer;    ///< a type of content, or the name of a schema
  std::vector<int> statuses;  ///< beside 200
  void (ModelServer::Implementation::*handle)(const Request&, Response&);
  bool computes = false;  ///< refused while the service ends, and awaited by its end
  bool free = false;      ///< of the token
};

[[nodiscard]] const std::vector<Route>& route_table();

/// A path as the regular expression of httplib: "/v2/models/([^/]+)/infer".
[[nodiscard]] std::string pattern_of(const Route& route);

/// The routes as an OpenAPI 3.0 document.
[[nodiscard]] nlohmann::ordered_json openapi(const std::vector<Route>& routes, bool with_token);

}  // namespace alexnet::serve
