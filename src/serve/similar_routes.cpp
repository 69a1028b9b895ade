// Photos of the folder that look like one that was sent.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "alexnet/image/encode.h"
#include "alexnet/image/resize.h"
#include "alexnet/infer/embedding.h"

#include "serve/http_answers.h"
#include "serve/http_status.h"
#include "serve/model_server_parts.h"

namespace alexnet::serve {
namespace {

constexpr int kThumbnailSide = 240;
constexpr int kMostSimilar = 50, kDefaultSimilar = 5;

}  // namespace

void ModelServer::Implementation::send_similar(const Request& request, Response& response) {
  const auto model = slots.front()->current();
  auto photos = photos_of(request);
  const int count = whole_parameter(request, "count", kDefaultSimilar, 1, kMostSimilar);
  if (similar.empty()) {
    throw BadRequest{kNotFound, "photos-missing", "this service was started without --photos"};
  }
  const SentPhoto photo = only_one(std::move(photos));
  const auto vector = std::make_shared<std::vector<float>>();  // the explanation may outlive this request
  try {
    static_cast<void>(
        explainer.explain(model, photo, current.began + options.deadline, [vector](explain::PhotoPass& seen) {
          const Tensor values = seen.activation(last_hidden_layer(seen.network())).converted(ElementType::kF32);
          vector->assign(values.as<float>().begin(), values.as<float>().end());
          return std::string();
        }));
  } catch (const Error& error) {
    return refuse_photo(response, error);
  }
  const auto found = similar.nearest(model->version, std::move(*vector), static_cast<std::size_t>(count));
  if (!found) {
    response.status = kAccepted;
    response.set_header("Retry-After", "3");
  }
  const explain::PhotoSet& set = similar.set();
  ordered_json document = {
      {"schema", "alexnet.similar"},   {"version", 1},
      {"request_id", current.id},      {"model", {{"name", model->name}, {"version", model->version}}},
      {"reading", !found.has_value()}, {"photos", ordered_json::array()}};
  for (const Neighbour& one : found.value_or(std::vector<Neighbour>())) {
    document["photos"].push_back({{"file", set.file_of(one.item)},
                                  {"class", set.class_of(one.item)},
                                  {"part", set.part_of(one.item)},
                                  {"distance", one.distance},
                                  {"picture", fmt::format("/v1/photos/{}", one.item)}});
  }
  send_json(response, document);
}

void ModelServer::Implementation::send_photo(const Request& request, Response& response) {
  const explain::PhotoSet& set = similar.set();
  const std::string number = request.matches[1].str();
  std::size_t item = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), item);
  const bool known = error == std::errc() && end == number.data() + number.size() &&
                     std::ranges::find(set.items, item) != set.items.end();
  if (!known) {
    throw BadRequest{kNotFound, "photo-missing", "there is no photo of this number"};
  }
  try {
    const auto picture = encode_jpeg(thumbnail(set.dataset->load(item, true), kThumbnailSide));
    answer(request, response, std::string(reinterpret_cast<const char*>(picture.data()), picture.size()), "image/jpeg");
  } catch (const Error&) {  // it was moved meanwhile; its error would name its place
    throw BadRequest{kNotFound, "photo-missing", "this photo cannot be read any more"};
  }
}

}  // namespace alexnet::serve
