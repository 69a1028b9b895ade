#pragma once

#include <optional>
#include <string>

#include "alexnet/formats/run_folder.h"
#include "alexnet/train/train_event.h"

#include "cli/console.h"
#include "cli/progress_mode.h"

namespace alexnet::cli {

/// Shows a training on standard error and keeps its log.txt, which always holds the plain form, and curves.svg.
/// Terminal: one live line and one permanent line an epoch. Elsewhere: permanent lines only, at least one a minute
/// while steps are made.
class TrainProgress {
 public:
  TrainProgress(Console& console, ProgressMode mode, RunFolder& run) : console_(console), mode_(mode), run_(run) {}
  void operator()(const TrainEvent& event);

 private:
  void show(const TrainStarted& event);
  void show(const StepDone& event);
  void show(const EpochDone& event);
  void show(const ModelSaved& event);
  void show(const PhotosSkipped& event);
  void show(const TrainAlarm& event);
  void show(const TrainStopped& event);
  void show(const TrainFinished& event);
  /// A permanent line for the console and for log.txt.
  void line(const std::string& console_text, const std::string& log_text);
  void line(const std::string& text) { line(text, text); }
  /// The same, wrapped at words for the console.
  void sentence(const std::string& text);

  Console& console_;
  ProgressMode mode_;
  RunFolder& run_;
  Pace live_;
  Pace minute_;
  std::size_t classes_ = 0;
  bool told_duration_ = false;
  bool told_header_ = false;
};

/// The live line: as many of its parts as fit `width`, the most important first.
[[nodiscard]] std::string live_line(const StepDone& step, int width);
/// The heading of the permanent lines, and the line of an epoch; both leave columns out, in a fixed order, until they
/// fit `width` (0 = no limit).
[[nodiscard]] std::string epoch_heading(int width, Language language = Language::kEnglish);
[[nodiscard]] std::string epoch_line(const EpochDone& epoch, int width);
/// The event as one line of JSON (schema alexnet.progress).
[[nodiscard]] std::string event_json(const TrainEvent& event);

}  // namespace alexnet::cli
