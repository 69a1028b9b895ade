#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "alexnet/formats/run_folder.h"

namespace alexnet {

/// What may be asked of a training from outside, while it runs.
enum class ControlAction {
  kCheckpoint,      ///< save now and go on
  kStop,            ///< finish the step, save and end
  kStopAfterEpoch,  ///< finish the epoch and its evaluation, save and end
  kEpochs,          ///< train for another number of epochs than was asked for
};
[[nodiscard]] std::string_view name_of(ControlAction action);  ///< "checkpoint", "stop", "stop_after_epoch", "epochs"

struct Control {
  ControlAction action = ControlAction::kCheckpoint;
  int epochs = 0;  ///< of kEpochs
};

/// control.json in the run's folder, document `alexnet.control`, version 1: its training looks for the file after each
/// step and removes it when it has done what it says. A file that no training takes stays until the next one begins,
/// which removes it unread. Throws kFileFormat naming `where`.
[[nodiscard]] Control control_from_json(const std::string& text, const std::string& where);
void write_control(const RunFolder& run, const Control& control);
/// What the file asks for; nothing where there is none. The file is removed. Throws kFileFormat naming it.
[[nodiscard]] std::optional<Control> take_control(const RunFolder& run);
void discard_control(const RunFolder& run);

}  // namespace alexnet
