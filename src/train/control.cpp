#include "alexnet/train/control.h"

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

constexpr std::array<std::string_view, 4> kActions = {"checkpoint", "stop", "stop_after_epoch", "epochs"};

}  // namespace

std::string_view name_of(ControlAction action) { return kActions[static_cast<std::size_t>(action)]; }

std::optional<ControlAction> control_action(std::string_view name) {
  for (std::size_t i = 0; i < kActions.size(); ++i) {
    if (kActions[i] == name) {
      return static_cast<ControlAction>(i);
    }
  }
  return std::nullopt;
}

void write_control(const RunFolder& run, const Control& control) {
  nlohmann::ordered_json document = {{"schema", kSchema}, {"version", kVersion}, {"action", name_of(control.action)}};
  if (control.action == ControlAction::kEpochs) {
    document["epochs"] = control.epochs;
  }
  write_file_atomically(run.file(kControlFile), document.dump(2) + "\n");
}

std::optional<Control> take_control(const RunFolder& run) {
  const auto path = run.file(kControlFile);
  std::error_code unused;
  if (!std::filesystem::exists(path, unused)) {
    return std::nullopt;
  }
  const std::string text = read_text(path);
  discard_control(run);
  const auto document = nlohmann::json::parse(text, nullptr, false);
  const auto wrong = [&](const std::string& expected) {
    return Error(Message::kFileFormat, {{"where", path.string()}, {"expected", expected}, {"got", text.substr(0, 80)}});
  };
  if (!document.is_object() || document.value("schema", nlohmann::json()) != kSchema ||
      document.value("version", nlohmann::json()) != kVersion) {
    throw wrong("a document alexnet.control, version 1");
  }
  const auto name = document.value("action", nlohmann::json());
  const auto action = name.is_string() ? control_action(name.get<std::string>()) : std::nullopt;
  if (!action) {
    throw wrong("an action: checkpoint, stop, stop_after_epoch or epochs");
  }
  Control control{*action};
  if (*action == ControlAction::kEpochs) {
    const auto epochs = document.value("epochs", nlohmann::json());
    if (!epochs.is_number_integer() || epochs < 1 || epochs > kMostEpochs) {
      throw wrong("epochs, a whole number from 1 to 1000000");
    }
    control.epochs = epochs.get<int>();
  }
  return control;
}

void discard_control(const RunFolder& run) {
  std::error_code unused;
  std::filesystem::remove(run.file(kControlFile), unused);
}

}  // namespace alexnet
