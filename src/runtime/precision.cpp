#include "alexnet/runtime/precision.h"

namespace alexnet {

std::string_view name_of(Precision precision) {
  switch (precision) {
    case Precision::kF32:
      return "f32";
    case Precision::kF64:
      return "f64";
    case Precision::kBF16:
      return "bf16";
    case Precision::kI8:
      break;
  }
  return "i8";
}

}  // namespace alexnet
