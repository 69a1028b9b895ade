// What a TrainingSession writes: models, checkpoints, run.json and predictions.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"
#include "alexnet/core/version.h"
#include "alexnet/formats/tower_files.h"
#include "alexnet/infer/predictions.h"

#include "train/training_session.h"

namespace alexnet {
namespace {

bool is_finite(const Tensor& tensor) {
  const auto finite = [](auto value) { return std::isfinite(value); };
  if (tensor.type() == ElementType::kF64) {
    const auto values = tensor.as<double>();
    return std::all_of(values.begin(), values.end(), finite);
  }
  const auto values = tensor.as<float>();
  return std::all_of(values.begin(), values.end(), finite);
}

/// Names of the parameters that hold NaN or infinity, in the network's order.
std::vector<std::string> not_finite(const Network& network, const Weights& weights) {
  std::vector<std::string> names;
  for (const ParameterSpec& parameter : network.parameters()) {
    if (!is_finite(weights.at(parameter.name))) {
      names.push_back(parameter.name);
    }
  }
  return names;
}

constexpr std::size_t kMostWrong = 50;

/// The weights of the first convolution alone.
Weights first_filters(const Network& network, const Weights& weights) {
  for (const Layer& layer : network.layers()) {
    if (const auto* convolution = std::get_if<Conv2D>(&layer)) {
      const std::string name = convolution->name + ".weight";
      return {{name, weights.at(name)}};
    }
  }
  return {};
}

}  // namespace

void TrainingSession::fail_not_finite(const std::vector<std::string>& parameters) const {
  // The update after a loss that is no number spreads it over all parameters: then none of them was the first.
  const bool spread = parameters.empty() || parameters.size() >= setup_.network.trainable().size();
  throw Error(Message::kLossNotFinite, {{"where", fmt::format("step {}, epoch {}", parameters_->step(), state_.epoch)},
                                        {"layer", spread ? "loss" : parameters.front()}});
}

Weights TrainingSession::finite_weights() const {
  Weights weights = parameters_->read();
  const auto bad = not_finite(setup_.network, weights);
  if (!bad.empty()) {
    fail_not_finite(bad);
  }
  return weights;
}

Weights TrainingSession::weights_to_use() const {
  Weights weights = finite_weights();
  if (setup_.recipe.average > 0) {
    for (auto& [name, tensor] : parameters_->read_slot(kAverageSlot)) {
      weights.insert_or_assign(name, std::move(tensor));
    }
  }
  return weights;
}

void TrainingSession::use(const Weights& weights) {
  parameters_->write(weights);
  if (setup_.recipe.average > 0) {
    Weights average;
    for (const ParameterSpec& parameter : setup_.network.trainable()) {
      average.emplace(parameter.name, weights.at(parameter.name));
    }
    parameters_->write_slot(kAverageSlot, average);
  }
}

void TrainingSession::check_loss(double loss) const {
  if (!std::isfinite(loss)) {
    fail_not_finite(not_finite(setup_.network, parameters_->read()));
  }
}

std::map<std::string, std::string> TrainingSession::facts(const EpochRow* row) const {
  const RunDocument& document = setup_.document;
  nlohmann::ordered_json training = {
      {"program_version", version()}, {"data", document.data_name}, {"fingerprint", document.fingerprint},
      {"recipe", document.recipe},    {"seed", document.seed},      {"step", parameters_->step()}};
  if (row != nullptr) {
    training["epoch"] = row->epoch;
    training["val_loss"] = row->val_loss;
    training["val_top1"] = row->val_top1;
    training["val_top5"] = row->val_top5;
  }
  return {{"training", training.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)}};
}

void TrainingSession::merge_statistics() {
  if (team_.is_alone()) {
    return;
  }
  Weights statistics;
  for (const ParameterSpec& parameter : setup_.network.parameters()) {
    if (parameter.role == ParameterRole::kStatistic) {
      statistics.emplace(parameter.name, Tensor());
    }
  }
  if (statistics.empty()) {
    return;
  }
  Weights weights = parameters_->read();
  for (auto& [name, tensor] : statistics) {
    tensor = std::move(weights.at(name));
  }
  team_.average(statistics);
  parameters_->write(statistics);
}

void TrainingSession::renew_whole_weights() {
  if (!setup_.parallel.hybrid) {
    return;
  }
  parameters_->write(parameters_->read());
  if (setup_.recipe.average > 0) {
    parameters_->write_slot(kAverageSlot, parameters_->read_slot(kAverageSlot));
  }
}

void TrainingSession::save_insight(int epoch, const Weights& weights, const Evaluation& evaluation) {
  setup_.run.append(layer_norms_.rows(epoch, weights, state_.gradient_norms));
  setup_.run.write_wrong(wrong_rows(evaluation, setup_.dataset, std::string(name_of(Part::kVal)), kMostWrong));
}

void TrainingSession::save_best(const EpochRow& row) {
  if (!reads_weights()) {
    return;
  }
  Weights weights = weights_to_use();
  if (!team_.leads()) {
    return;
  }
  const auto path = setup_.run.best_model();
  write_model(path, {setup_.network, std::move(weights), geometry_, setup_.dataset.classes(), facts(&row)});
  tell(ModelSaved{path, true});
}

void TrainingSession::save_checkpoint() {
  asked_to_save_ = false;
  merge_statistics();
  if (!reads_weights()) {
    return;
  }
  Checkpoint checkpoint{{setup_.network, finite_weights(), geometry_, setup_.dataset.classes(), facts(nullptr)},
                        {},
                        parameters_->step(),
                        to_json(state_)};
  if (checkpoint.step > 0) {  // before the first update every slot is 0, and the average the weights
    for (const std::string& slot : parameters_->slots()) {
      checkpoint.slots.emplace(slot, parameters_->read_slot(slot));
    }
  }
  if (!team_.leads()) {
    return;
  }
  first_filters_ = first_filters(setup_.network, checkpoint.model.weights);
  const auto path = write_last_checkpoint(setup_.run, checkpoint, setup_.towers);
  save_document(RunState::kRunning);
  last_save_ = now_seconds();
  tell(ModelSaved{path, false});
}

void TrainingSession::save_document(RunState state) {
  if (!team_.leads()) {
    return;
  }
  RunDocument& document = setup_.document;
  document.state = state;
  document.step = parameters_->step();
  document.seconds = state_.seconds;
  document.best = state_.best;
  write_run_document(setup_.run, document);
}

TrainOutcome TrainingSession::stopped() {
  save_document(RunState::kStopped);
  const int batch = photos_per_step(setup_.recipe);
  tell(TrainStopped{setup_.run.path(), state_.epoch, (state_.position + batch - 1) / batch});
  return {RunState::kStopped, setup_.document, std::nullopt};
}

void TrainingSession::save_calibration(const Calibration& calibration) {
  Model model = read_model(setup_.run.best_model());
  model.facts[kCalibrationFact] = to_json(calibration);
  write_model(setup_.run.best_model(), model);
}

TrainOutcome TrainingSession::finish() {
  use(team_.of_leader(setup_.network, team_.leads() ? read_model(setup_.run.best_model()).weights : Weights{}));
  std::optional<Calibration> calibration;
  std::optional<CalibrationReport> report;
  std::vector<PredictionRow> predictions;
  std::optional<Evaluation> result;
  Part part = Part::kVal;
  for (const Part each : {Part::kVal, Part::kTest}) {
    if (setup_.split.items(each).empty()) {
      continue;
    }
    const std::optional<PhotoScores> scores = score_part(each);
    if (!scores) {
      return stopped();
    }
    if (!team_.leads()) {
      continue;
    }
    result = evaluate(*scores, setup_.dataset.classes());
    part = each;
    if (part == Part::kVal) {
      calibration = calibrate(*scores, std::string(name_of(part)));
    } else if (calibration) {
      report = calibration_report(*scores, calibration);
    }
    const auto rows = prediction_rows(*scores, setup_.dataset, std::string(name_of(each)), calibration);
    predictions.insert(predictions.end(), rows.begin(), rows.end());
  }
  if (!team_.leads()) {
    return {RunState::kDone, setup_.document, std::nullopt};
  }
  setup_.run.write_predictions(predictions);
  if (calibration) {
    save_calibration(*calibration);
  }
  setup_.document.result = FinalResult{
      std::string(name_of(part)), result->count, result->top1, result->top5, result->loss, result->top1_interval};
  save_document(RunState::kDone);
  tell(TrainFinished{setup_.run.path(), state_.best.value(), std::string(name_of(part)), *result, state_.seconds});
  return {RunState::kDone, setup_.document, result, calibration, report};
}

}  // namespace alexnet
