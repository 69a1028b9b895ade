#include "train/recipes/recipes.h"

namespace alexnet::recipes {

/// For about a thousand photos and a few minutes of a processor: cuts and mirrors make the most of few photos, and a
/// rate that sinks to 0 ends without the swings of a constant one.
BuiltInRecipe quick() {
  return {"quick", "the most from a few minutes of a processor and about 1,000 photos: Adam, cosine, random cuts",
          R"toml(name = "quick"
resize_mode = "squash"
crop = "random"
flip = true
batch = 32
epochs = 40
optimizer = "adam"
rate = 0.001
schedule = "cosine"
warmup_epochs = 1
)toml"};
}

}  // namespace alexnet::recipes
