#include "../onednn/weight_layout.h"
#include "kernels.h"

namespace alexnet::cpu {

namespace baseline {
Kernels make_table();
}
#ifdef __x86_64__
namespace avx2 {
Kernels make_table();
}
namespace avx512 {
Kernels make_table();
}
#endif

const Kernels& kernels() {
  static const Kernels table = [] {
#ifdef __x86_64__
    switch (onednn::vector_set()) {
      case onednn::VectorSet::kAvx512:
        return avx512::make_table();
      case onednn::VectorSet::kAvx2:
        return avx2::make_table();
      case onednn::VectorSet::kBaseline:
        break;
    }
#endif
    return baseline::make_table();
  }();
  return table;
}

}  // namespace alexnet::cpu
