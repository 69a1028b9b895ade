#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace alexnet::testing_support {

/// What the server answers at a path.
struct Resource {
  std::string body = {};
  std::string tag = "\"1\"";  ///< ETag; empty = none
  int status = 200;
  std::string location = {};  ///< with a status of 3xx
  bool serves_ranges = true;
  std::size_t range_shift = 0;            ///< a server that begins elsewhere than it was asked to
  std::size_t cut_after = SIZE_MAX;       ///< closes the connection after so many bytes of an answer
  std::chrono::milliseconds stalls = {};  ///< waits in the middle of an answer
};

/// An HTTP server on the loopback address, one request a connection.
class LoopbackServer {
 public:
  LoopbackServer();
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  void serve(const std::string& path, Resource resource);
  [[nodiscard]] std::string address(const std::string& path = "") const;
  /// The heads of the requests so far.
  [[nodiscard]] std::vector<std::string> requests() const;

 private:
  void run();
  void answer(int connection);
  void send_body(int connection, const Resource& resource, std::size_t first);

  int socket_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::map<std::string, Resource> resources_;
  std::vector<std::string> requests_;
  std::jthread thread_;
};

}  // namespace alexnet::testing_support
