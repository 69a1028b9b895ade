#include "alexnet/train/run_document.h"

#include <array>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"

#include "train/epoch_row_json.h"

namespace alexnet {
namespace {

using nlohmann::ordered_json;

constexpr const char* kSchema = "alexnet.run";
constexpr int kVersion = 1;
constexpr std::array kStates = {RunState::kRunning, RunState::kStopped, RunState::kDone, RunState::kFailed};

RunState state_by_name(const std::string& name) {
  for (const RunState state : kStates) {
    if (name_of(state) == name) {
      return state;
    }
  }
  throw Error(Message::kFileFormat,
              {{"where", "state"}, {"expected", "running, stopped, done or failed"}, {"got", name}});
}

ordered_json to_value(const FinalResult& result) {
  return {{"part", result.part}, {"count", result.count},
          {"top1", result.top1}, {"top1_interval", {result.top1_interval.low, result.top1_interval.high}},
          {"top5", result.top5}, {"loss", result.loss}};
}

FinalResult final_result_from(const ordered_json& value) {
  const auto& interval = value.at("top1_interval");
  return {value.at("part"), value.at("count"), value.at("top1"),
          value.at("top5"), value.at("loss"),  {interval.at(0), interval.at(1)}};
}

double number_or_nan(const ordered_json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

RunDocument document_from(const ordered_json& json) {
  RunDocument document;
  document.command_line = json.at("command_line").get<std::vector<std::string>>();
  document.resumed = json.at("resumed").get<std::vector<std::vector<std::string>>>();
  document.program_version = json.at("program_version");
  document.processor = json.at("machine").at("processor");
  document.threads = json.at("machine").at("threads");
  document.backend = json.at("backend");
  document.precision = json.value("precision", document.precision);
  const auto& data = json.at("data");
  document.data = data.at("source");
  document.data_name = data.at("name");
  document.fingerprint = data.at("fingerprint");
  document.classes = data.at("classes").get<std::vector<std::string>>();
  document.photos[0] = data.at("photos").at("train");
  document.photos[1] = data.at("photos").at("val");
  document.photos[2] = data.at("photos").at("test");
  document.seed = json.at("seed");
  document.recipe = json.at("recipe");
  const auto& network = json.at("network");
  document.network = network.at("name");
  document.parameters = network.at("parameters");
  document.trainable = network.at("trainable");
  document.macs = network.at("macs");
  document.state = state_by_name(json.at("state"));
  document.error = json.value("error", std::string());
  document.epochs = json.at("epochs");
  document.step = json.at("step");
  document.seconds = json.at("seconds");
  if (!json.at("best").is_null()) {
    document.best = epoch_row_from(json.at("best"));
  }
  if (!json.at("result").is_null()) {
    document.result = final_result_from(json.at("result"));
  }
  for (const ordered_json& alarm : json.value("alarms", ordered_json::array())) {
    document.alarms.push_back({alarm.at("code"), alarm.at("epoch"), alarm.at("text")});
  }
  for (const ordered_json& photo : json.value("skipped", ordered_json::array())) {
    document.skipped.push_back({photo.at("file"), photo.at("reason")});
  }
  return document;
}

}  // namespace

std::string_view name_of(RunState state) {
  switch (state) {
    case RunState::kRunning:
      return "running";
    case RunState::kStopped:
      return "stopped";
    case RunState::kDone:
      return "done";
    case RunState::kFailed:
      return "failed";
  }
  return "";
}

ordered_json to_value(const EpochRow& row) {
  return {{"epoch", row.epoch},
          {"train_loss", row.train_loss},
          {"train_top1", row.train_top1},
          {"val_loss", row.val_loss},
          {"val_top1", row.val_top1},
          {"val_top5", row.val_top5},
          {"rate", row.rate},
          {"seconds", row.seconds},
          {"photos_per_second", row.photos_per_second},
          {"wait_share", row.wait_share},
          {"best", row.best}};
}

EpochRow epoch_row_from(const ordered_json& value) {
  const auto number = [&](const char* key) { return number_or_nan(value.at(key)); };
  return {value.at("epoch"),           number("train_loss"), number("train_top1"), number("val_loss"),
          number("val_top1"),          number("val_top5"),   number("rate"),       number("seconds"),
          number("photos_per_second"), number("wait_share"), value.at("best")};
}

std::string to_json(const RunDocument& document) {
  const ordered_json data = {
      {"source", document.data},
      {"name", document.data_name},
      {"fingerprint", document.fingerprint},
      {"classes", document.classes},
      {"photos", {{"train", document.photos[0]}, {"val", document.photos[1]}, {"test", document.photos[2]}}}};
  ordered_json json = {{"schema", kSchema},
                       {"version", kVersion},
                       {"state", name_of(document.state)},
                       {"command_line", document.command_line},
                       {"resumed", document.resumed},
                       {"program_version", document.program_version},
                       {"machine", {{"processor", document.processor}, {"threads", document.threads}}},
                       {"backend", document.backend},
                       {"precision", document.precision},
                       {"data", data},
                       {"seed", document.seed},
                       {"recipe", document.recipe},
                       {"network",
                        {{"name", document.network},
                         {"parameters", document.parameters},
                         {"trainable", document.trainable},
                         {"macs", document.macs}}},
                       {"epochs", document.epochs},
                       {"step", document.step},
                       {"seconds", document.seconds},
                       {"best", nullptr},
                       {"result", nullptr},
                       {"alarms", ordered_json::array()},
                       {"skipped", ordered_json::array()}};
  for (const RunAlarm& alarm : document.alarms) {
    json["alarms"].push_back({{"code", alarm.code}, {"epoch", alarm.epoch}, {"text", alarm.text}});
  }
  for (const SkippedPhoto& photo : document.skipped) {
    json["skipped"].push_back({{"file", photo.path}, {"reason", photo.reason}});
  }
  if (!document.error.empty()) {
    json["error"] = document.error;
  }
  if (document.best) {
    json["best"] = to_value(*document.best);
  }
  if (document.result) {
    json["result"] = to_value(*document.result);
  }
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

RunDocument run_document_from_json(std::string_view json, const std::string& where) {
  try {
    const auto value = ordered_json::parse(json);
    if (value.at("schema") != kSchema || value.at("version") != kVersion) {
      throw Error(Message::kFileFormat,
                  {{"where", where},
                   {"expected", fmt::format("{}, version {}", kSchema, kVersion)},
                   {"got", fmt::format("{}, version {}", value.at("schema").dump(), value.at("version").dump())}});
    }
    return document_from(value);
  } catch (const ordered_json::exception& error) {
    throw Error(Message::kFileFormat, {{"where", where}, {"expected", "a run.json of ours"}, {"got", error.what()}});
  }
}

RunDocument read_run_document(const RunFolder& run) {
  const auto path = run.file("run.json");
  return run_document_from_json(read_text(path), path.string());
}

void write_run_document(const RunFolder& run, const RunDocument& document) {
  write_file_atomically(run.file("run.json"), to_json(document));
}

}  // namespace alexnet
