#include "train/watchdog.h"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "core/text.h"

namespace alexnet {
namespace {

constexpr int kFirstJudged = 3;  // epochs: before them a sound training may look like a broken one
constexpr double kNearGuessing = 0.01;
constexpr double kOneAnswer = 0.9;
constexpr double kOneClass = 0.75;
constexpr double kGap = 0.2;
constexpr int kRecent = 5;  // epochs that are judged together
constexpr double kRise = 1.1;
constexpr double kWait = 0.2;
constexpr double kWaitSeconds = 5;

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

std::string loss(double value) { return fmt::format("{:.4f}", value); }

TrainAlarm alarm(int epoch, Message message, MessageArguments arguments) {
  arguments.insert(arguments.begin(), {"where", fmt::format("{}", epoch)});
  return {epoch, message, std::move(arguments)};
}

std::span<const EpochRow> last_epochs(const std::vector<EpochRow>& rows) {
  return std::span(rows).last(std::min<std::size_t>(rows.size(), kRecent));
}

bool is_zero(const Tensor& tensor) {
  const Tensor values = tensor.converted(ElementType::kF64);
  return std::ranges::all_of(values.as<double>(), [](double value) { return value == 0; });
}

}  // namespace

std::optional<TrainAlarm> still_guessing(const EpochRow& row, std::size_t classes) {
  const double guessing = std::log(static_cast<double>(classes));
  if (row.epoch < kFirstJudged || !(std::abs(row.train_loss - guessing) <= kNearGuessing * guessing)) {
    return std::nullopt;
  }
  return alarm(row.epoch, Message::kAlarmGuessing,
               {{"got", loss(row.train_loss)},
                {"expected", fmt::format("ln {} = {}", classes, loss(guessing))},
                {"count", fmt::format("{}", classes)}});
}

std::optional<TrainAlarm> one_answer(int epoch, const Evaluation& evaluation) {
  const auto count = static_cast<double>(evaluation.count);
  for (std::size_t c = 0; c < evaluation.classes.size() && epoch >= kFirstJudged; ++c) {
    std::int64_t predicted = 0;
    for (const auto& row : evaluation.confusion) {
      predicted += row[c];
    }
    const bool most = static_cast<double>(predicted) > kOneAnswer * count;
    if (most && static_cast<double>(evaluation.classes[c].support) < kOneClass * count) {
      return alarm(epoch, Message::kAlarmOneAnswer,
                   {{"got", percent(static_cast<double>(predicted) / count)}, {"class", evaluation.classes[c].name}});
    }
  }
  return std::nullopt;
}

std::optional<TrainAlarm> overfitting(const std::vector<EpochRow>& rows) {
  const EpochRow& row = rows.back();
  double val_top1 = 0;  // one bad epoch says nothing
  for (const EpochRow& recent : last_epochs(rows)) {
    val_top1 = std::max(val_top1, recent.val_top1);
  }
  if (row.epoch < kFirstJudged || !(row.train_top1 - val_top1 > kGap)) {
    return std::nullopt;
  }
  return alarm(row.epoch, Message::kAlarmOverfitting,
               {{"got", percent(row.train_top1)}, {"expected", percent(val_top1)}});
}

std::optional<TrainAlarm> val_rising(const std::vector<EpochRow>& rows) {
  if (rows.size() < 2) {
    return std::nullopt;
  }
  const auto least = std::ranges::min_element(rows.begin() + 1, rows.end(), {}, &EpochRow::val_loss);
  const EpochRow& last = rows.back();
  const auto is_above = [&](const EpochRow& row) { return row.val_loss > kRise * least->val_loss; };
  // While the rate is high and will fall, the loss swings and may come down again.
  const double largest_rate = std::ranges::max_element(rows, {}, &EpochRow::rate)->rate;
  const bool settled = last.rate <= largest_rate / 2 || last.rate == largest_rate;
  if (last.epoch - least->epoch < kRecent || !std::ranges::all_of(last_epochs(rows), is_above) || !settled) {
    return std::nullopt;
  }
  return alarm(
      last.epoch, Message::kAlarmValRising,
      {{"got", loss(last.val_loss)}, {"expected", loss(least->val_loss)}, {"best", fmt::format("{}", least->epoch)}});
}

std::optional<TrainAlarm> slow_photos(const EpochRow& row, double wait_seconds) {
  if (!(row.wait_share > kWait) || wait_seconds < kWaitSeconds) {
    return std::nullopt;
  }
  return alarm(row.epoch, Message::kAlarmSlowPhotos, {{"got", percent(row.wait_share)}});
}

std::optional<TrainAlarm> memory_short(const MemoryNeed& need, std::int64_t free, const Recipe& recipe) {
  const std::int64_t wanted = need.fixed + need.per_photo * recipe.batch;
  if (free <= 0 || wanted <= free) {
    return std::nullopt;
  }
  const std::int64_t fits = need.per_photo > 0 ? (free - need.fixed) / need.per_photo : 0;
  const std::int64_t step = photos_per_step(recipe);
  const std::string cure = fits > 0 ? fmt::format("--batch {} --accumulate {} needs less and takes steps as large",
                                                  fits, (step + fits - 1) / fits)
                                    : "no batch is small enough; end other programs, or choose a smaller --network";
  return alarm(0, Message::kAlarmMemoryShort,
               {{"expected", byte_text(wanted)}, {"got", byte_text(free)}, {"cure", cure}});
}

std::optional<std::string> dead_layer(const Backend& backend, const std::shared_ptr<Parameters>& parameters,
                                      const Batch& batch, int threads) {
  CompileOptions options;
  options.batch = std::max(1, batch.rows);
  options.threads = threads;
  for (const Layer& layer : parameters->network().layers()) {
    if (std::holds_alternative<ReLU>(layer)) {
      options.kept.push_back(name_of(layer));
    }
  }
  const auto program = backend.compile(parameters->network(), parameters, options);
  static_cast<void>(program->infer(batch));
  const auto dead =
      std::ranges::find_if(options.kept, [&](const std::string& layer) { return is_zero(program->kept(layer)); });
  return dead == options.kept.end() || batch.rows == 0 ? std::nullopt : std::optional(*dead);
}

TrainAlarm dead_layer_alarm(int epoch, const std::string& layer, int photos) {
  return alarm(epoch, Message::kAlarmDeadLayer, {{"layer", layer}, {"count", fmt::format("{}", photos)}});
}

}  // namespace alexnet
