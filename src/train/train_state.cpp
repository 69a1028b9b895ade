#include "train/train_state.h"

#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"

#include "train/epoch_row_json.h"

namespace alexnet {

using nlohmann::ordered_json;

void TrainState::next_epoch() {
  TrainState next;
  next.epoch = epoch + 1;
  next.seconds = seconds;
  next.best = best;
  next.plateau = plateau;
  *this = next;
}

bool is_better(const EpochRow& row, const std::optional<EpochRow>& best) {
  if (row.epoch == 0 || !best) {
    return row.epoch != 0;
  }
  return row.val_top1 > best->val_top1 || (row.val_top1 == best->val_top1 && row.val_loss < best->val_loss);
}

std::string to_json(const TrainState& state) {
  ordered_json json = {
      {"epoch", state.epoch},
      {"position", state.position},
      {"loss_sum", state.loss_sum},
      {"photos", state.photos},
      {"right", state.right},
      {"train_seconds", state.train_seconds},
      {"wait_seconds", state.wait_seconds},
      {"gradient_norms", state.gradient_norms},
      {"seconds", state.seconds},
      {"best", nullptr},
      {"plateau", {{"factor", state.plateau.factor}, {"best", state.plateau.best}, {"waited", state.plateau.waited}}}};
  if (state.best) {
    json["best"] = to_value(*state.best);
  }
  return json.dump();
}

TrainState train_state_from_json(std::string_view json, const std::string& where) {
  try {
    const auto value = ordered_json::parse(json);
    TrainState state;
    state.epoch = value.at("epoch");
    state.position = value.at("position");
    state.loss_sum = value.at("loss_sum");
    state.photos = value.at("photos");
    state.right = value.at("right");
    state.train_seconds = value.at("train_seconds");
    state.wait_seconds = value.at("wait_seconds");
    state.gradient_norms = value.value("gradient_norms", std::vector<double>());  // not in the first checkpoints
    state.seconds = value.at("seconds");
    const auto& plateau = value.at("plateau");
    state.plateau = {plateau.at("factor"), plateau.at("best"), plateau.at("waited")};
    if (!value.at("best").is_null()) {
      state.best = epoch_row_from(value.at("best"));
    }
    if (state.epoch < 0 || state.position < 0 || state.photos < 0) {
      throw Error(Message::kModelInvalid, {{"where", where}, {"reason", "its place in the training is negative"}});
    }
    return state;
  } catch (const ordered_json::exception& error) {
    throw Error(Message::kModelInvalid, {{"where", where}, {"reason", error.what()}});
  }
}

}  // namespace alexnet
