#include "data_module/loopback_server.h"

#include <algorithm>
#include <stdexcept>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace alexnet::testing_support {
namespace {

bool send_all(int connection, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
    if (n <= 0) {
      return false;
    }
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

std::string receive_head(int connection) {
  std::string head;
  char buffer[1024];
  while (head.find("\r\n\r\n") == std::string::npos) {
    const auto n = ::recv(connection, buffer, sizeof buffer, 0);
    if (n <= 0) {
      break;
    }
    head.append(buffer, static_cast<std::size_t>(n));
  }
  return head;
}

std::string header(const std::string& head, const std::string& name) {
  const auto start = head.find("\r\n" + name + ": ");
  if (start == std::string::npos) {
    return {};
  }
  const auto value = start + name.size() + 4;
  return head.substr(value, head.find("\r\n", value) - value);
}

}  // namespace

LoopbackServer::LoopbackServer() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof place;
  if (::bind(socket_, reinterpret_cast<sockaddr*>(&place), size) != 0 || ::listen(socket_, 8) != 0 ||
      ::getsockname(socket_, reinterpret_cast<sockaddr*>(&place), &size) != 0) {
    throw std::runtime_error("no socket on the loopback address");
  }
  port_ = ntohs(place.sin_port);
  thread_ = std::jthread([this] { run(); });
}

LoopbackServer::~LoopbackServer() {
  ::shutdown(socket_, SHUT_RDWR);  // accept() returns
  thread_.join();
  ::close(socket_);
}

void LoopbackServer::serve(const std::string& path, Resource resource) {
  const std::lock_guard lock(mutex_);
  resources_[path] = std::move(resource);
}

std::string LoopbackServer::address(const std::string& path) const {
  return fmt::format("http://127.0.0.1:{}{}", port_, path);
}

std::vector<std::string> LoopbackServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void LoopbackServer::run() {
  for (;;) {
    const int connection = ::accept(socket_, nullptr, nullptr);
    if (connection < 0) {
      return;
    }
    answer(connection);
    ::close(connection);
  }
}

void LoopbackServer::answer(int connection) {
  const auto head = receive_head(connection);
  const auto start = head.find(' ') + 1;
  const auto path = head.substr(start, head.find(' ', start) - start);
  Resource resource{.status = 404};
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(head);
    if (const auto found = resources_.find(path); found != resources_.end()) {
      resource = found->second;
    }
  }
  const auto size = resource.body.size();
  const auto range = header(head, "Range");
  const auto condition = header(head, "If-Range");
  std::size_t first = 0;
  std::string more;
  if (resource.status == 200 && resource.serves_ranges && range.starts_with("bytes=") &&
      (condition.empty() || condition == resource.tag)) {
    first = std::stoul(range.substr(6));
    if (first >= size) {
      resource.status = 416;
      more = fmt::format("Content-Range: bytes */{}\r\n", size);
    } else {
      first -= std::min(first, resource.range_shift);
      resource.status = 206;
      more = fmt::format("Content-Range: bytes {}-{}/{}\r\n", first, size - 1, size);
    }
  }
  if (!resource.tag.empty()) {
    more += fmt::format("ETag: {}\r\n", resource.tag);
  }
  if (!resource.location.empty()) {
    more += fmt::format("Location: {}\r\n", resource.location);
  }
  const bool has_body = resource.status == 200 || resource.status == 206;
  send_all(connection, fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n",
                                   resource.status, has_body ? size - first : 0, more));
  if (has_body) {
    send_body(connection, resource, first);
  }
}

void LoopbackServer::send_body(int connection, const Resource& resource, std::size_t first) {
  const auto body = std::string_view(resource.body).substr(first, resource.cut_after);
  const auto half = body.size() / 2;
  if (send_all(connection, body.substr(0, half))) {
    std::this_thread::sleep_for(resource.stalls);
    send_all(connection, body.substr(half));
  }
}

}  // namespace alexnet::testing_support
