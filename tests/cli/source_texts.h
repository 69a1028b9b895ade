#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace alexnet::testing {

/// The texts of C++ source: each string literal with those next to it or joined to it by +, where `{}` stands for what
/// is not a literal ("no word after " + name is "no word after {}"), in lines without spaces around them.
[[nodiscard]] std::vector<std::string> texts_of(const std::string& source);

/// The format strings that `say` (core/say.h) is called with in a source.
[[nodiscard]] std::vector<std::string> texts_said(const std::string& source);

/// All files of the source tree below src/ whose path begins with `below`.
[[nodiscard]] std::vector<std::filesystem::path> sources(const std::string& below = "");

/// Whether a text is words for people: two words of which the second begins with a small letter, and no command.
[[nodiscard]] bool is_sentence(const std::string& text);

/// The first run of three English words that is left in a Chinese text, beside commands, options, names of files and
/// keys; empty where there is none.
[[nodiscard]] std::string english_left_in(const std::string& text);

/// What to add to zh.po for a text.
[[nodiscard]] std::string entry_to_add(const std::string& text);

}  // namespace alexnet::testing
