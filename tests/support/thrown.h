#pragma once

#include <optional>
#include <string>

#include "alexnet/core/error.h"

namespace alexnet::testing_support {

/// The Error that a call throws, or nothing.
template <class Call>
std::optional<Error> thrown(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

/// An argument of an error, or an empty text.
inline std::string argument(const Error& error, const std::string& name) {
  for (const auto& [key, value] : error.arguments()) {
    if (key == name) {
      return value;
    }
  }
  return {};
}

/// Its message, or kCount when nothing was thrown.
template <class Call>
Message message_of(const Call& call) {
  const auto error = thrown(call);
  return error ? error->message() : Message::kCount;
}

}  // namespace alexnet::testing_support
