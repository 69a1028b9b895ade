#include <cstddef>
#include <cstdint>
#include <span>

#include "alexnet/core/error.h"
#include "alexnet/formats/quantized_tensors.h"
#include "alexnet/formats/safetensors.h"

/// Any bytes are a file or an Error; nothing else leaves the parser.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    auto file = alexnet::parse_safetensors(std::as_bytes(std::span(data, size)), "fuzz");
    static_cast<void>(alexnet::dequantize(file.tensors, "fuzz"));
  } catch (const alexnet::Error&) {
    // what hostile input ends in
  }
  return 0;
}
