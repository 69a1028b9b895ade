#include "serve/timed_server.h"

#include <string>
#include <thread>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

namespace alexnet::serve {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;
using Clock = std::chrono::steady_clock;

/// A client that says every byte itself.
class Socket {
 public:
  explicit Socket(int port) : descriptor_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  }
  ~Socket() { close(descriptor_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  bool send(const std::string& text) {
    return ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }
  /// All that comes until the other side closes.
  std::string rest() {
    std::string text;
    char piece[4096];
    for (ssize_t got = 0; (got = recv(descriptor_, piece, sizeof(piece), 0)) > 0;) {
      text.append(piece, static_cast<std::size_t>(got));
    }
    return text;
  }
  [[nodiscard]] bool is_closed() const {
    char byte = 0;
    return recv(descriptor_, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
  }

 private:
  int descriptor_;
};

class Timed : public testing::Test {
 protected:
  Timed() {
    server_.set_request_limit(milliseconds(400));
    server_.set_keep_alive_timeout(1);
    server_.Post("/", [](const httplib::Request& request, httplib::Response& response) {
      response.set_content(std::to_string(request.body.size()) + " bytes", "text/plain");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) {
      std::this_thread::sleep_for(milliseconds(1));
    }
  }
  ~Timed() override {
    server_.stop();
    thread_.join();
  }
  /// A byte each 50 ms until the server has had enough; how long that took.
  static Clock::duration drip(Socket& socket, const std::string& text) {
    const auto begin = Clock::now();
    for (std::size_t i = 0; i < text.size() && !socket.is_closed() && socket.send(text.substr(i, 1)); ++i) {
      std::this_thread::sleep_for(milliseconds(50));
    }
    return Clock::now() - begin;
  }

  TimedServer server_;
  int port_ = 0;
  std::thread thread_;
};

TEST_F(Timed, AnswersRequestsOfOneConnectionThatCameTogether) {
  Socket socket(port_);
  ASSERT_TRUE(
      socket.send("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcPOST / HTTP/1.1\r\nContent-Length: 5\r\n"
                  "Connection: close\r\n\r\nabcde"));
  const std::string answers = socket.rest();
  EXPECT_THAT(answers, HasSubstr("3 bytes"));
  EXPECT_THAT(answers, HasSubstr("5 bytes"));
}

TEST_F(Timed, CutsOffAHeadThatComesSlowly) {
  Socket socket(port_);
  EXPECT_LT(drip(socket, "POST / HTTP/1.1\r\nX-Long: " + std::string(100, 'x')), milliseconds(2000));
  EXPECT_EQ(socket.rest(), "");
}

TEST_F(Timed, CutsOffABodyThatComesSlowly) {
  Socket socket(port_);
  ASSERT_TRUE(socket.send("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n"));
  EXPECT_LT(drip(socket, std::string(100, 'x')), milliseconds(2000));
}

TEST_F(Timed, CutsOffAHeadWithoutEnd) {
  Socket socket(port_);
  ASSERT_TRUE(socket.send("GET / HTTP/1.1\r\n"));
  for (int i = 0; i < 1000 && socket.send("X-Header: " + std::string(1000, 'x') + "\r\n"); ++i) {
  }
  const std::string answers = socket.rest();  // none, or one that refuses it
  EXPECT_EQ(answers.find("HTTP/1.1"), answers.rfind("HTTP/1.1")) << answers;
  EXPECT_EQ(answers.find("200"), std::string::npos) << answers;
  Socket other(port_);
  ASSERT_TRUE(other.send("POST / HTTP/1.1\r\nContent-Length: 100000\r\nConnection: close\r\n\r\n" +
                         std::string(100'000, 'x')));  // a body may be longer than a head
  EXPECT_THAT(other.rest(), StartsWith("HTTP/1.1 200"));
}

TEST_F(Timed, ABodyThatNobodyReadIsNoFurtherRequest) {
  server_.set_pre_routing_handler([](const httplib::Request&, httplib::Response& response) {
    response.status = 401;
    TimedServer::end_connection(response);
    return httplib::Server::HandlerResponse::Handled;
  });
  Socket socket(port_);
  const std::string inner = "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n";
  ASSERT_TRUE(socket.send("POST / HTTP/1.1\r\nContent-Length: " + std::to_string(inner.size()) + "\r\n\r\n" + inner));
  const std::string answers = socket.rest();
  EXPECT_THAT(answers, HasSubstr("Connection: close"));
  EXPECT_EQ(answers.find("HTTP/1.1"), answers.rfind("HTTP/1.1")) << answers;
}

TEST_F(Timed, WaitsForFurtherRequestsOfItsClientWithoutHoldingUpItsEnd) {
  Socket socket(port_);
  ASSERT_TRUE(socket.send("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"));
  std::this_thread::sleep_for(milliseconds(200));
  const auto begin = Clock::now();
  server_.stop();
  EXPECT_THAT(socket.rest(), HasSubstr("3 bytes"));
  EXPECT_LT(Clock::now() - begin, milliseconds(600));
}

}  // namespace
}  // namespace alexnet::serve
