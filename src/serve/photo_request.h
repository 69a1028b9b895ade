#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <httplib.h>
#include <nlohmann/json.hpp>

namespace alexnet::serve {

/// Of one request.
inline constexpr std::size_t kMostPhotos = 64;

/// A photo as it was sent.
struct SentPhoto {
  std::string name;  ///< as the sender calls it, or "photo"
  std::string bytes;
};

/// Why a request cannot be understood.
struct BadRequest {
  int status = 400;
  std::string code;
  std::string message;
};

/// The photos of a request: the body itself (image/* or application/octet-stream), the files of a form
/// (multipart/form-data), or base64 in JSON ({"data": "..."} or {"photos": [{"name": "...", "data": "..."}]}).
/// Throws BadRequest: 415 for another content type, 400 for a body that is not what it says, or holds no photo.
[[nodiscard]] std::vector<SentPhoto> photos_of(const httplib::Request& request);

/// Throws BadRequest (400) where there are more.
[[nodiscard]] SentPhoto only_one(std::vector<SentPhoto> photos);

/// JSON of a request, discarded where it is none. Throws BadRequest (400) for deep nesting and for thousands of lists
/// and objects, which take many times the memory of their text.
[[nodiscard]] nlohmann::json json_of(std::string_view text);

/// Standard base64 with its padding; throws BadRequest.
[[nodiscard]] std::string from_base64(const std::string& text);

}  // namespace alexnet::serve
