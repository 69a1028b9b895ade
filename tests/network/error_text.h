#pragma once

#include <string>

#include "alexnet/core/error.h"

namespace alexnet {

/// What `run` throws, as "code | where | expected ..., got ..."; "nothing" when it returns.
template <class Run>
std::string error_text(const Run& run) {
  try {
    run();
  } catch (const Error& error) {
    const ErrorText text = describe(error);
    return text.code + " | " + text.where + " | " + text.expected;
  }
  return "nothing";
}

}  // namespace alexnet
