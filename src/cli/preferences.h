#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alexnet/core/messages.h"

#include "cli/terminal.h"

namespace alexnet::cli {

inline constexpr const char* kLanguageChoices = "auto|en|zh";
inline constexpr const char* kColourChoices = "auto|always|never";

/// How a command speaks: known before its words are parsed, so that an error of parsing too comes in the wanted form.
struct Preferences {
  bool json = false;
  bool verbose = false;
  bool quiet = false;
  ColourChoice colour = ColourChoice::kAuto;
  Language language = Language::kEnglish;
};

/// What --json, --verbose, --quiet, --color and --lang say, else ALEXNET_OPT_COLOR and ALEXNET_OPT_LANG, else the
/// locale (LC_ALL, LC_MESSAGES, LANG: Chinese where it begins with zh). A word that is none of the choices counts as
/// auto here; parsing refuses it.
[[nodiscard]] Preferences preferences_of(const std::vector<std::string>& arguments);

/// Throws kOptionInvalid for ALEXNET_OPT_LANG or ALEXNET_OPT_COLOR with another value than the option takes.
void check_environment();

/// The variable's value; empty where it is not set.
[[nodiscard]] std::string variable(const char* name);

}  // namespace alexnet::cli
