#include "train/recipes/recipes.h"

namespace alexnet::recipes {

/// Source: the tutorial's program (docs/models.md). Its validation_split=0.2 follows one shuffle of all photos;
/// tflearn warps photos with Pillow's Lanczos filter; Keras reshuffles the training photos every epoch.
BuiltInRecipe tutorial() {
  return {"tutorial", "as the tutorial's Keras program trains: Adam at 1e-3, 80/20 after one shuffle, no augmentation",
          R"toml(name = "tutorial"
resize_mode = "squash"
filter = "lanczos"
split = "shuffle"
split_train = 0.8
split_val = 0.2
split_test = 0
batch = 64
epochs = 25
optimizer = "adam"
rate = 0.001
schedule = "constant"
)toml"};
}

}  // namespace alexnet::recipes
