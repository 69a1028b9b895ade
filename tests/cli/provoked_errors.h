#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "alexnet/core/error.h"

#include "cli/trained_fixture.h"

namespace alexnet::testing {

/// The table of docs/errors.md, provoked: the test of an entry is called as its code ("device-missing": DeviceMissing),
/// and ErrorTable.EachEntryHasATestThatProvokesIt looks for them. Each has a folder of its own with photos/ (three
/// classes of 8).
class ProvokedError : public TrainedTest {
 protected:
  ProvokedError() { make_photos(own_ / "photos", 8); }

  [[nodiscard]] Setting here() const { return own_.setting(); }
  /// The model that the fixture trained.
  [[nodiscard]] static std::string model() { return (place() / "run/model.safetensors").string(); }
  /// Runs words, and expects that error: its status, its code and its lines.
  void expect_error(Message message, const std::vector<std::string>& words, std::optional<Setting> setting = {}) const;
  /// Runs words, and expects that it says a warning or note, whatever becomes of it.
  void expect_said(Message message, const std::vector<std::string>& words, std::optional<Setting> setting = {}) const;
  /// A training of one epoch on photos/.
  [[nodiscard]] static std::vector<std::string> training(const std::vector<std::string>& more = {});

  Workplace own_;
};

/// Expects that `text` holds the message's words, with something in the place of each argument.
void expect_words(Message message, const std::string& text);
/// Expects that a call of the library ends with that error: for what no command can do wrong.
void expect_thrown(Message message, const std::function<void()>& call);
/// "device-missing" -> "DeviceMissing".
[[nodiscard]] std::string test_name(std::string_view code);

}  // namespace alexnet::testing
