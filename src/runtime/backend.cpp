#include "alexnet/runtime/backend.h"

namespace alexnet {

Loss loss_for(OutputKind output) {
  return output == OutputKind::kProbabilities ? Loss::kSoftmaxCrossEntropy : Loss::kHinge;
}

}  // namespace alexnet
