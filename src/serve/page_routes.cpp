// The page.
#include <algorithm>

#include "serve/app_page.h"
#include "serve/http_answers.h"
#include "serve/http_status.h"
#include "serve/model_server_parts.h"

namespace alexnet::serve {
namespace {

/// Photos and maps are pictures that the page makes itself, hence blob: and data:.
constexpr const char* kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

}  // namespace

void ModelServer::Implementation::send_page(const Request& request, Response& response) {
  const auto& files = app_page();
  const std::string name = request.matches.size() > 1 ? request.matches[1].str()
                           : request.path == "/docs"  ? "docs.html"
                                                      : std::string(files.front().name);
  const auto found = std::ranges::find(files, name, &PageFile::name);
  if (found == files.end()) {
    throw BadRequest{kNotFound, "route-missing", "there is no such route"};
  }
  response.headers.erase("Content-Security-Policy");  // the default one, which a second would only narrow
  response.set_header("Content-Security-Policy", kPagePolicy);
  answer(request, response, std::string(found->body), found->type);
}

}  // namespace alexnet::serve
