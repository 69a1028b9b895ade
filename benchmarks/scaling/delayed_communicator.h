#pragma once

#include <chrono>
#include <memory>

#include "alexnet/runtime/communicator.h"

namespace alexnet::bench {

/// `ranks` over a link with a delay: no call returns, and none that was started is done, before `delay` has passed
/// since it was made. Those under way wait beside one another.
[[nodiscard]] std::shared_ptr<Communicator> make_delayed_communicator(std::shared_ptr<Communicator> ranks,
                                                                      std::chrono::microseconds delay);

}  // namespace alexnet::bench
