#include "data/answer_head.h"

#include <algorithm>
#include <charconv>

namespace alexnet {
namespace {

/// The number that begins at `from`; -1 where none does.
std::int64_t number_at(std::string_view text, std::size_t from) {
  std::int64_t number = -1;
  if (from < text.size()) {
    std::from_chars(text.data() + from, text.data() + text.size(), number);
  }
  return number;
}

}  // namespace

void AnswerHead::read(std::string_view line) {
  if (line.starts_with("HTTP/")) {
    *this = {};
    return;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) {
    return;
  }
  std::string name(line.substr(0, colon));
  std::ranges::transform(name, name.begin(),
                         [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  auto value = line.substr(colon + 1);
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  value = value.substr(0, value.find_first_of("\r\n"));
  if ((name == "etag" && !value.starts_with("W/")) || (name == "last-modified" && tag.empty())) {
    tag = value;
  } else if (name == "content-range") {  // "bytes 100-999/1000", or "bytes */1000"
    range_start = number_at(value, std::string_view("bytes ").size());
    whole_size = number_at(value, value.find('/') + 1);
  }
}

}  // namespace alexnet
