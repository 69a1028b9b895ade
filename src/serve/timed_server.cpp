#include "serve/timed_server.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace alexnet::serve {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostHead = 65'536;                      // bytes of request line and headers
constexpr auto kAnswerLimit = std::chrono::seconds(60);        // in which a client must have taken its answer
constexpr auto kBetweenLooks = std::chrono::milliseconds(50);  // at whether the server stops

thread_local bool ends = false;  // the connection that this thread answers

/// Waits until the socket can be read (POLLIN) or written (POLLOUT).
bool wait_for(socket_t socket, short event, Clock::time_point until) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd watched{socket, event, 0};
    const int ready = poll(&watched, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready >= 0 || errno != EINTR) {
      return ready > 0;
    }
  }
}

void ask_address(decltype(&getpeername) ask, socket_t socket, std::string& address, int& port) {
  sockaddr_storage storage{};
  socklen_t length = sizeof(storage);
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> service{};
  auto* generic = reinterpret_cast<sockaddr*>(&storage);
  if (ask(socket, generic, &length) == 0 && getnameinfo(generic, length, host.data(), host.size(), service.data(),
                                                        service.size(), NI_NUMERICHOST | NI_NUMERICSERV) == 0) {
    address = host.data();
    port = std::stoi(service.data());
  }
}

/// One connection. Reading ends at the limit of the request, writing at that of its answer.
class TimedStream final : public httplib::Stream {
 public:
  explicit TimedStream(socket_t socket) : socket_(socket) {}

  void begin_request(std::chrono::milliseconds limit) {
    read_until_ = Clock::now() + limit;
    write_until_ = read_until_ + kAnswerLimit;
    in_head_ = true;
    head_ = line_ = 0;
  }
  [[nodiscard]] bool has_bytes() const { return begin_ < end_; }
  /// A request was not read to its end: what may still come is no further one.
  [[nodiscard]] bool failed() const { return failed_; }

  [[nodiscard]] bool is_readable() const override { return has_bytes() || wait_for(socket_, POLLIN, read_until_); }
  [[nodiscard]] bool is_writable() const override { return wait_for(socket_, POLLOUT, write_until_); }

  ssize_t read(char* bytes, std::size_t size) override {
    const ssize_t got = failed_ ? -1 : take(bytes, size);
    failed_ = got <= 0;
    return got;
  }

  ssize_t write(const char* bytes, std::size_t size) override {
    return is_writable() ? send(socket_, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT) : -1;
  }

  void get_remote_ip_and_port(std::string& ip, int& port) const override {
    ask_address(&getpeername, socket_, ip, port);
  }
  void get_local_ip_and_port(std::string& ip, int& port) const override {
    ask_address(&getsockname, socket_, ip, port);
  }
  [[nodiscard]] socket_t socket() const override { return socket_; }

 private:
  ssize_t take(char* bytes, std::size_t size) {
    if (!has_bytes()) {  // httplib reads a head byte by byte
      if (!is_readable()) {
        return -1;
      }
      const ssize_t got = recv(socket_, buffer_.data(), buffer_.size(), 0);
      if (got <= 0) {
        return got;
      }
      begin_ = 0;
      end_ = static_cast<std::size_t>(got);
    }
    const std::size_t taken = std::min(size, end_ - begin_);
    std::memcpy(bytes, buffer_.data() + begin_, taken);
    begin_ += taken;
    return follow_head({bytes, taken}) ? static_cast<ssize_t>(taken) : -1;
  }
  /// False where the head is too long. It ends with an empty line.
  bool follow_head(std::string_view bytes) {
    for (std::size_t i = 0; in_head_ && i < bytes.size(); ++i, ++head_) {
      in_head_ = bytes[i] != '\n' || line_ > 0;
      line_ = bytes[i] == '\n' ? 0 : line_ + (bytes[i] == '\r' ? 0 : 1);
    }
    return head_ <= kMostHead;
  }

  socket_t socket_;
  Clock::time_point read_until_;
  Clock::time_point write_until_;
  std::array<char, 16384> buffer_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool failed_ = false;
  bool in_head_ = true;
  std::size_t head_ = 0;  // bytes of it so far
  std::size_t line_ = 0;  // bytes of its last line so far
};

/// Whether a further request begins before `wait` has passed or the server stops.
bool begins(const TimedStream& stream, std::chrono::milliseconds wait, const std::atomic<socket_t>& server) {
  const auto until = Clock::now() + wait;
  while (server != INVALID_SOCKET && Clock::now() < until) {
    if (stream.has_bytes() || wait_for(stream.socket(), POLLIN, Clock::now() + kBetweenLooks)) {
      return true;
    }
  }
  return false;
}

}  // namespace

void TimedServer::set_waiting_connections(int most) const { ::listen(svr_sock_, most); }

void TimedServer::end_connection(httplib::Response& response) {
  response.set_header("Connection", "close");
  ends = true;
}

bool TimedServer::process_and_close_socket(socket_t socket) {
  TimedStream stream(socket);
  const auto process = [&](auto& self, bool last, bool& closed) {  // httplib 0.11 of Debian 12, 0.18 of Debian 13
    if constexpr (requires { self.process_request(stream, last, closed, nullptr); }) {
      return self.process_request(stream, last, closed, nullptr);
    } else {
      std::string remote;
      std::string local;
      int remote_port = 0;
      int local_port = 0;
      stream.get_remote_ip_and_port(remote, remote_port);
      stream.get_local_ip_and_port(local, local_port);
      return self.process_request(stream, remote, remote_port, local, local_port, last, closed, nullptr);
    }
  };
  auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::seconds(read_timeout_sec_));
  bool goes_on = true;
  for (std::size_t left = keep_alive_max_count_; goes_on && left > 0 && begins(stream, wait, svr_sock_); --left) {
    stream.begin_request(request_limit_);
    bool closed = ends = false;
    goes_on = process(*this, left == 1, closed) && !closed && !ends && !stream.failed();
    wait = std::chrono::seconds(keep_alive_timeout_sec_);
  }
  shutdown(socket, SHUT_RDWR);
  close(socket);
  return goes_on;
}

}  // namespace alexnet::serve
