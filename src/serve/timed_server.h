#pragma once

#include <chrono>

#include <httplib.h>

namespace alexnet::serve {

/// A server of httplib that waits for a whole request no longer than a limit, however its bytes are spread over that
/// time: httplib itself limits the time between two pieces alone, so that a client which sends a byte now and then
/// would keep a thread for ever.
class TimedServer final : public httplib::Server {
 public:
  /// From the first byte of a request to its last one. Longer ones are cut off. To be set in front of listening.
  void set_request_limit(std::chrono::milliseconds limit) { request_limit_ = limit; }

  /// How many connections may wait to be taken up, once it is bound: with the 5 of httplib further ones are dropped
  /// when many come together, and try again a second later.
  void set_waiting_connections(int most) const;
  /// For handlers: no further request is read from this connection, since bytes of a body that nobody read may come.
  static void end_connection(httplib::Response& response);

 private:
  bool process_and_close_socket(socket_t socket) override;

  std::chrono::milliseconds request_limit_{10'000};
};

}  // namespace alexnet::serve
