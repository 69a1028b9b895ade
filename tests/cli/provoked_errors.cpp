#include "cli/provoked_errors.h"

#include <cctype>

namespace alexnet::testing {

void expect_words(Message message, const std::string& text) {
  std::string_view words = message_template(message, Language::kEnglish).what;
  std::size_t at = 0;
  while (!words.empty()) {
    const auto part = words.substr(0, words.find('{'));
    const auto found = text.find(part, at);
    ASSERT_NE(found, std::string::npos) << "\"" << part << "\" is missing in: " << text;
    at = found + part.size();
    words.remove_prefix(part.size());
    words.remove_prefix(words.empty() ? 0 : words.find('}') + 1);
  }
}

void ProvokedError::expect_error(Message message, const std::vector<std::string>& words,
                                 std::optional<Setting> setting) const {
  const auto& entry = message_template(message, Language::kEnglish);
  const auto outcome = alexnet(words + std::vector<std::string>{"--verbose"}, setting ? *setting : here());
  EXPECT_EQ(outcome.status, static_cast<int>(entry.kind)) << outcome.err;
  EXPECT_NE(("\n" + outcome.err).find("\nerror: "), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("\ncode: " + std::string(entry.code) + "\n"), std::string::npos) << outcome.err;
  expect_words(message, outcome.err);
  // What it was that failed is always named: no line ends with the colon.
  EXPECT_EQ(outcome.err.find(": \n"), std::string::npos) << outcome.err;
}

void ProvokedError::expect_said(Message message, const std::vector<std::string>& words,
                                std::optional<Setting> setting) const {
  expect_words(message, alexnet(words, setting ? *setting : here()).err);
}

std::vector<std::string> ProvokedError::training(const std::vector<std::string>& more) {
  return small_training("new", 1) + more;
}

void expect_thrown(Message message, const std::function<void()>& call) {
  try {
    call();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), message) << error.what();
    expect_words(message, error.what());
  }
}

std::string test_name(std::string_view code) {
  std::string name;
  bool first = true;
  for (const char c : code) {
    if (c != '-') {
      name += first ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    }
    first = c == '-';
  }
  return name;
}

}  // namespace alexnet::testing
