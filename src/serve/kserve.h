#pragma once

#include <string>
#include <vector>

#include <httplib.h>
#include <nlohmann/json.hpp>

#include "alexnet/image/image.h"

#include "serve/photo_request.h"
#include "serve/served_model.h"

/// The Open Inference Protocol, version 2 (KServe, Triton), with the binary tensor data extension. Source: kserve,
/// open-inference-protocol, specification/protocol/inference_rest.md.
namespace alexnet::serve::kserve {

/// What a client asks for.
struct InferRequest {
  std::string id;
  std::vector<SentPhoto> photos;   ///< encoded ones (BYTES), or
  std::vector<Image> squares;      ///< pixels (UINT8 or FP32, shape N,H,W,C as the network reads them, 0 to 255)
  std::size_t classification = 0;  ///< answer with so many "value:index:label" in place of all values; 0: all values
  bool binary = false;             ///< values as bytes behind the JSON
};

/// Throws BadRequest naming the input.
[[nodiscard]] InferRequest parse(const httplib::Request& request, const ServedModel& model);

/// Writes the answer: a row of scores a photo.
void write(httplib::Response& response, const InferRequest& asked, const ServedModel& model,
           const std::vector<std::vector<double>>& scores);

/// Names, types and shapes of input and output.
[[nodiscard]] nlohmann::ordered_json metadata(const ServedModel& model);

}  // namespace alexnet::serve::kserve
