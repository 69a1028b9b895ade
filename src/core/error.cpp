#include "alexnet/core/error.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>

#include "core/text.h"
#include "core/translation.h"

namespace alexnet {
namespace {

/// The arguments with those that are words, not names, in `language`.
MessageArguments told(const MessageArguments& arguments, Language language) {
  constexpr std::array kWords = {"expected", "got", "reason", "hint", "kind", "count", "cure", "anew", "first"};
  auto all = arguments;
  for (auto& [name, text] : all) {
    const bool words = std::ranges::find(kWords, name) != kWords.end() || text.find(' ') != std::string::npos;
    text = words ? retold(text, language) : text;
  }
  return all;
}

/// Puts the arguments in place of `{name}`; what has no argument becomes empty.
std::string filled(std::string_view text, const MessageArguments& arguments) {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find('{');
    const auto close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) {
      append_closed(out, text);
      return out;
    }
    append_closed(out, text.substr(0, open));
    const auto name = text.substr(open + 1, close - open - 1);
    const auto found = std::ranges::find(arguments, name, [](const auto& a) { return std::string_view(a.first); });
    if (found != arguments.end()) {
      append_closed(out, found->second);
    }
    text.remove_prefix(close + 1);
  }
  return out;
}

std::string argument(const MessageArguments& arguments, std::string_view name) {
  const auto found = std::ranges::find(arguments, name, [](const auto& a) { return std::string_view(a.first); });
  return found == arguments.end() ? std::string() : found->second;
}

}  // namespace

Error::Error(Message message, MessageArguments arguments) : message_(message), arguments_(std::move(arguments)) {
  const auto text = describe(*this);
  text_ = text.what + (text.expected.empty() ? "" : "; " + text.expected);
}

ErrorKind Error::kind() const noexcept { return message_template(message_, Language::kEnglish).kind; }

ErrorText describe(const Error& error, Language language) {
  const auto& entry = message_template(error.message(), language);
  const auto arguments = told(error.arguments(), language);
  ErrorText text{std::string(entry.code), filled(entry.what, arguments), argument(error.arguments(), "where"), "", ""};
  // The line "expected ..., got ..." is left out when the thrower had nothing to say in it.
  if (!argument(arguments, "expected").empty() || entry.expected.find("{expected}") == std::string_view::npos) {
    text.expected = filled(entry.expected, arguments);
  }
  // "did you mean" needs a near name.
  if (!argument(arguments, "nearest").empty() || entry.hint.find("{nearest}") == std::string_view::npos) {
    text.hint = filled(entry.hint, arguments);
  }
  if (const auto hint = argument(arguments, "hint"); !hint.empty()) {
    text.hint = hint;
  }
  return text;
}

std::string format_message(Message message, const MessageArguments& arguments, Language language) {
  return filled(message_template(message, language).what, told(arguments, language));
}

std::string nearest_name(std::string_view wanted, const std::vector<std::string>& names) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, wanted.size() / 3) + 1;
  for (const auto& name : names) {
    // Levenshtein distance, one row at a time.
    std::vector<std::size_t> row(name.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i + 1;
      for (std::size_t j = 0; j < name.size(); ++j) {
        const std::size_t change = diagonal + (lower(wanted[i]) != lower(name[j]) ? 1 : 0);
        diagonal = row[j + 1];
        row[j + 1] = std::min({change, row[j] + 1, row[j + 1] + 1});
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = name;
    }
  }
  return best;
}

}  // namespace alexnet
