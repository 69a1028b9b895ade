#include "train/recipes/recipes.h"

namespace alexnet::recipes {

/// Source: BVLC/caffe, models/bvlc_alexnet: 450,000 steps of 256 at 0.01, a tenth every 100,000. Of ImageNet's 1.28
/// million photos these are 90 epochs and 20. Photos are warped to the side of the mean image, 256x256
/// (examples/imagenet/readme.md).
BuiltInRecipe caffe() {
  return {"caffe", "as Caffe trains bvlc_alexnet: SGD at 0.01, a tenth of it every 20 epochs, steps of 256",
          R"toml(name = "caffe"
resize_mode = "squash"
crop = "random"
flip = true
batch = 256
epochs = 90
optimizer = "sgd"
rate = 0.01
momentum = 0.9
decay = 0.0005
schedule = "step"
step_epochs = 20
step_factor = 0.1
)toml"};
}

}  // namespace alexnet::recipes
