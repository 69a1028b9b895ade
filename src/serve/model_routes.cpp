// What a ModelServer answers.
#include <charconv>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/version.h"

#include "core/text.h"
#include "serve/http_answers.h"
#include "serve/http_status.h"
#include "serve/kserve.h"
#include "serve/model_server_parts.h"
#include "serve/photo_request.h"
#include "serve/route_table.h"

namespace alexnet::serve {
namespace {

constexpr int kDefaultTop = 5;
constexpr std::size_t kSamples = 6;

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
    throw BadRequest{kBadRequest, "option-invalid",
                     "min_confidence: expected 0 to 1, or auto for a model with a threshold"};
  }
  return value;
}

}  // namespace

int whole_parameter(const Request& request, const char* name, int otherwise, int least, int most) {
  if (!request.has_param(name)) {
    return otherwise;
  }
  const std::string text = request.get_param_value(name);
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most) {
    throw BadRequest{kBadRequest, "option-invalid", fmt::format("{}: expected {} to {}", name, least, most)};
  }
  return value;
}

void refuse_photo(Response& response, const Error& error) {
  refuse(response, error.message() == Message::kPhotoTooLarge ? kContentTooLarge : kUnprocessableContent, error);
}

std::shared_ptr<ServedModel> ModelServer::Implementation::model_of(const Request& request) const {
  const bool in_route = request.matches.size() > 1;
  if (!in_route && !request.has_param("model")) {
    return slots.front()->current();
  }
  const std::string name = in_route ? request.matches[1].str() : request.get_param_value("model");
  for (const auto& slot : slots) {
    auto model = slot->current();
    const bool version_fits = request.matches.size() < 3 || request.matches[2] == model->version;
    if (model->name == name && version_fits) {
      return model;
    }
  }
  throw BadRequest{kNotFound, "model-missing", "no model of this name and version is served"};
}

std::vector<AnsweringModel> ModelServer::Implementation::models() const {
  std::vector<AnsweringModel> all;
  for (const auto& slot : slots) {
    const auto model = slot->current();
    all.push_back({model->name, model->version, model->predictor.precision()});
  }
  return all;
}

ordered_json ModelServer::Implementation::facts(const ServedModel& served) const {
  const Model& model = served.predictor.model();
  ordered_json facts = {{"name", served.name},
                        {"version", served.version},
                        {"network", model.network.name()},
                        {"parameters", model.network.parameter_count()},
                        {"precision", name_of(served.predictor.precision())},
                        {"output", model.network.output() == OutputKind::kProbabilities ? "probabilities" : "scores"},
                        {"classes", model.classes},
                        {"preprocessing", ordered_json::parse(to_json(model.geometry))},
                        {"preprocessing_id", served.preprocessing},
                        {"temperature", nullptr},
                        {"threshold", nullptr},
                        {"similar_photos", similar.set().items.size()},
                        {"sample_photos", ordered_json::array()},
                        {"corrections", !corrections.empty()},
                        {"class_names", ordered_json::object()}};
  for (const std::size_t item : similar.samples(kSamples)) {
    facts["sample_photos"].push_back(fmt::format("/v1/photos/{}", item));
  }
  for (const auto& [name, names] : served.class_names) {
    facts["class_names"][name] = {{"zh", names.chinese}, {"latin", names.latin}};
  }
  if (const auto& calibration = served.predictor.calibration()) {
    facts["temperature"] = calibration->temperature;
    facts["threshold"] = calibration->threshold ? ordered_json(*calibration->threshold) : ordered_json();
  }
  return facts;
}

std::optional<ordered_json> ModelServer::Implementation::prediction(const Request& request, Response& response,
                                                                    const std::shared_ptr<ServedModel>& model,
                                                                    const std::vector<SentPhoto>& photos, Haste haste) {
  const auto deadline = current.began + options.deadline;
  const Predictor& predictor = model->predictor;
  const int top = whole_parameter(request, "top", kDefaultTop, 1, 1'000'000);
  const auto least = least_confidence(request, predictor);
  const ScoredPhotos scored = scorer.score(model, photos, deadline, haste);
  if (photos.size() == 1 && scored.photos[0].error) {
    refuse_photo(response, *scored.photos[0].error);
    return std::nullopt;
  }
  ordered_json document = {{"schema", "alexnet.predict"},
                           {"version", 1},
                           {"request_id", current.id},
                           {"model", {{"name", model->name}, {"version", model->version}}},
                           {"preprocessing_id", model->preprocessing},
                           {"precision", name_of(predictor.precision())},
                           {"timings",
                            {{"decode_ms", milliseconds(scored.decode_seconds)},
                             {"queue_ms", milliseconds(scored.slowest.queue_seconds)},
                             {"compute_ms", milliseconds(scored.slowest.compute_seconds)},
                             {"batch", scored.slowest.batch}}},
                           {"predictions", ordered_json::array()}};
  for (std::size_t i = 0; i < photos.size(); ++i) {
    PredictedPhoto photo{.file = photos[i].name, .classes = {}};
    if (scored.photos[i].error) {
      photo.error = printable(describe(*scored.photos[i].error).what);
    } else {
      photo.classes = predictor.top(scored.photos[i].scores, static_cast<std::size_t>(top));
      if (least) {
        photo.unknown = photo.classes.front().value < *least;
      }
    }
    document["predictions"].push_back(ordered_json::parse(to_json_line(photo, predictor.model().network.output())));
  }
  return document;
}

void ModelServer::Implementation::predict(const Request& request, Response& response) {
  if (request.has_param("explain")) {
    return explain(request, response);
  }
  const auto model = model_of(request);
  if (const auto document = prediction(request, response, model, photos_of(request))) {
    send_json(response, *document);
  }
}

void ModelServer::Implementation::send_health(const Request&, Response& response) {
  response.set_content("ok\n", "text/plain");
}

void ModelServer::Implementation::send_readiness(const Request&, Response& response) {
  response.status = draining ? kServiceUnavailable : 200;
  response.set_content(draining ? "ending\n" : "ready\n", "text/plain");
}

void ModelServer::Implementation::send_metrics(const Request&, Response& response) {
  response.set_content(metrics.text(models()), "text/plain; version=0.0.4");
}

void ModelServer::Implementation::send_openapi(const Request& request, Response& response) {
  answer(request, response, openapi(route_table(), !options.token.empty()).dump(2), "application/json");
}

void ModelServer::Implementation::send_model(const Request& request, Response& response) {
  const ordered_json document = {{"schema", "alexnet.model"}, {"version", 1}, {"model", facts(*model_of(request))}};
  answer(request, response, json_text(document), "application/json");
}

/// A file may carry anything as its card: the page runs nothing and asks for nothing.
void ModelServer::Implementation::send_card(const Request& request, Response& response) {
  response.headers.erase("Content-Security-Policy");  // the default one, which a second would only narrow
  response.set_header("Content-Security-Policy",
                      "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'");
  answer(request, response, model_of(request)->card, "text/html; charset=utf-8");
}

void ModelServer::Implementation::send_models(const Request& request, Response& response) {
  ordered_json document = {{"schema", "alexnet.models"}, {"version", 1}, {"models", ordered_json::array()}};
  for (const AnsweringModel& model : models()) {
    document["models"].push_back({{"name", model.name}, {"version", model.version}});
  }
  answer(request, response, json_text(document), "application/json");
}

void ModelServer::Implementation::infer(const Request& request, Response& response) {
  const auto deadline = current.began + options.deadline;
  const auto model = model_of(request);
  auto asked = kserve::parse(request, *model);
  std::vector<std::vector<double>> rows;
  if (asked.photos.empty()) {
    for (BatchAnswer& row : scorer.score(model, std::move(asked.squares), deadline)) {
      rows.push_back(std::move(row.scores));
    }
  } else {
    for (PhotoScore& photo : scorer.score(model, asked.photos, deadline).photos) {
      if (photo.error) {
        throw BadRequest{kUnprocessableContent, "photo-unreadable", printable(describe(*photo.error).what)};
      }
      rows.push_back(std::move(photo.scores));
    }
  }
  kserve::write(response, asked, *model, rows);
}

void ModelServer::Implementation::send_kserve_server(const Request&, Response& response) {
  send_json(response,
            {{"name", "alexnet"}, {"version", version()}, {"extensions", {"classification", "binary_tensor_data"}}});
}

void ModelServer::Implementation::send_kserve_live(const Request&, Response& response) {
  send_json(response, {{"live", true}});
}

void ModelServer::Implementation::send_kserve_ready(const Request&, Response& response) {
  response.status = draining ? kServiceUnavailable : 200;
  send_json(response, {{"ready", !draining}, {"live", true}});
}

void ModelServer::Implementation::send_kserve_model(const Request& request, Response& response) {
  send_json(response, kserve::metadata(*model_of(request)));
}

void ModelServer::Implementation::send_kserve_model_ready(const Request& request, Response& response) {
  const auto served = model_of(request);
  response.status = draining ? kServiceUnavailable : 200;
  send_json(response, {{"name", served->name}, {"ready", !draining}});
}

void ModelServer::Implementation::add_routes() {
  for (const Route& route : route_table()) {
    const auto answer_it = [this, &route](const Request& request, Response& response) {
      if (!route.computes) {
        return (this->*route.handle)(request, response);
      }
      if (draining) {
        throw BadRequest{kServiceUnavailable, "ending", "this service is ending"};
      }
      ++working;
      try {
        (this->*route.handle)(request, response);
      } catch (...) {
        --working;
        throw;
      }
      --working;
    };
    if (route.method == "GET") {
      server.Get(pattern_of(route), answer_it);
    } else {
      server.Post(pattern_of(route), answer_it);
    }
    labels.emplace_back(std::regex(pattern_of(route)), &route);
  }
}

}  // namespace alexnet::serve
