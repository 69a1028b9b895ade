// A reader says what a photo shows that was named wrongly.
#include "serve/http_answers.h"
#include "serve/http_status.h"
#include "serve/model_server_parts.h"

namespace alexnet::serve {

void ModelServer::Implementation::correct(const Request& request, Response& response) {
  if (corrections.empty()) {
    throw BadRequest{kNotFound, "corrections-missing", "this service was started without --corrections"};
  }
  // Browsers tell who asks. A page of another site must not fill this folder.
  const std::string site = request.get_header_value("Sec-Fetch-Site");
  if (!site.empty() && site != "same-origin" && site != "none") {
    throw BadRequest{kForbidden, "wrong-site", "a page of another site asked"};
  }
  const auto served = model_of(request);
  const Model& model = served->predictor.model();
  const std::vector<SentPhoto> photos = {only_one(photos_of(request))};
  if (!request.has_param("right")) {
    throw BadRequest{kBadRequest, "option-invalid", "right: expected the right name of the photo"};
  }
  const std::string right = class_of(request, "right", model)["name"];
  const auto document = prediction(request, response, served, photos);
  if (!document) {
    return;
  }
  const std::string said = (*document)["predictions"].at(0)["classes"].at(0)["name"];
  const std::string place =
      corrections.keep({photos.front(), right, said, served->name, served->version}, model.classes);
  send_json(response, {{"schema", "alexnet.correction"},
                       {"version", 1},
                       {"request_id", current.id},
                       {"file", place},
                       {"said", said},
                       {"right", right}});
}

}  // namespace alexnet::serve
