// What a TrainingSession is asked from outside.
#include <optional>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/train/control.h"

#include "train/training_session.h"

namespace alexnet {
namespace {

constexpr double kSecondsBetweenLooks = 0.5;

TrainAlarm refused(int epoch, const std::string& reason) {
  return {epoch, Message::kWarnControl, {{"where", "control.json"}, {"reason", reason}}};
}

}  // namespace

void TrainingSession::obey() {
  const double now = now_seconds();
  if (!team_.leads() || now - looked_ < kSecondsBetweenLooks) {
    return;
  }
  looked_ = now;
  std::optional<Control> control;
  try {
    control = take_control(setup_.run);
  } catch (const Error& error) {  // a slip of the pen must not end a training
    tell(refused(state_.epoch, describe(error).expected));
  }
  if (!control) {
    return;
  }
  switch (control->action) {
    case ControlAction::kCheckpoint:
      asked_to_save_ = true;
      break;
    case ControlAction::kStop:
      asked_to_stop_ = true;
      break;
    case ControlAction::kStopAfterEpoch:
      asked_to_stop_after_epoch_ = true;
      break;
    case ControlAction::kEpochs:
      train_until(control->epochs);
      break;
  }
}

/// The recipe on the disk follows, and a checkpoint: what was trained with the old number stays so after a kill.
void TrainingSession::train_until(int epochs) {
  if (epochs < state_.epoch) {
    tell(
        refused(state_.epoch, fmt::format("epoch {} is trained already, and {} were asked for", state_.epoch, epochs)));
    return;
  }
  setup_.recipe.epochs = epochs;
  setup_.document.epochs = epochs;
  const auto path = setup_.run.file(kRecipeFile);
  ResolvedRecipe resolved = read_recipe(path);
  resolved.recipe.epochs = epochs;
  resolved.origins["epochs"] = "control.json";
  write_file_atomically(path, to_toml(resolved));
  asked_to_save_ = true;
}

}  // namespace alexnet
