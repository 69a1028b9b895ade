#include "cli/precision_words.h"

#include <fmt/format.h>

namespace alexnet::cli {

void tell_precision(Console& console, const std::string& wish, Precision precision) {
  if (wish == "auto" || (wish == "model" && precision != Precision::kF32)) {
    console.say(fmt::format("precision {}", name_of(precision)));
  }
}

}  // namespace alexnet::cli
