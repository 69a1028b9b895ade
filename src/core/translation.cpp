#include "core/translation.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "alexnet/core/error.h"

#include "core/zh_po.h"

namespace alexnet {
namespace {

[[noreturn]] void refuse(std::string_view line) {
  throw Error(Message::kInternal, {{"where", "zh.po"}, {"reason", "no line of a catalogue: " + std::string(line)}});
}

/// The text of `"..."`.
std::string unquoted(std::string_view line) {
  if (line.size() < 2 || line.front() != '"' || line.back() != '"') {
    refuse(line);
  }
  std::string out;
  for (std::size_t i = 1; i + 1 < line.size(); ++i) {
    const bool escaped = line[i] == '\\' && i + 2 < line.size();
    const char c = escaped ? line[++i] : line[i];
    out += escaped && c == 'n' ? '\n' : c;
  }
  return out;
}

Translation parse_entry(std::string_view paragraph) {
  Translation entry;
  std::string* part = nullptr;
  while (!paragraph.empty()) {
    auto line = paragraph.substr(0, paragraph.find('\n'));
    paragraph.remove_prefix(std::min(line.size() + 1, paragraph.size()));
    if (line.empty() || line.front() == '#') {
      continue;
    }
    for (const auto& [keyword, text] : {std::pair{"msgid ", &entry.english}, {"msgstr ", &entry.other}}) {
      if (line.starts_with(keyword)) {
        part = text;
        line.remove_prefix(std::string_view(keyword).size());
      }
    }
    if (part == nullptr) {
      refuse(line);
    }
    *part += unquoted(line);
  }
  return entry;
}

}  // namespace

std::vector<Translation> parse_catalogue(const std::vector<std::string_view>& paragraphs) {
  std::vector<Translation> entries;
  for (const auto paragraph : paragraphs) {
    auto entry = parse_entry(paragraph);
    if (!entry.english.empty()) {  // the first one is the file's own header
      entries.push_back(std::move(entry));
    }
  }
  return entries;
}

const std::vector<Translation>& chinese_catalogue() {
  static const auto entries = parse_catalogue({std::begin(kChineseParagraphs), std::end(kChineseParagraphs)});
  return entries;
}

std::string_view translated(std::string_view text, Language language) {
  if (language == Language::kEnglish) {
    return text;
  }
  static const auto by_english = [] {
    std::unordered_map<std::string_view, std::string_view> map;
    for (const auto& entry : chinese_catalogue()) {
      map.emplace(entry.english, entry.other);
    }
    return map;
  }();
  const auto found = by_english.find(text);
  return found == by_english.end() ? text : found->second;
}

Language language_of(std::string_view locale) {
  return locale.starts_with("zh") ? Language::kChinese : Language::kEnglish;
}

}  // namespace alexnet
