#include "train/recipes/recipes.h"

namespace alexnet::recipes {

/// For weights that exist already (`--init`): a small rate keeps what they know, a rate that sinks to 0 ends without
/// swings, cuts of any size and smoothed labels keep few photos from being learnt by heart. Which layers stay as they
/// are (`--freeze`) or learn more slowly (`--layer-rates`) depends on the network.
BuiltInRecipe fine_tune() {
  return {"fine-tune", "from weights that exist (--init): SGD at a small rate, cosine, cuts of any size, mirrors",
          R"toml(name = "fine-tune"
resize_mode = "squash"
crop = "random-resized"
crop_area = 0.25
flip = true
batch = 32
epochs = 20
optimizer = "sgd"
rate = 0.002
momentum = 0.9
decay = 0.0005
schedule = "cosine"
warmup_epochs = 1
label_smoothing = 0.1
)toml"};
}

}  // namespace alexnet::recipes
