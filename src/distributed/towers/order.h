#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "alexnet/core/tensor.h"
#include "alexnet/runtime/communicator.h"

namespace alexnet::distributed {

/// What rank 0 asks the other towers to do with it.
enum class Order : std::uint32_t {
  kParameters,  // backend, whole network, precision; then all weights are scattered
  kRead,        // all weights are gathered
  kReadOne,     // name; then that parameter is gathered
  kWrite,       // names; then those weights are scattered
  kReadSlot,    // slot; then it is gathered
  kWriteSlot,   // slot, names; then it is scattered
  kSetStep,     // step
  kCompile,     // program, options
  kInfer,       // program, batch
  kTrain,       // program, batch, whether to update, rates, whether gradients are gathered on the way
  kKept,        // program, layer; then its activation is gathered
  kRelease,     // program
  kEnd,
};

/// What an order is about, as bytes: written on rank 0 and read in the same sequence elsewhere. The ranks are processes
/// of one program on machines of one kind, so numbers travel as they lie in memory.
class OrderText {
 public:
  void clear() { bytes_.clear(), read_ = 0; }

  template <class T>
  void put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    put_bytes(std::as_bytes(std::span<const T>(&value, 1)));
  }
  void put(std::string_view text) { put_list(std::span<const char>(text)); }
  template <class T>
  void put_list(std::span<const T> values) {
    put(static_cast<std::uint64_t>(values.size()));
    put_bytes(std::as_bytes(values));
  }
  void put_names(const std::vector<std::string>& names);
  void put(const Tensor& tensor);

  template <class T>
  [[nodiscard]] T get() {
    T value{};
    get_bytes(std::as_writable_bytes(std::span<T>(&value, 1)));
    return value;
  }
  template <class T>
  void get_list(std::vector<T>& values) {
    values.resize(get<std::uint64_t>());
    get_bytes(std::as_writable_bytes(std::span<T>(values)));
  }
  [[nodiscard]] std::string get_text();
  [[nodiscard]] std::vector<std::string> get_names();
  /// Into memory that the tensor has already where that fits.
  void get(Tensor& tensor);

  /// From rank 0 to all others.
  void send(Order order, Communicator& communicator);
  [[nodiscard]] Order receive(Communicator& communicator);

 private:
  struct Header {
    Order order;
    std::uint64_t size;
  };
  void put_bytes(std::span<const std::byte> bytes);
  void get_bytes(std::span<std::byte> bytes);

  std::vector<std::byte> bytes_;
  std::size_t read_ = 0;
};

}  // namespace alexnet::distributed
