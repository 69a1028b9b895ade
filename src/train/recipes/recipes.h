#pragma once

#include "alexnet/train/recipe.h"

/// The built-in recipes, each in the file of its name.
namespace alexnet::recipes {

[[nodiscard]] BuiltInRecipe cifar10_quick();
[[nodiscard]] BuiltInRecipe fine_tune();
[[nodiscard]] BuiltInRecipe quick();
[[nodiscard]] BuiltInRecipe tutorial();

}  // namespace alexnet::recipes
