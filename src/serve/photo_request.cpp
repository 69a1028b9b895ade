#include "serve/photo_request.h"

#include <algorithm>

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include "serve/http_status.h"

namespace alexnet::serve {
namespace {

using nlohmann::json;

constexpr int kDeepest = 16;
constexpr int kMostContainers = 10'000;

std::string media_type(const httplib::Request& request) {
  std::string type = request.get_header_value("Content-Type");
  type = type.substr(0, type.find(';'));
  std::ranges::transform(type, type.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return type;
}

std::string text_at(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::vector<SentPhoto> photos_of_json(const std::string& body) {
  const json document = json_of(body);
  if (!document.is_object()) {
    throw BadRequest{kBadRequest, "body-invalid", "the body is no JSON object"};
  }
  const json list = document.contains("photos") ? document["photos"] : json::array({document});
  if (!list.is_array()) {
    throw BadRequest{kBadRequest, "body-invalid", "photos: expected a list of {\"name\", \"data\"}"};
  }
  std::vector<SentPhoto> photos;
  for (const json& entry : list) {
    const std::string data = text_at(entry, "data");
    if (data.empty()) {
      throw BadRequest{kBadRequest, "body-invalid", "data: expected the photo as base64"};
    }
    const std::string name = text_at(entry, "name");
    photos.push_back({name.empty() ? "photo" : name, from_base64(data)});
  }
  return photos;
}

}  // namespace

json json_of(std::string_view text) {
  int containers = 0;
  const auto limited = [&](int depth, json::parse_event_t event, const json&) {
    const bool begins = event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
    if (begins && (depth >= kDeepest || ++containers > kMostContainers)) {
      throw BadRequest{kBadRequest, "body-invalid", "the JSON is nested too deeply, or has too many lists and objects"};
    }
    return true;
  };
  return json::parse(text, limited, false);
}

std::string from_base64(const std::string& text) {
  std::string bytes(text.size() / 4 * 3, '\0');
  const int length = text.size() % 4 == 0 ? EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                                            reinterpret_cast<const unsigned char*>(text.data()),
                                                            static_cast<int>(text.size()))
                                          : -1;
  if (length < 0) {
    throw BadRequest{kBadRequest, "body-invalid", "data: expected base64 with its padding"};
  }
  const auto padding = static_cast<std::size_t>(
      std::ranges::count(text.substr(text.size() - std::min<std::size_t>(2, text.size())), '='));
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

std::vector<SentPhoto> photos_of(const httplib::Request& request) {
  const std::string type = media_type(request);
  std::vector<SentPhoto> photos;
  if (type.starts_with("image/") || type == "application/octet-stream") {
    photos.push_back({"photo", request.body});
  } else if (type == "multipart/form-data") {
    for (const auto& [field, file] : request.files) {
      photos.push_back({file.filename.empty() ? field : file.filename, file.content});
    }
  } else if (type == "application/json") {
    photos = photos_of_json(request.body);
  } else {
    throw BadRequest{
        kUnsupportedMediaType, "type-unsupported",
        "expected image/*, multipart/form-data or application/json, got " + (type.empty() ? "none" : type)};
  }
  if (photos.empty() || photos.size() > kMostPhotos) {
    throw BadRequest{kBadRequest, "body-invalid", "expected 1 to 64 photos, got " + std::to_string(photos.size())};
  }
  return photos;
}

SentPhoto only_one(std::vector<SentPhoto> photos) {
  if (photos.size() != 1) {
    throw BadRequest{kBadRequest, "body-invalid", "expected one photo, got " + std::to_string(photos.size())};
  }
  return std::move(photos.front());
}

}  // namespace alexnet::serve
