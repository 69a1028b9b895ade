#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alexnet/core/messages.h"

/// The program's texts in another language. Sources hold English format strings; `zh.po` (gettext's form, compiled in)
/// holds for each the Chinese one with the same placeholders. Texts are translated where they leave the program.
namespace alexnet {

struct Translation {
  std::string english;  ///< a format string as it stands in the sources: "{} photos of {}"
  std::string other;    ///< its placeholders may be numbered: "{1} 的 {0} 张照片"
};

/// The entries of a catalogue in gettext's form, given as its paragraphs. Throws kInternal for what is no entry.
[[nodiscard]] std::vector<Translation> parse_catalogue(const std::vector<std::string_view>& paragraphs);
/// All entries of zh.po.
[[nodiscard]] const std::vector<Translation>& chinese_catalogue();

/// The translation of a text that the catalogue holds as it stands; the text itself where there is none.
[[nodiscard]] std::string_view translated(std::string_view text, Language language);

/// A finished English text in `language`. Each line is compared with the catalogue's format strings; what stood in the
/// places of the placeholders is put into the translation, translated too where it is more than a name. A paragraph
/// that was broken into lines of `width` columns is joined first and broken anew (0: no lines were broken). Columns of
/// tables keep their places. What the catalogue does not hold stays as it is.
[[nodiscard]] std::string retold(std::string_view text, Language language, int width = 0);

/// The language that words such as "zh_CN.UTF-8" of a locale or "zh" of --lang mean.
[[nodiscard]] Language language_of(std::string_view locale);

}  // namespace alexnet
