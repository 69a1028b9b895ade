#pragma once

#include <functional>
#include <string>

#include "alexnet/core/error.h"

namespace alexnet {

enum class Severity { kNote, kWarning };

/// Where the library's notes and warnings go: handed in by the caller; an empty sink drops them. The library itself
/// never prints. Threads: the sink is called from the calling thread only.
using LogSink = std::function<void(Severity, Message, const MessageArguments&)>;

inline void log(const LogSink& sink, Severity severity, Message message, const MessageArguments& arguments = {}) {
  if (sink) {
    sink(severity, message, arguments);
  }
}

}  // namespace alexnet
