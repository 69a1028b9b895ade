#include "train/recipes/recipes.h"

namespace alexnet::recipes {

/// For weights that exist already (`--init`): a small rate keeps what they know, a rate that sinks to 0 ends without
/// swings. Which layers stay as they are (`--freeze`) depends on the network.
BuiltInRecipe fine_tune() {
  return {"fine-tune", "from weights that exist (--init): SGD at a small rate, cosine, random cuts and mirrors",
          R"toml(name = "fine-tune"
resize_mode = "squash"
crop = "random"
flip = true
batch = 32
epochs = 15
optimizer = "sgd"
rate = 0.001
momentum = 0.9
decay = 0.0005
schedule = "cosine"
warmup_epochs = 1
)toml"};
}

}  // namespace alexnet::recipes
