#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "alexnet/explain/photo_set.h"
#include "alexnet/infer/precision_choice.h"
#include "alexnet/runtime/backend.h"

namespace alexnet::serve {

/// Whether only programs of this machine can reach an address.
[[nodiscard]] bool is_loopback(const std::string& host);

struct ServeOptions {
  std::vector<std::filesystem::path> models;  ///< files or run folders; the first answers where none is named
  std::string host = "127.0.0.1";
  int port = 8080;         ///< 0: any that is free
  std::string token = {};  ///< that requests must carry; empty: none is asked for
  int threads = 0;         ///< that compute; 0 = the backend's default
  PrecisionChoice precision = PrecisionChoice::kModel;
  int batch = 16;                                ///< most photos that go through the network together
  std::chrono::microseconds batch_wait{10'000};  ///< that a photo waits for others that are being decoded
  int queue = 256;                               ///< photos that may wait
  std::chrono::milliseconds deadline{10'000};    ///< of a request, from its head to its answer
  std::int64_t most_bytes = 20'000'000;          ///< of a request
  std::int64_t most_pixels = 50'000'000;         ///< of a photo, refused before it is decoded
  int connections = 128;                         ///< that are answered at a time; others wait
  explain::PhotoSet photos = {};                 ///< among which the like of a photo is looked for
  std::filesystem::path corrections = {};        ///< folder for photos whose right names readers tell; empty: none
  /// Gets a line of JSON for each request: no photo, no token.
  std::function<void(const std::string& line)> access_log = {};
  /// Gets a sentence when a replaced model file was taken or refused.
  std::function<void(const std::string& sentence)> notice = {};
};

/// A model that answers now.
struct AnsweringModel {
  std::string name;
  std::string version;
  Precision precision = Precision::kF32;  ///< that its predictions are computed in
};

/// Names photos over HTTP. Handlers read, decode and queue; one thread puts what waits through the network together. A
/// model file that is replaced is loaded, checked and taken between two batches; a broken one is refused and the old
/// one goes on. Routes: docs/serve.md.
class ModelServer {
 public:
  /// Loads the models and listens. Throws what loading throws, kPortBusy, kOptionInvalid for two models of one name.
  ModelServer(const Backend& backend, ServeOptions options);
  ~ModelServer();
  ModelServer(const ModelServer&) = delete;
  ModelServer& operator=(const ModelServer&) = delete;

  [[nodiscard]] std::string address() const;  ///< "http://127.0.0.1:8080/"
  [[nodiscard]] std::vector<AnsweringModel> models() const;
  void start();
  /// /readyz turns red and new photos are refused; those that were accepted are answered; then it ends.
  void stop();

  struct Implementation;  ///< named by the table of routes

 private:
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace alexnet::serve
