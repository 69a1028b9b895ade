#include <cstddef>
#include <cstdint>
#include <span>

#include "alexnet/core/error.h"

#include "data/idx.h"

/// Any bytes, packed or not, are an idx file or an Error; nothing else leaves the parser.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    alexnet::ByteReader reader(std::as_bytes(std::span(data, size)), "fuzz");
    static_cast<void>(alexnet::read_idx(reader, 3));
  } catch (const alexnet::Error&) {
    // what hostile input ends in
  }
  return 0;
}
