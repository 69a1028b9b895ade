#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/text.h"
#include "core/translation.h"

namespace alexnet {
namespace {

constexpr int kDeepest = 4;        ///< values within values
constexpr std::size_t kLines = 8;  ///< of a paragraph that was broken

bool is_space(char c) { return c == ' '; }

std::string_view stripped(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// Part of a format string: letters as they are, then a placeholder (but for the last part).
struct Part {
  std::string letters;
  std::string name;  ///< "" of {}, "0" of {0:.1f}, "where" of {where}
  bool number = false;
};

std::vector<Part> parts_of(std::string_view format) {
  std::vector<Part> parts(1);
  while (!format.empty()) {
    const char c = format.front();
    if ((c == '{' || c == '}') && format.size() > 1 && format[1] == c) {  // {{ is a brace
      parts.back().letters += c;
      format.remove_prefix(2);
      continue;
    }
    const auto end = c == '{' ? format.find('}') : std::string_view::npos;
    if (end == std::string_view::npos) {
      parts.back().letters += c;
      format.remove_prefix(1);
      continue;
    }
    const auto inside = format.substr(1, end - 1);
    const auto colon = std::min(inside.find(':'), inside.size());
    parts.back().name = inside.substr(0, colon);
    parts.back().number = colon + 1 < inside.size() && std::string_view("dfgeu").find(inside.back()) < 5;
    parts.emplace_back();
    format.remove_prefix(end + 1);
  }
  return parts;
}

bool looks_like_number(std::string_view text) {
  text = stripped(text);
  return !text.empty() && (text.find_first_not_of("+-0123456789.,e") == std::string_view::npos || text == "nan" ||
                           text == "inf" || text == "-inf" || text == "-nan");
}

/// A format string that finished texts are compared with.
struct Pattern {
  std::vector<Part> parts;
  std::string_view other;
  std::size_t weight = 0;  ///< letters: where several fit, the one that says most is meant
};

using Values = std::vector<std::string_view>;

/// Where two placeholders touch, the first gets a word.
std::size_t end_of_word(std::string_view text) { return std::min(text.find_first_of(" ,;("), text.size()); }

/// Adds the values of the placeholders from the i-th on; the shortest that fit.
bool find_values(const std::vector<Part>& parts, std::size_t i, std::string_view text, Values& values) {
  const auto fits = [&](std::string_view value) {
    const bool one = stripped(value).find("  ") == std::string_view::npos;  // not several columns of a table
    return one && (!parts[i].number || looks_like_number(value));
  };
  if (i + 2 >= parts.size()) {
    values.push_back(text);
    return fits(text);
  }
  const auto& next = parts[i + 1].letters;
  for (auto end = next.empty() ? end_of_word(text) : text.find(next); end != std::string_view::npos;
       end = next.empty() ? std::string_view::npos : text.find(next, end + 1)) {
    if (fits(text.substr(0, end))) {
      const auto found = values.size();
      values.push_back(text.substr(0, end));
      if (find_values(parts, i + 1, text.substr(end + next.size()), values)) {
        return true;
      }
      values.resize(found);
    }
  }
  return false;
}

std::optional<Values> values_in(const Pattern& pattern, std::string_view text) {
  const auto& first = pattern.parts.front().letters;
  const auto& last = pattern.parts.back().letters;
  if (text.size() < first.size() + last.size() || !text.starts_with(first) || !text.ends_with(last)) {
    return std::nullopt;
  }
  text.remove_prefix(first.size());
  text.remove_suffix(last.size());
  Values values;
  return find_values(pattern.parts, 0, text, values) ? std::optional(std::move(values)) : std::nullopt;
}

/// The catalogue's format strings, by their first letter; those that begin with a placeholder come last.
class Patterns {
 public:
  Patterns() {
    for (const auto& entry : chinese_catalogue()) {
      Pattern pattern{parts_of(stripped(entry.english)), stripped(entry.other), 0};
      const auto word = stripped(pattern.parts.back().letters);
      if (pattern.parts.size() == 2 && pattern.parts[0].letters.empty() && word.find(' ') == std::string_view::npos) {
        pattern.parts[0].number = true;  // "{} photos" is a count, not any text that ends so
      }
      for (const auto& part : pattern.parts) {
        pattern.weight +=
            static_cast<std::size_t>(std::ranges::count_if(part.letters, [](char c) { return c != ' '; }));
      }
      if (pattern.parts.size() > 1 && pattern.weight > 0) {
        auto& place = by_first_[first_of(pattern.parts.front().letters)];
        place.push_back(std::move(pattern));
      }
    }
  }

  /// The pattern that fits best, and the values of its placeholders.
  [[nodiscard]] std::optional<std::pair<const Pattern*, Values>> find(std::string_view text) const {
    std::optional<std::pair<const Pattern*, Values>> best;
    for (const auto place : {first_of(text), std::size_t{0}}) {
      for (const auto& pattern : by_first_[place]) {
        if (!best || best->first->weight < pattern.weight) {
          if (auto values = values_in(pattern, text)) {
            best.emplace(&pattern, std::move(*values));
          }
        }
      }
    }
    return best;
  }

 private:
  static std::size_t first_of(std::string_view text) {
    return text.empty() ? 0 : static_cast<unsigned char>(text.front());
  }

  std::array<std::vector<Pattern>, 256> by_first_;
};

const Patterns& patterns() {
  static const Patterns all;
  return all;
}

std::optional<std::string> told(std::string_view text, int depth);

/// A value within a text: one word is a name and stays. Padding is kept up.
std::string value_told(std::string_view value, int depth) {
  const auto inner = stripped(value);
  if (inner.find(' ') == std::string_view::npos) {
    return std::string(value);
  }
  const auto other = told(inner, depth + 1);
  if (!other) {
    return std::string(value);
  }
  const auto before = static_cast<std::size_t>(inner.data() - value.data());
  const auto out = std::string(before, ' ') + *other;
  return before > 0 && before + inner.size() == value.size() ? pad_left(*other, display_width(value))
         : before + inner.size() < value.size()              ? pad_right(out, display_width(value))
                                                             : out;
}

std::string filled(const Pattern& pattern, const Values& values, int depth) {
  std::string out;
  std::size_t next = 0;
  const auto parts = parts_of(pattern.other);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    append_closed(out, parts[i].letters);
    if (i + 1 == parts.size()) {
      break;
    }
    const auto& name = parts[i].name;
    std::size_t index = next++;
    if (!name.empty()) {
      const auto same = std::ranges::find(pattern.parts, name, &Part::name);
      index = same != pattern.parts.end() ? static_cast<std::size_t>(same - pattern.parts.begin())
                                          : static_cast<std::size_t>(name.front() - '0');
    }
    append_closed(out, index < values.size() ? value_told(values[index], depth) : "");
  }
  return out;
}

/// "One. Two." in sentences that each stand in the catalogue.
std::optional<std::string> sentences_told(std::string_view text, int depth) {
  for (auto end = text.find(". "); end != std::string_view::npos; end = text.find(". ", end + 1)) {
    const auto rest = stripped(text.substr(end + 2));
    if (rest.empty() || rest.front() < 'A' || rest.front() > 'Z') {
      continue;
    }
    const auto first = told(text.substr(0, end + 1), depth);
    const auto others = told(rest, depth);
    return first && others ? std::optional(*first + *others) : std::nullopt;
  }
  return std::nullopt;
}

/// "alexnet train photos": what is typed stays as it is.
bool is_command(std::string_view text) {
  constexpr std::string_view kProgram = "alexnet ";
  return text.size() > kProgram.size() && text.starts_with(kProgram) &&
         std::islower(static_cast<unsigned char>(text[kProgram.size()])) != 0;
}

/// A text without spaces around it, or nothing where the catalogue does not hold it.
std::optional<std::string> told(std::string_view text, int depth) {
  if (is_command(text)) {
    return std::nullopt;
  }
  const auto exact = translated(text, Language::kChinese);
  if (exact.data() != text.data()) {
    return std::string(exact);
  }
  if (depth > kDeepest) {
    return std::nullopt;
  }
  if (auto sentences = sentences_told(text, depth)) {
    return sentences;
  }
  const auto found = patterns().find(text);
  constexpr std::size_t kLeast = 3;  // letters that say that a line is meant: "{} h {} min" is part of one
  if (found && depth == 0 && found->first->weight < kLeast) {
    return std::nullopt;
  }
  return found ? std::optional(filled(*found->first, found->second, depth)) : std::nullopt;
}

struct Cell {
  std::size_t begin;
  std::size_t end;
};

/// What is parted by two spaces or more.
std::vector<Cell> cells_of(std::string_view line) {
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < line.size();) {
    const auto begin = line.find_first_not_of(' ', i);
    if (begin == std::string_view::npos) {
      break;
    }
    const auto end = std::min(line.find("  ", begin), line.size());
    cells.push_back({begin, end});
    i = end;
  }
  return cells;
}

/// Whether all cells are words of the catalogue: the heading of a table.
bool is_heading(std::string_view line, const std::vector<Cell>& cells) {
  return cells.size() > 1 && std::ranges::all_of(cells, [&](const Cell& cell) {
           const auto text = line.substr(cell.begin, cell.end - cell.begin);
           return translated(text, Language::kChinese).data() != text.data();
         });
}

/// Whether a cell stands at the left of its column: the line below it, or its own place, tells.
bool is_at_left(const Cell& cell, std::string_view below) {
  if (cell.begin == 0 || below.size() <= cell.begin) {
    return cell.begin == 0;
  }
  return !is_space(below[cell.begin]) && is_space(below[cell.begin - 1]);
}

/// A row of a table: cells of more than one word (in a heading each), every one in its place.
std::optional<std::string> row_told(std::string_view line, std::string_view below) {
  const auto cells = cells_of(line);
  const bool heading = is_heading(line, cells);
  std::string out;
  int width = 0;  // columns of the English line so far, which the other one follows
  bool changed = false;
  for (const auto& cell : cells) {
    const auto text = line.substr(cell.begin, cell.end - cell.begin);
    const auto other = heading || text.find(' ') != std::string_view::npos ? told(text, 0) : std::nullopt;
    const int begin = display_width(line.substr(0, cell.begin));
    const int place = other && heading && !is_at_left(cell, below)
                          ? std::max(begin + display_width(text) - display_width(*other), width + 1)
                          : begin;
    out += std::string(static_cast<std::size_t>(std::max(place - width, width > 0 ? 1 : 0)), ' ');
    out += other ? *other : std::string(text);
    width = display_width(out);
    changed = changed || other;
  }
  return changed ? std::optional(out) : std::nullopt;
}

std::optional<std::string> line_told(std::string_view line) {
  const auto inner = stripped(line);
  const auto other = inner.empty() ? std::nullopt : told(inner, 0);
  return other ? std::optional(std::string(line.substr(0, line.find_first_not_of(' '))) + *other) : std::nullopt;
}

/// A paragraph that was broken after `width` columns, joined, told and broken anew; says how many lines it took.
std::optional<std::string> paragraph_told(const std::vector<std::string_view>& lines, std::size_t at, int width,
                                          std::size_t& taken) {
  std::vector<std::string> joined = {std::string(lines[at])};
  for (std::size_t next = at + 1; next < lines.size() && next < at + kLines; ++next) {
    const auto inner = stripped(lines[next]);
    const auto word = inner.substr(0, inner.find(' '));
    if (inner.empty() || display_width(lines[next - 1]) + 1 + display_width(word) <= width) {
      break;  // the line before was not full: the paragraph's last
    }
    joined.push_back(joined.back() + ' ' + std::string(inner));
  }
  for (taken = joined.size(); taken > 1; --taken) {
    if (const auto other = line_told(joined[taken - 1])) {
      const auto indent = static_cast<int>(lines[at + 1].find_first_not_of(' '));
      return std::string(lines[at].find_first_not_of(' '), ' ') + wrapped(stripped(*other), width, indent);
    }
  }
  return std::nullopt;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  lines.push_back(text);
  return lines;
}

}  // namespace

std::string retold(std::string_view text, Language language, int width) {
  if (language == Language::kEnglish) {
    return std::string(text);
  }
  const auto lines = lines_of(text);
  std::string out;
  for (std::size_t i = 0; i < lines.size();) {
    std::size_t taken = 1;
    auto other = width > 0 ? paragraph_told(lines, i, width, taken) : std::nullopt;
    if (!other) {
      other = line_told(lines[i]);
    }
    if (!other) {
      other = row_told(lines[i], i + 1 < lines.size() ? lines[i + 1] : std::string_view());
    }
    out += (i > 0 ? "\n" : "") + (other ? *other : std::string(lines[i]));
    i += taken;
  }
  return out;
}

}  // namespace alexnet
