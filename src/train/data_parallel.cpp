#include "alexnet/train/data_parallel.h"

#include "alexnet/core/error.h"

namespace alexnet {

void check_data_parallel(const DataParallel& parallel) {
  if (parallel.ordered && parallel.bf16) {
    throw Error(Message::kOptionInvalid, {{"where", "--ordered"},
                                          {"expected", "--wire f32 beside it: sums of bf16 are rounded on the way"},
                                          {"got", "--wire bf16"}});
  }
}

}  // namespace alexnet
