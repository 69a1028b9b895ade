#include "alexnet/train/control.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"

namespace alexnet {
namespace {

constexpr const char* kControlFile = "control.json";
constexpr const char* kSchema = "alexnet.control";
constexpr int kVersion = 1;
constexpr int kMostEpochs = 1'000'000;
constexpr std::size_t kMostQuoted = 80;

constexpr std::array<std::string_view, 4> kActions = {"checkpoint", "stop", "stop_after_epoch", "epochs"};

}  // namespace

std::string_view name_of(ControlAction action) { return kActions[static_cast<std::size_t>(action)]; }

void write_control(const RunFolder& run, const Control& control) {
  nlohmann::ordered_json document = {{"schema", kSchema}, {"version", kVersion}, {"action", name_of(control.action)}};
  if (control.action == ControlAction::kEpochs) {
    document["epochs"] = control.epochs;
  }
  write_file_atomically(run.file(kControlFile), document.dump(2) + "\n");
}

Control control_from_json(const std::string& text, const std::string& where) {
  const auto document = nlohmann::json::parse(text, nullptr, false);
  const auto wrong = [&](const std::string& expected) {
    return Error(Message::kFileFormat,
                 {{"where", where}, {"expected", expected}, {"got", text.substr(0, kMostQuoted)}});
  };
  if (!document.is_object() || document.value("schema", nlohmann::json()) != kSchema ||
      document.value("version", nlohmann::json()) != kVersion) {
    throw wrong("a document alexnet.control, version 1");
  }
  const auto name = document.value("action", nlohmann::json());
  const auto found = name.is_string() ? std::ranges::find(kActions, name.get<std::string>()) : kActions.end();
  if (found == kActions.end()) {
    throw wrong("an action: checkpoint, stop, stop_after_epoch or epochs");
  }
  Control control{static_cast<ControlAction>(found - kActions.begin())};
  if (control.action == ControlAction::kEpochs) {
    const auto epochs = document.value("epochs", nlohmann::json());
    if (!epochs.is_number_integer() || epochs < 1 || epochs > kMostEpochs) {
      throw wrong("epochs, a whole number from 1 to 1000000");
    }
    control.epochs = epochs.get<int>();
  }
  return control;
}

std::optional<Control> take_control(const RunFolder& run) {
  const auto path = run.file(kControlFile);
  std::error_code unused;
  if (!std::filesystem::exists(path, unused)) {
    return std::nullopt;
  }
  const std::string text = read_text(path);
  discard_control(run);
  return control_from_json(text, path.string());
}

void discard_control(const RunFolder& run) {
  std::error_code unused;
  std::filesystem::remove(run.file(kControlFile), unused);
}

}  // namespace alexnet
