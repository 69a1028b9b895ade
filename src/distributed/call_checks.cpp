#include "distributed/call_checks.h"

#include <fmt/format.h>

#include "alexnet/core/error.h"

namespace alexnet::distributed {

void check_parts(const char* function, std::size_t whole, std::size_t part, int size) {
  if (whole != part * static_cast<std::size_t>(size)) {
    throw Error(Message::kWrongCall, {{"where", fmt::format("Communicator::{}", function)},
                                      {"expected", fmt::format("{} parts of {}", size, part)},
                                      {"got", fmt::format("{} in all", whole)}});
  }
}

void check_root(const char* function, int root, int size) {
  if (root < 0 || root >= size) {
    throw Error(Message::kWrongCall, {{"where", fmt::format("Communicator::{}", function)},
                                      {"expected", fmt::format("a root from 0 to {}", size - 1)},
                                      {"got", fmt::format("{}", root)}});
  }
}

}  // namespace alexnet::distributed
