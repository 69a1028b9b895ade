#include "cli/options.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/data/known_sets.h"
#include "alexnet/models/models.h"
#include "alexnet/registry/registry.h"
#include "alexnet/train/recipe.h"

#include "cli/command.h"

namespace alexnet::cli {
namespace {

[[noreturn]] void refuse(const std::string& option, const std::string& expected, const std::string& got) {
  throw Error(Message::kOptionInvalid, {{"where", option}, {"expected", expected}, {"got", got}});
}

/// "--top,-n" -> "--top".
std::string first_name(const std::string& names) { return names.substr(0, names.find(',')); }

template <class Set>
CLI::Option* add(CLI::App& app, const OptionText& text, const std::string& default_value, Set set) {
  auto* option = app.add_option_function<std::string>(text.name, std::move(set), text.help);
  option->type_name(text.type)->take_last();
  option->default_str(text.default_text.empty() ? default_value : text.default_text);
  return option;
}

/// The number that all of `text` spells.
template <class T>
bool read(const std::string& text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

std::string range_words(std::int64_t least, std::int64_t most) {
  return most == std::numeric_limits<int>::max() ? fmt::format("a whole number from {}", least)
                                                 : fmt::format("a whole number from {} to {}", least, most);
}

}  // namespace

CLI::Option* add_flag(CLI::App& app, const std::string& name, bool& value, const std::string& help) {
  return app.add_flag(name, value, help);
}

CLI::Option* add_text(CLI::App& app, const OptionText& text, std::string& value) {
  return add(app, text, value, [&value](const std::string& given) { value = given; });
}

CLI::Option* add_texts(CLI::App& app, const OptionText& text, std::vector<std::string>& values) {
  auto* option = app.add_option(text.name, values, text.help);
  option->type_name(text.type)->default_str(text.default_text);
  return option;
}

CLI::Option* add_choice(CLI::App& app, const OptionText& text, std::string& value) {
  const auto set = [&value, where = first_name(text.name), type = text.type](const std::string& given) {
    const auto choices = choices_of(type);
    if (std::ranges::find(choices, given) == choices.end()) {
      const auto nearest = nearest_name(given, choices);
      refuse(where, fmt::format("{}", fmt::join(choices, ", ")),
             given + (nearest.empty() ? "" : fmt::format(" (did you mean {}?)", nearest)));
    }
    value = given;
  };
  return add(app, text, value, set);
}

CLI::Option* add_views(CLI::App& app, std::string& value) {
  return add_choice(app,
                    {"--views", "center|ten|nine",
                     "cuts of each photo, whose answers are averaged: the centre; corners and centre, and both "
                     "mirrored; 3 x 3 places"},
                    value);
}

CLI::Option* add_precision(CLI::App& app, std::string& value) {
  return add_choice(
      app,
      {"--precision", "model|auto|f32|bf16|i8",
       "what convolutions and dense layers multiply. model: 8-bit integers where the model was exported for "
       "them and the processor does them well, else float32. auto: bfloat16 too, where that is faster"},
      value);
}

CLI::Option* add_whole(CLI::App& app, const OptionText& text, int& value, std::int64_t least, std::int64_t most) {
  const auto set = [&value, where = first_name(text.name), least, most](const std::string& given) {
    std::int64_t number = 0;
    if (!read(given, number) || number < least || number > most) {
      refuse(where, range_words(least, most), given.empty() ? "nothing" : given);
    }
    value = static_cast<int>(number);
  };
  return add(app, text, std::to_string(value), set);
}

CLI::Option* add_real(CLI::App& app, const OptionText& text, double& value, double least, double most) {
  const auto set = [&value, where = first_name(text.name), least, most](const std::string& given) {
    double number = 0;
    if (!read(given, number) || !(number >= least && number <= most)) {
      refuse(where, fmt::format("a number from {} to {}", least, most), given.empty() ? "nothing" : given);
    }
    value = number;
  };
  return add(app, text, fmt::format("{}", value), set);
}

std::vector<double> numbers_of(const std::string& option, const std::string& text) {
  std::vector<double> numbers;
  if (text.empty()) {
    return numbers;
  }
  for (const auto& part : CLI::detail::split(text, ',')) {
    if (!read(part, numbers.emplace_back())) {
      refuse(option, "numbers with commas between them", text);
    }
  }
  return numbers;
}

std::vector<std::string> choices_of(const std::string& type) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789_-|";
  if (type.empty() || type.find_first_not_of(kLetters) != std::string::npos) {
    return {};
  }
  return CLI::detail::split(type, '|');
}

std::vector<std::string> known_values(const std::string& type) {
  auto values = choices_of(type);
  const auto names = [&](std::string_view kind, const auto& list) {
    if (type.find(kind) != std::string::npos) {
      for (const auto& entry : list) {
        values.emplace_back(entry.name);
      }
    }
  };
  names("NETWORK", models::presets());
  names("RECIPE", built_in_recipes());
  names("SET", known_sets());
  if (type == "BACKEND") {
    values = backend_names();
    values.insert(values.begin(), "auto");
  }
  if (type == "COMMAND") {
    for (const auto& command : make_commands()) {
      values.push_back(command->text().name);
    }
  }
  return values;
}

bool takes_files(const std::string& type) {
  return std::ranges::any_of(std::vector<std::string>{"FILE", "FOLDER", "MODEL", "RUN", "PHOTO", "ARCHIVE"},
                             [&](const std::string& word) { return type.find(word) != std::string::npos; });
}

void require(const std::string& value, const std::string& name, const std::string& hint) {
  if (value.empty()) {
    throw Error(Message::kArgumentMissing, {{"where", name}, {"hint", hint}});
  }
}

}  // namespace alexnet::cli
