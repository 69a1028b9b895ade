#include "cli/source_texts.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>

#include "support/source_tree.h"

namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;

struct Token {
  bool literal = false;
  std::string text;
};

std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size();
    const char c = escape ? text[++i] : text[i];
    out += escape && c == 'n' ? '\n' : c;
  }
  return out;
}

/// Where the literal, comment or word that begins at `at` ends.
std::size_t end_of_token(const std::string& s, std::size_t at) {
  const auto find = [&](const std::string& end, std::size_t from) {
    const auto found = s.find(end, from);
    return found == std::string::npos ? s.size() : found + end.size();
  };
  if (s.compare(at, 2, "//") == 0) {
    return find("\n", at);
  }
  if (s.compare(at, 2, "/*") == 0) {
    return find("*/", at);
  }
  if (s.compare(at, 2, "R\"") == 0) {
    const auto open = s.find('(', at);
    return find(")" + s.substr(at + 2, open - at - 2) + "\"", open);
  }
  if (s[at] == '"' || (s[at] == '\'' && (at == 0 || std::isdigit(static_cast<unsigned char>(s[at - 1])) == 0))) {
    auto end = at + 1;
    while (end < s.size() && s[end] != s[at]) {
      end += s[end] == '\\' ? 2 : 1;
    }
    return end + 1;
  }
  const auto is_word = [&](std::size_t i) {
    return std::isalnum(static_cast<unsigned char>(s[i])) != 0 || s[i] == '_';
  };
  auto end = at;
  while (end < s.size() && is_word(end)) {
    ++end;
  }
  const bool two = s.compare(at, 2, "<<") == 0 || s.compare(at, 2, "+=") == 0 || s.compare(at, 2, "::") == 0;
  return end > at ? end : at + (two ? 2 : 1);
}

std::vector<Token> tokens_of(const std::string& s) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < s.size();) {
    const auto end = std::min(end_of_token(s, at), s.size());
    const auto text = s.substr(at, end - at);
    at = end;
    if (std::isspace(static_cast<unsigned char>(text[0])) != 0 || text.starts_with("//") || text.starts_with("/*")) {
      continue;
    }
    const bool literal = text[0] == '"';
    const auto inside = literal ? unescaped(text.substr(1, text.size() - 2)) : text;
    if (literal && !tokens.empty() && tokens.back().literal) {
      tokens.back().text += inside;
    } else {
      tokens.push_back({literal, inside});
    }
  }
  return tokens;
}

bool is(const Token& token, std::string_view text) { return !token.literal && token.text == text; }

/// Skips what is joined to a text by +; literals within it are texts of their own.
std::size_t skip_operand(const std::vector<Token>& tokens, std::size_t at, std::vector<std::string>& texts) {
  static const std::set<std::string> ends = {",", ";", ")", "}", "]", ":", "?", "<<", "+"};
  for (int depth = 0; at < tokens.size(); ++at) {
    const auto& [literal, text] = tokens[at];
    if (literal) {
      texts.push_back(text);
      continue;
    }
    if (depth == 0 && ends.contains(text)) {
      break;
    }
    depth += text == "(" || text == "[" || text == "{" ? 1 : text == ")" || text == "]" || text == "}" ? -1 : 0;
  }
  return at;
}

}  // namespace

std::vector<std::string> texts_of(const std::string& source) {
  const auto tokens = tokens_of(source);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < tokens.size();) {
    if (!tokens[i].literal) {
      ++i;
      continue;
    }
    std::string text = (i > 0 && is(tokens[i - 1], "+") ? "{}" : "") + tokens[i].text;
    auto next = i + 1;
    const bool converted = i > 1 && is(tokens[i - 1], "(") && is(tokens[i - 2], "string");
    if (converted && next < tokens.size() && is(tokens[next], ")")) {  // std::string("text ") + name
      ++next;
    }
    while (next + 1 < tokens.size() && is(tokens[next], "+")) {
      ++next;
      if (tokens[next].literal) {
        text += tokens[next++].text;
      } else {
        next = skip_operand(tokens, next, texts);
        text += "{}";
      }
    }
    texts.push_back(text);
    i = next;
  }
  std::vector<std::string> lines;
  for (const auto& text : texts) {
    for (std::size_t begin = 0; begin <= text.size();) {
      const auto end = std::min(text.find('\n', begin), text.size());
      const auto line = text.substr(begin, end - begin);
      const auto first = line.find_first_not_of(' ');
      if (first != std::string::npos) {
        lines.push_back(line.substr(first, line.find_last_not_of(' ') - first + 1));
      }
      begin = end + 1;
    }
  }
  return lines;
}

std::vector<std::string> texts_said(const std::string& source) {
  const auto tokens = tokens_of(source);
  std::vector<std::string> texts;
  for (std::size_t i = 2; i < tokens.size(); ++i) {
    if (tokens[i].literal && is(tokens[i - 1], "(") && (is(tokens[i - 2], "say") || is(tokens[i - 2], "say_"))) {
      texts.push_back(tokens[i].text);
    }
  }
  return texts;
}

std::vector<fs::path> sources(const std::string& below) {
  std::vector<fs::path> files;
  const auto root = testing_support::source_tree() / "src";
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const auto extension = entry.path().extension();
    const bool source = extension == ".cpp" || extension == ".h";
    if (source && fs::relative(entry.path(), root).string().starts_with(below)) {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

bool is_sentence(const std::string& text) {
  static const std::regex words("[A-Za-z]{2,}[,:;]? [a-z(]+");
  static const std::regex other("^(\\{\\})?(alexnet |cat |sudo |\\.|<|\\{\")");
  return std::regex_search(text, words) && !std::regex_search(text, other);
}

std::string english_left_in(const std::string& text) {
  // Commands with their words, and what stands in backquotes, are no sentences.
  static const std::regex commands(
      "(alexnet|cat|git|convert|source|sudo|man|djxl|heif-convert|rsvg-convert) [^\\n\\x80-\\xff]*|`[^`]*`");
  static const std::regex words("(^|[^A-Za-z0-9_./<>=|\\[-])([A-Z]?[a-z]+ ){2,}[a-z]+($|[^A-Za-z0-9_/=|-])");
  const auto rest = std::regex_replace(text, commands, "");
  std::smatch found;
  return std::regex_search(rest, found, words) ? found.str() : "";
}

std::string entry_to_add(const std::string& text) {
  std::string quoted;
  for (const char c : text) {
    quoted += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  }
  return "add to src/core/zh.po:\n\nmsgid \"" + quoted +
         "\"\nmsgstr \"(the Chinese text, with the same placeholders)\"\n";
}

}  // namespace alexnet::testing
