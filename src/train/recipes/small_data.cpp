#include "train/recipes/recipes.h"

namespace alexnet::recipes {

/// For about a thousand photos: long, with what keeps a large network from learning photos by heart.
BuiltInRecipe small_data() {
  return {"small-data",
          "from scratch on about 1,000 photos: SGD, cosine over 100 epochs, smoothed labels, cuts of any size, "
          "mirrors, colours changed a little",
          R"toml(name = "small-data"
resize_mode = "squash"
crop = "random-resized"
flip = true
brightness = 0.2
contrast = 0.2
saturation = 0.2
batch = 32
epochs = 100
optimizer = "sgd"
rate = 0.02
momentum = 0.9
decay = 0.0005
schedule = "cosine"
label_smoothing = 0.1
)toml"};
}

}  // namespace alexnet::recipes
