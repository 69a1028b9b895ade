#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <toml++/toml.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/train/recipe.h"

#include "train/recipes/recipes.h"

namespace alexnet {
namespace {

/// Where a value of a file stands.
std::string place(const std::string& where, const toml::source_region& region) {
  return fmt::format("{}, line {}", where, region.begin.line);
}

std::string to_text(const toml::node& node, const std::string& key, const std::string& where) {
  if (const auto* text = node.as_string()) {
    return text->get();
  }
  if (const auto* integer = node.as_integer()) {
    return fmt::format("{}", integer->get());
  }
  if (const auto* number = node.as_floating_point()) {
    return fmt::format("{}", number->get());
  }
  if (const auto* truth = node.as_boolean()) {
    return truth->get() ? "true" : "false";
  }
  throw Error(Message::kFileFormat, {{"where", place(where, node.source())},
                                     {"expected", fmt::format("a text, a number, true or false for {}", key)},
                                     {"got", fmt::format("{}", fmt::streamed(node.type()))}});
}

/// Sets keys and notes their origin.
void apply(ResolvedRecipe& resolved, const RecipeSettings& settings, const std::string& origin) {
  for (const auto& [key, value] : settings) {
    recipe_option(key).set(resolved.recipe, value);
    resolved.origins[key] = origin;
  }
}

ResolvedRecipe defaults() {
  ResolvedRecipe resolved;
  for (const RecipeOption& option : recipe_options()) {
    resolved.origins[option.key] = "default";
  }
  return resolved;
}

std::string read_recipe_text(const std::string& name_or_file) {
  std::vector<std::string> names;
  for (const BuiltInRecipe& recipe : built_in_recipes()) {
    if (recipe.name == name_or_file) {
      return std::string(recipe.toml);
    }
    names.emplace_back(recipe.name);
  }
  std::error_code error;
  const bool is_file = name_or_file.find('/') != std::string::npos || name_or_file.ends_with(".toml") ||
                       std::filesystem::exists(name_or_file, error);
  if (!is_file) {
    throw Error(Message::kUnknownName, {{"kind", "recipe"},
                                        {"where", name_or_file},
                                        {"nearest", nearest_name(name_or_file, names)},
                                        {"known", fmt::format("{}", fmt::join(names, ", "))}});
  }
  return read_text(name_or_file);
}

}  // namespace

const std::vector<BuiltInRecipe>& built_in_recipes() {
  static const std::vector<BuiltInRecipe> recipes = {
      recipes::quick(), recipes::tutorial(), recipes::small_data(),   recipes::fine_tune(),
      recipes::paper(), recipes::caffe(),    recipes::cifar10_quick()};
  return recipes;
}

RecipeSettings parse_recipe(std::string_view toml, const std::string& where) {
  RecipeSettings settings;
  try {
    const toml::table table = toml::parse(toml, where);
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      try {
        static_cast<void>(recipe_option(name));
      } catch (const Error& error) {
        MessageArguments arguments = error.arguments();
        arguments.front().second = fmt::format("{} ({})", name, place(where, key.source()));
        throw Error(Message::kOptionUnknown, arguments);
      }
      settings[name] = to_text(node, name, where);
    }
  } catch (const toml::parse_error& error) {
    throw Error(
        Message::kFileFormat,
        {{"where", place(where, error.source())}, {"expected", "TOML"}, {"got", std::string(error.description())}});
  }
  return settings;
}

ResolvedRecipe resolve_recipe(const std::string& name_or_file, const RecipeSettings& environment,
                              const RecipeSettings& command_line) {
  RecipeSettings file = parse_recipe(read_recipe_text(name_or_file), name_or_file);
  file.try_emplace("name", std::filesystem::path(name_or_file).stem().string());
  ResolvedRecipe resolved = defaults();
  apply(resolved, file, fmt::format("recipe {}", file.at("name")));
  apply(resolved, environment, "environment");
  apply(resolved, command_line, "command line");
  check_recipe(resolved.recipe);
  return resolved;
}

RecipeSettings recipe_settings_from_environment() {
  RecipeSettings settings;
  for (const RecipeOption& option : recipe_options()) {
    std::string name = "ALEXNET_OPT_" + option.key;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    if (const char* value = std::getenv(name.c_str())) {
      settings[option.key] = value;
    }
  }
  return settings;
}

std::string to_toml(const ResolvedRecipe& resolved) {
  std::string text;
  for (const RecipeOption& option : recipe_options()) {
    const std::string value = option.get(resolved.recipe);
    const bool quoted = option.kind == RecipeOption::Kind::kText || option.kind == RecipeOption::Kind::kChoice;
    const auto origin = resolved.origins.find(option.key);
    text += fmt::format("{} = {}{}\n", option.key, quoted ? fmt::format("\"{}\"", value) : value,
                        origin == resolved.origins.end() ? "" : fmt::format("  # {}", origin->second));
  }
  return text;
}

ResolvedRecipe read_recipe(const std::filesystem::path& path) {
  ResolvedRecipe resolved = defaults();
  apply(resolved, parse_recipe(read_text(path), path.string()), path.filename().string());
  check_recipe(resolved.recipe);
  return resolved;
}

}  // namespace alexnet
