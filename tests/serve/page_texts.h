#pragma once

#include <regex>
#include <set>
#include <string>
#include <vector>

namespace alexnet::testing_support {

/// "key {placeholder} {placeholder}" of each text of a language, in the order of the file.
inline std::vector<std::string> keys_of(const std::string& texts) {
  std::vector<std::string> keys;
  const std::regex entry(R"((\w+): (?:'([^']*)'|\{))");
  for (std::sregex_iterator found(texts.begin(), texts.end(), entry), end; found != end; ++found) {
    std::string key = (*found)[1];
    const std::string text = (*found)[2];
    std::multiset<std::string> placeholders;
    const std::regex placeholder(R"(\{\w+\})");
    for (std::sregex_iterator inner(text.begin(), text.end(), placeholder); inner != end; ++inner) {
      placeholders.insert(inner->str());
    }
    for (const auto& each : placeholders) {
      key += " " + each;
    }
    keys.push_back(key);
  }
  return keys;
}

}  // namespace alexnet::testing_support
