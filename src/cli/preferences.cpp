#include "cli/preferences.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "alexnet/core/error.h"

#include "cli/options.h"
#include "core/translation.h"

namespace alexnet::cli {
namespace {

/// The value of an option: of "--lang zh" or "--lang=zh", the last one; else of the environment.
std::string value_of(const std::vector<std::string>& arguments, const std::string& option, const char* name) {
  std::string value = variable(name);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].starts_with(option + "=")) {
      value = arguments[i].substr(option.size() + 1);
    } else if (arguments[i] == option && i + 1 < arguments.size()) {
      value = arguments[i + 1];
    }
  }
  return value;
}

Language language_of_locale() {
  for (const auto* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    if (const auto locale = variable(name); !locale.empty()) {
      return language_of(locale);
    }
  }
  return Language::kEnglish;
}

}  // namespace

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Preferences preferences_of(const std::vector<std::string>& arguments) {
  const auto given = [&](const char* option) { return std::ranges::find(arguments, option) != arguments.end(); };
  Preferences p{.json = given("--json"), .verbose = given("--verbose"), .quiet = given("--quiet")};
  const auto colour = value_of(arguments, "--color", "ALEXNET_OPT_COLOR");
  p.colour = colour == "always"  ? ColourChoice::kAlways
             : colour == "never" ? ColourChoice::kNever
                                 : ColourChoice::kAuto;
  const auto language = value_of(arguments, "--lang", "ALEXNET_OPT_LANG");
  p.language = language == "zh" || language == "en" ? language_of(language) : language_of_locale();
  return p;
}

void check_environment() {
  for (const auto& [name, type] :
       {std::pair{"ALEXNET_OPT_LANG", kLanguageChoices}, {"ALEXNET_OPT_COLOR", kColourChoices}}) {
    const auto choices = choices_of(type);
    const auto value = variable(name);
    if (!value.empty() && std::ranges::find(choices, value) == choices.end()) {
      throw Error(Message::kOptionInvalid,
                  {{"where", name}, {"expected", fmt::format("{}", fmt::join(choices, ", "))}, {"got", value}});
    }
  }
}

}  // namespace alexnet::cli
