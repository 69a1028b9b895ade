#include "cli/prediction_words.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "alexnet/formats/run_folder.h"

#include "cli/words.h"
#include "core/text.h"

namespace alexnet::cli {
namespace {

constexpr int kWidestBar = 40;
constexpr int kWidestName = 40;

}  // namespace

PredictionPrinter::PredictionPrinter(Console& console, PredictionStyle style)
    : console_(console), style_(std::move(style)) {
  if (style_.format == "csv") {
    console_.print_as_it_is(fmt::format("file,rank,class,index,{},error{}\n",
                                        style_.output == OutputKind::kProbabilities ? "probability" : "score",
                                        style_.min_confidence ? ",unknown" : ""));
  }
}

void PredictionPrinter::add(const PredictedPhoto& photo) {
  ++count_;
  if (!photo.error.empty()) {
    first_failed_ = failed_++ == 0 ? photo.error : first_failed_;
  }
  if (style_.format == "json") {
    lines_.push_back(to_json_line(photo, style_.output));
  } else if (style_.format == "jsonl") {
    console_.print_as_it_is(to_json_line(photo, style_.output) + "\n");
  } else if (style_.format == "csv") {
    console_.print_as_it_is(prediction_csv(photo, style_));
  } else {
    console_.print(prediction_table(photo, style_, console_.out().width));
  }
}

int PredictionPrinter::finish() {
  if (style_.format == "json") {
    console_.print_document(predict_document(lines_, style_.temperature, style_.min_confidence, style_.precision));
  }
  if (failed_ == 0) {
    return 0;
  }
  console_.log(Severity::kWarning, Message::kWarnPhotosSkipped,
               {{"count", fmt::format("{} of {} photos", failed_, count_)},
                {"first", first_failed_},
                {"where", "each has its line in the output"}});
  return static_cast<int>(ErrorKind::kBadData);
}

std::string prediction_table(const PredictedPhoto& photo, const PredictionStyle& style, int width) {
  if (!photo.error.empty()) {
    return fmt::format("{}\n  error: {}\n", printable(photo.file), printable(photo.error));
  }
  int name_width = 0;
  for (const auto& c : photo.classes) {
    name_width = std::clamp(display_width(printable(c.name)), name_width, kWidestName);
  }
  std::string out = printable(photo.file) + "\n";
  if (photo.unknown.value_or(false)) {
    out += fmt::format("  unknown: no class reaches {}\n", percent(*style.min_confidence));
  }
  // "  rank  class  value  bar": what is left of the width is the bar's.
  const int bar_width = std::clamp((width == 0 ? 80 : width) - 1 - (2 + 3 + 2 + name_width + 2 + 8 + 2), 0, kWidestBar);
  for (std::size_t i = 0; i < photo.classes.size(); ++i) {
    const auto& c = photo.classes[i];
    const bool probability = style.output == OutputKind::kProbabilities;
    const auto value = probability ? percent(c.value) : fmt::format("{:.3f}", c.value);
    const auto bar = probability ? static_cast<std::size_t>(std::lround(c.value * bar_width)) : 0;
    out += fmt::format("  {:>3}  {}  {:>8}{}{}\n", i + 1, pad_right(printable(c.name), name_width), value,
                       bar > 0 ? "  " : "", std::string(bar, '#'));
  }
  return out;
}

std::string prediction_csv(const PredictedPhoto& photo, const PredictionStyle& style) {
  if (!photo.error.empty()) {
    return fmt::format("{},,,,,{}{}\n", csv_field(photo.file), csv_field(photo.error), style.min_confidence ? "," : "");
  }
  const std::string unknown = style.min_confidence ? fmt::format(",{}", photo.unknown.value_or(false) ? 1 : 0) : "";
  std::string out;
  for (std::size_t i = 0; i < photo.classes.size(); ++i) {
    const auto& c = photo.classes[i];
    out += fmt::format("{},{},{},{},{:.9g},{}\n", csv_field(photo.file), i + 1, csv_field(c.name), c.index, c.value,
                       unknown);
  }
  return out;
}

}  // namespace alexnet::cli
