#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/train_progress.h"
#include "cli/words.h"
#include "core/text.h"
#include "core/translation.h"

namespace alexnet::cli {
namespace {

std::string number(double value, int digits) { return std::isnan(value) ? "-" : fmt::format("{:.{}f}", value, digits); }

std::string share(double value) { return std::isnan(value) ? "-" : percent(value); }

/// Epoch 0 only measures: it has no rate and no speed of training.
std::string trained(const EpochDone& e, const std::string& value) { return e.row.epoch == 0 ? "-" : value; }

struct Column {
  const char* heading;
  int width;
  int importance;  ///< the least important goes first
  std::string (*cell)(const EpochDone&);
};

constexpr std::array<Column, 10> kColumns = {{
    {"epoch", 7, 9, [](const EpochDone& e) { return fmt::format("{}/{}", e.row.epoch, e.epochs); }},
    {"loss", 8, 8, [](const EpochDone& e) { return number(e.row.train_loss, 4); }},
    {"top-1", 8, 5, [](const EpochDone& e) { return share(e.row.train_top1); }},
    {"val loss", 9, 7, [](const EpochDone& e) { return number(e.row.val_loss, 4); }},
    {"val top-1", 10, 9, [](const EpochDone& e) { return share(e.row.val_top1); }},
    {"val top-5", 10, 4, [](const EpochDone& e) { return share(e.row.val_top5); }},
    {"rate", 10, 3, [](const EpochDone& e) { return trained(e, fmt::format("{:.3g}", e.row.rate)); }},
    {"photos/s", 9, 1, [](const EpochDone& e) { return trained(e, number(e.row.photos_per_second, 0)); }},
    {"wait", 8, 2, [](const EpochDone& e) { return trained(e, share(e.row.wait_share)); }},
    {"seconds", 8, 6, [](const EpochDone& e) { return number(e.row.seconds, 1); }},
}};
constexpr int kMarkWidth = 6;  ///< "  best"

/// Least importance of a column that is still shown at `width`.
int importance_that_fits(int width) {
  for (int least = 0; least < 9; ++least) {
    int needed = kMarkWidth;
    for (const auto& column : kColumns) {
      needed += column.importance >= least ? column.width : 0;
    }
    if (width == 0 || needed <= width) {
      return least;
    }
  }
  return 9;
}

template <class Cell>
std::string columns(int width, Cell cell) {
  const int least = importance_that_fits(width);
  std::string out;
  for (const auto& column : kColumns) {
    if (column.importance >= least) {
      out += pad_left(cell(column), column.width);
    }
  }
  return out;
}

std::string bar(double done, int width) {
  const int full = static_cast<int>(done * width);
  return "[" + std::string(static_cast<std::size_t>(full), '#') +
         std::string(static_cast<std::size_t>(width - full), '-') + "]";
}

std::string left(double seconds) { return std::isnan(seconds) ? "?" : seconds_words(seconds); }

nlohmann::ordered_json row_json(const EpochRow& row) {
  const auto value = [](double v) { return std::isnan(v) ? nlohmann::ordered_json() : nlohmann::ordered_json(v); };
  return {{"epoch", row.epoch},
          {"train_loss", value(row.train_loss)},
          {"train_top1", value(row.train_top1)},
          {"val_loss", value(row.val_loss)},
          {"val_top1", value(row.val_top1)},
          {"val_top5", value(row.val_top5)},
          {"rate", value(row.rate)},
          {"seconds", value(row.seconds)},
          {"photos_per_second", value(row.photos_per_second)},
          {"wait_share", value(row.wait_share)},
          {"best", row.best}};
}

/// The fields of each event; docs/formats.md lists them.
struct EventFields {
  nlohmann::ordered_json operator()(const TrainStarted& e) const {
    return {{"event", "started"},
            {"run", e.run.string()},
            {"data", e.data},
            {"photos", {{"train", e.photos[0]}, {"val", e.photos[1]}, {"test", e.photos[2]}}},
            {"classes", e.classes},
            {"network", e.network},
            {"parameters", e.parameters},
            {"trainable", e.trainable},
            {"backend", e.backend},
            {"precision", e.precision},
            {"recipe", e.recipe},
            {"memory_bytes", e.memory_bytes},
            {"epochs", e.epochs},
            {"steps_per_epoch", e.steps_per_epoch}};
  }
  nlohmann::ordered_json operator()(const StepDone& e) const {
    return {{"event", "step"},
            {"epoch", e.epoch},
            {"epochs", e.epochs},
            {"step", e.step},
            {"steps", e.steps},
            {"total_step", e.total_step},
            {"loss", e.loss},
            {"top1", e.top1},
            {"rate", e.rate},
            {"photos_per_second", e.photos_per_second},
            {"wait_share", e.wait_share}};
  }
  nlohmann::ordered_json operator()(const EpochDone& e) const {
    nlohmann::ordered_json fields = {{"event", "epoch"}, {"epochs", e.epochs}};
    fields.update(row_json(e.row));
    if (e.hidden_share) {
      fields["hidden_share"] = *e.hidden_share;
    }
    return fields;
  }
  nlohmann::ordered_json operator()(const ModelSaved& e) const {
    return {{"event", "saved"}, {"file", e.file.string()}, {"best", e.best}};
  }
  nlohmann::ordered_json operator()(const PhotosSkipped& e) const {
    nlohmann::ordered_json photos = nlohmann::ordered_json::array();
    for (const auto& photo : e.photos) {
      photos.push_back({{"file", photo.path}, {"reason", photo.reason}});
    }
    return {{"event", "skipped"}, {"photos", photos}};
  }
  nlohmann::ordered_json operator()(const TrainAlarm& e) const {
    return {{"event", "alarm"},
            {"epoch", e.epoch},
            {"code", message_template(e.message, Language::kEnglish).code},
            {"text", format_message(e.message, e.arguments)}};
  }
  nlohmann::ordered_json operator()(const TrainStopped& e) const {
    return {{"event", "stopped"}, {"run", e.run.string()}, {"epoch", e.epoch}, {"step", e.step}};
  }
  nlohmann::ordered_json operator()(const TrainFinished& e) const {
    return {{"event", "finished"},   {"run", e.run.string()}, {"part", e.part},      {"count", e.result.count},
            {"top1", e.result.top1}, {"loss", e.result.loss}, {"seconds", e.seconds}};
  }
};

}  // namespace

std::string live_line(const StepDone& step, int width) {
  const double done = step.steps > 0 ? static_cast<double>(step.step) / static_cast<double>(step.steps) : 0;
  // In the order of the line; a part with a larger number is left out earlier.
  struct Part {
    int order;
    std::string text;
  };
  std::vector<Part> parts = {
      {0, fmt::format("epoch {}/{}", step.epoch, step.epochs)},
      {4, bar(done, 20)},
      {1, fmt::format("{}/{}", step.step, step.steps)},
      {1, fmt::format("loss {:.3f}", step.loss)},
      {3, fmt::format("top-1 {}", percent(step.top1))},
      {5, fmt::format("{:.0f} photos/s", step.photos_per_second)},
      {6, fmt::format("wait {}", percent(step.wait_share))},
      {7, fmt::format("epoch {}", left(step.epoch_seconds_left))},
      {2, fmt::format("left {}", left(step.run_seconds_left))},
  };
  const auto joined = [&] {
    std::string out;
    for (const auto& part : parts) {
      out += (out.empty() ? "" : "  ") + part.text;
    }
    return out;
  };
  while (parts.size() > 1 && static_cast<int>(joined().size()) >= width) {
    parts.erase(std::ranges::max_element(parts, {}, &Part::order));
  }
  return joined();
}

std::string epoch_heading(int width, Language language) {
  return columns(width, [&](const Column& column) { return std::string(translated(column.heading, language)); });
}

std::string epoch_line(const EpochDone& epoch, int width) {
  return columns(width, [&](const Column& column) { return column.cell(epoch); }) + (epoch.row.best ? "  best" : "");
}

std::string event_json(const TrainEvent& event) {
  nlohmann::ordered_json document = {{"schema", "alexnet.progress"}, {"version", 1}};
  document.update(std::visit(EventFields{}, event));
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace alexnet::cli
