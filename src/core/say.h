#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/translation.h"

namespace alexnet {

/// Says the English format strings of the sources in one language: `say("{} photos of {}", 3, name)`. What whole pages
/// are written with; lines for a terminal are translated when they leave instead (see retold).
class Say {
 public:
  explicit Say(Language language = Language::kEnglish) : language_(language) {}

  template <class... Arguments>
  [[nodiscard]] std::string operator()(fmt::format_string<Arguments...> text, Arguments&&... arguments) const {
    const fmt::string_view english = text;
    const auto words = translated({english.data(), english.size()}, language_);
    return fmt::vformat({words.data(), words.size()}, fmt::make_format_args(arguments...));
  }
  /// A word of the catalogue that stands in a variable: the name of a part, of a state.
  [[nodiscard]] std::string word(std::string_view english) const { return std::string(translated(english, language_)); }
  /// A finished English text, such as what an error says.
  [[nodiscard]] std::string finished(std::string_view english) const { return retold(english, language_); }
  [[nodiscard]] Language language() const { return language_; }
  /// What stands between two sentences, and between the items of a list.
  [[nodiscard]] std::string gap() const { return language_ == Language::kChinese ? "" : " "; }
  [[nodiscard]] std::string comma() const { return language_ == Language::kChinese ? "、" : ", "; }
  /// As `lang` of HTML names it.
  [[nodiscard]] const char* tag() const { return language_ == Language::kChinese ? "zh-Hans" : "en"; }

 private:
  Language language_;
};

}  // namespace alexnet
