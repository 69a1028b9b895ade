#pragma once

#include "alexnet/train/recipe.h"

/// The built-in recipes, each in the file of its name.
namespace alexnet::recipes {

[[nodiscard]] BuiltInRecipe caffe();
[[nodiscard]] BuiltInRecipe cifar10_quick();
[[nodiscard]] BuiltInRecipe fine_tune();
[[nodiscard]] BuiltInRecipe paper();
[[nodiscard]] BuiltInRecipe quick();
[[nodiscard]] BuiltInRecipe small_data();
[[nodiscard]] BuiltInRecipe tutorial();

}  // namespace alexnet::recipes
