#include "distributed/towers/order.h"

#include <algorithm>

namespace alexnet::distributed {

void OrderText::put_names(const std::vector<std::string>& names) {
  put(static_cast<std::uint64_t>(names.size()));
  for (const std::string& name : names) {
    put(std::string_view(name));
  }
}

void OrderText::put(const Tensor& tensor) {
  put(tensor.type());
  put_list(std::span<const std::int64_t>(tensor.shape()));
  put_bytes({tensor.data(), tensor.bytes()});
}

std::string OrderText::get_text() {
  std::vector<char> text;
  get_list(text);
  return {text.begin(), text.end()};
}

std::vector<std::string> OrderText::get_names() {
  std::vector<std::string> names(get<std::uint64_t>());
  for (std::string& name : names) {
    name = get_text();
  }
  return names;
}

void OrderText::get(Tensor& tensor) {
  const auto type = get<ElementType>();
  Shape shape;
  get_list(shape);
  if (tensor.type() != type || tensor.shape() != shape) {
    tensor = Tensor(type, std::move(shape));
  }
  get_bytes({tensor.data(), tensor.bytes()});
}

void OrderText::put_bytes(std::span<const std::byte> bytes) {
  const std::size_t end = bytes_.size();
  bytes_.resize(end + bytes.size());
  std::ranges::copy(bytes, bytes_.begin() + static_cast<std::ptrdiff_t>(end));
}

void OrderText::get_bytes(std::span<std::byte> bytes) {
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(read_), bytes.size(), bytes.begin());
  read_ += bytes.size();
}

void OrderText::send(Order order, Communicator& communicator) {
  Header header{order, bytes_.size()};
  communicator.broadcast(std::as_writable_bytes(std::span<Header>(&header, 1)), 0);
  communicator.broadcast(bytes_, 0);
}

Order OrderText::receive(Communicator& communicator) {
  Header header{};
  communicator.broadcast(std::as_writable_bytes(std::span<Header>(&header, 1)), 0);
  bytes_.resize(header.size);
  read_ = 0;
  communicator.broadcast(bytes_, 0);
  return header.order;
}

}  // namespace alexnet::distributed
