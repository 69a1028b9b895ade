#include "train/recipes/recipes.h"

namespace alexnet::recipes {

/// Source: BVLC/caffe, examples/cifar10/cifar10_quick_solver*.prototxt: 4,000 steps of 100 at 1e-3, 1,000 at 1e-4.
/// Caffe trains on all 50,000 pictures; here 1,000 of them choose the best epoch.
BuiltInRecipe cifar10_quick() {
  return {"cifar10-quick", "as Caffe trains its cifar10_quick: SGD at 1e-3, a tenth of it after 8 of 10 epochs",
          R"toml(name = "cifar10-quick"
split_train = 0.98
split_val = 0.02
split_test = 0
batch = 100
epochs = 10
optimizer = "sgd"
rate = 0.001
momentum = 0.9
decay = 0.004
schedule = "step"
step_at = "8"
step_factor = 0.1
)toml"};
}

}  // namespace alexnet::recipes
