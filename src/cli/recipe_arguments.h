#pragma once

#include "alexnet/train/recipe.h"

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's name
class App;
}

namespace alexnet::cli {

/// Adds every key of a recipe as an option ("warmup_epochs" -> --warmup-epochs); what is given goes to `settings`.
/// A value is checked when it is read, so that the error names the option as it was typed.
void add_recipe_options(CLI::App& app, RecipeSettings& settings);

/// "warmup_epochs" -> "--warmup-epochs" and "ALEXNET_OPT_WARMUP_EPOCHS".
[[nodiscard]] std::string option_of_key(const std::string& key);
[[nodiscard]] std::string variable_of_key(const std::string& key);

}  // namespace alexnet::cli
