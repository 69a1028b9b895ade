#include "train/recipes/recipes.h"

namespace alexnet::recipes {

/// Source: Krizhevsky, Sutskever and Hinton 2012, sections 4.1 and 5. There the rate was divided by 10 by hand, three
/// times, when the error on val stopped falling. Colour noise goes by deviations, as their code has it: the text says
/// eigenvalues, which on pixels from 0 to 255 would drown the photo. Biases: see the network.
BuiltInRecipe paper() {
  return {"paper",
          "as the paper of 2012 trains: SGD at 0.01, a tenth when val stands still, cuts, mirrors, colour noise",
          R"toml(name = "paper"
resize_mode = "crop"
crop = "random"
flip = true
color_noise = 0.1
color_noise_reading = "deviation"
batch = 128
epochs = 90
optimizer = "sgd"
rate = 0.01
momentum = 0.9
decay = 0.0005
schedule = "plateau"
step_factor = 0.1
plateau_epochs = 5
)toml"};
}

}  // namespace alexnet::recipes
