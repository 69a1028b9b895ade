#include "cli/recipe_arguments.h"

#include <algorithm>
#include <cctype>

#include <CLI/CLI.hpp>

#include "alexnet/core/error.h"

#include "cli/command.h"

namespace alexnet::cli {
namespace {

/// Notes a value after the recipe's own check of it.
void take(RecipeSettings& settings, const RecipeOption& option, const std::string& value) {
  try {
    Recipe scratch;
    option.set(scratch, value);
  } catch (const Error& error) {
    auto arguments = error.arguments();
    for (auto& [name, text] : arguments) {
      text = name == "where" ? option_of_key(option.key) : text;
    }
    throw Error(error.message(), std::move(arguments));
  }
  settings[option.key] = value;
}

std::string type_word(const RecipeOption& option) {
  switch (option.kind) {
    case RecipeOption::Kind::kChoice:
      return option.values;
    case RecipeOption::Kind::kInteger:
      return "N";
    case RecipeOption::Kind::kNumber:
      return "X";
    default:
      return "TEXT";
  }
}

}  // namespace

std::string option_of_key(const std::string& key) {
  std::string name = "--" + key;
  std::ranges::replace(name, '_', '-');
  return name;
}

std::string variable_of_key(const std::string& key) {
  std::string name = "ALEXNET_OPT_" + key;
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return name;
}

void add_recipe_options(CLI::App& app, RecipeSettings& settings) {
  const auto defaults = resolve_recipe(kDefaultRecipe).recipe;
  for (const auto& option : recipe_options()) {
    const auto name = option_of_key(option.key);
    if (option.kind == RecipeOption::Kind::kSwitch) {
      app.add_flag_function(
             name + ",!--no-" + name.substr(2),
             [&settings, &option](std::int64_t count) { take(settings, option, count > 0 ? "true" : "false"); },
             option.help + " (default: " + option.get(defaults) + ")")
          ->group(kRecipeGroup);
      continue;
    }
    const bool choice = option.kind == RecipeOption::Kind::kChoice;
    app.add_option_function<std::string>(
           name, [&settings, &option](const std::string& value) { take(settings, option, value); },
           choice ? option.help : option.help + "; " + option.values)
        ->type_name(type_word(option))
        ->take_last()
        ->default_str(option.get(defaults))
        ->group(kRecipeGroup);
  }
}

}  // namespace alexnet::cli
