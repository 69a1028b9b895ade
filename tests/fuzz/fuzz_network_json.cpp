#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "alexnet/core/error.h"
#include "alexnet/network/network.h"
#include "alexnet/network/summary.h"

/// Any bytes as a network's document: they are refused with an Error, or give a network whose own document reads back
/// as the same network and whose summary can be computed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using alexnet::Network;
  try {
    const Network network = Network::from_json({reinterpret_cast<const char*>(data), size});
    if (!(Network::from_json(network.to_json()) == network)) {
      std::abort();
    }
    const alexnet::Summary summary = alexnet::summarize(network, 65536);
    if (alexnet::to_table(summary, {.width = 80}).empty() || summary.training_bytes < 0) {
      std::abort();
    }
  } catch (const alexnet::Error&) {
    return 0;
  }
  return 0;
}
