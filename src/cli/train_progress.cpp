#include "cli/train_progress.h"

#include <cmath>

#include <fmt/format.h>

#include "alexnet/report/curves.h"
#include "alexnet/report/filter_history.h"

#include "cli/words.h"
#include "core/text.h"
#include "core/translation.h"

namespace alexnet::cli {

using namespace std::chrono_literals;

void TrainProgress::operator()(const TrainEvent& event) {
  const bool step = std::holds_alternative<StepDone>(event);
  if (mode_ == ProgressMode::kJson && (!step || live_.due(100ms))) {
    console_.event(event_json(event));
  }
  std::visit([this](const auto& e) { show(e); }, event);
}

void TrainProgress::line(const std::string& console_text, const std::string& log_text) {
  run_.log_line(log_text);
  minute_.reset();
  if (mode_ == ProgressMode::kBar || mode_ == ProgressMode::kPlain) {
    console_.say(console_text);
  }
}

void TrainProgress::sentence(const std::string& text) {
  line(wrapped(retold(text, console_.language()), console_.err().width), text);
}

void TrainProgress::show(const TrainStarted& e) {
  classes_ = e.classes.size();
  sentence(fmt::format("{}: {} photos of {} classes (train {}, val {}, test {})", printable(e.data),
                       with_commas(e.photos[0] + e.photos[1] + e.photos[2]), classes_, e.photos[0], e.photos[1],
                       e.photos[2]));
  sentence(fmt::format("network {}: {} parameters, {} trainable; recipe {}; backend {} at {}", e.network,
                       with_commas(e.parameters), with_commas(e.trainable), e.recipe, e.backend, e.precision));
  sentence(fmt::format("memory for training about {}; {} epochs of {} steps", byte_text(e.memory_bytes), e.epochs,
                       e.steps_per_epoch));
  if (e.ranks > 1) {
    sentence(fmt::format("{} processes train together", e.ranks));
  }
  line(fmt::format("run folder {}", printable(e.run.string())));
  if (mode_ == ProgressMode::kBar && e.epoch == 0) {
    console_.draw_live("measuring the untrained network ...");
  }
  if (e.step > 0) {
    line(fmt::format("going on at epoch {} after {} steps", e.epoch, e.step));
  }
}

void TrainProgress::show(const StepDone& e) {
  if (!told_duration_ && !std::isnan(e.run_seconds_left)) {
    told_duration_ = true;
    // seconds of an epoch = seconds of the steps that are left / their number * number of all steps
    const auto steps = static_cast<double>(e.steps);
    const auto steps_left = static_cast<double>(e.steps - e.step);
    const auto all = seconds_words(e.run_seconds_left);
    sentence(steps_left > 0 ? fmt::format("about {} an epoch, about {} in all",
                                          seconds_words(e.epoch_seconds_left / steps_left * steps), all)
                            : fmt::format("about {} in all", all));
  }
  if (mode_ == ProgressMode::kBar && (live_.due(100ms) || e.step == e.steps)) {
    console_.draw_live(live_line(e, console_.err().width));
  } else if (mode_ != ProgressMode::kBar && minute_.due(55s)) {
    line(live_line(e, 120));
  }
}

void TrainProgress::show(const EpochDone& e) {
  const int width = console_.err().width;
  if (!told_header_) {
    told_header_ = true;
    line(epoch_heading(width, console_.language()), epoch_heading(0));
  }
  line(epoch_line(e, width), epoch_line(e, 0));
  if (e.hidden_share && e.row.epoch > 0) {
    sentence(
        fmt::format("(of the time that gradients were on their way between processes, {} was hidden behind the "
                    "computation)",
                    percent(*e.hidden_share)));
  }
  report::write_curves(run_);
  if (e.network != nullptr) {
    report::write_filters(run_, e.row.epoch, *e.network, e.first_filters);
  }
  if (e.row.epoch == 0 && classes_ > 0) {
    const auto n = static_cast<double>(classes_);
    sentence(fmt::format("(guessing among {} classes: top-1 {}, loss ln {} = {:.4f})", classes_, percent(1 / n),
                         classes_, std::log(n)));
  }
}

void TrainProgress::show(const ModelSaved& e) {
  if (!e.best) {
    return;
  }
  run_.log_line(fmt::format("saved {}", printable(e.file.filename().string())));
}

void TrainProgress::show(const PhotosSkipped& e) {
  std::string first;
  for (std::size_t i = 0; i < e.photos.size() && i < 3; ++i) {
    first += (i > 0 ? ", " : "") + e.photos[i].path + " (" + e.photos[i].reason + ")";
  }
  const MessageArguments arguments = {
      {"count", e.photos.size() == 1 ? "1 photo" : fmt::format("{} photos", e.photos.size())},
      {"first", first},
      {"where", "all of them in " + run_.file("log.txt").string()}};
  console_.log(Severity::kWarning, Message::kWarnPhotosSkipped, arguments);
  for (const auto& photo : e.photos) {
    run_.log_line(fmt::format("left out: {} ({})", printable(photo.path), printable(photo.reason)));
  }
}

void TrainProgress::show(const TrainAlarm& e) {
  run_.log_line("warning: " + printable(format_message(e.message, e.arguments)));
  console_.log(Severity::kWarning, e.message, e.arguments);
}

void TrainProgress::show(const TrainStopped& e) {
  line(fmt::format("stopped in epoch {} after {} steps of it; everything is saved", e.epoch, e.step));
}

void TrainProgress::show(const TrainFinished& e) { line(fmt::format("done in {}", seconds_words(e.seconds))); }

}  // namespace alexnet::cli
