#include "serve/thread_priority.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace alexnet::serve {
namespace {

constexpr int kNice = 10;

}  // namespace

void take_low_priority() {
  static_cast<void>(setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), kNice));
}

}  // namespace alexnet::serve
