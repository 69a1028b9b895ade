#include "cli/evaluation_words.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/calibration_words.h"
#include "cli/words.h"
#include "core/text.h"
#include "core/translation.h"

namespace alexnet::cli {
namespace {

constexpr std::size_t kPairsShown = 8;

std::string class_table(const Evaluation& evaluation, Language language) {
  const auto told = [&](const char* text) { return std::string(translated(text, language)); };
  int width = display_width(told("weighted mean"));
  for (const auto& c : evaluation.classes) {
    width = std::max(width, display_width(printable(c.name)));
  }
  std::string out = fmt::format("\n{}  precision   recall       F1  photos\n", pad_right(told("class"), width));
  for (const auto& c : evaluation.classes) {
    out += fmt::format("{}  {:>9}  {:>7}  {:>7}  {:>6}\n", pad_right(printable(c.name), width), percent(c.precision),
                       percent(c.recall), percent(c.f1), c.support);
  }
  const auto means = [&](const std::string& name, const ClassMeans& m) {
    return fmt::format("{}  {:>9}  {:>7}  {:>7}  {:>6}\n", pad_right(name, width), percent(m.precision),
                       percent(m.recall), percent(m.f1), evaluation.count);
  };
  return out + means(told("mean"), evaluation.macro) + means(told("weighted mean"), evaluation.weighted);
}

std::string confused_words(const Evaluation& evaluation) {
  std::string out = evaluation.confused.empty() ? "" : "\nconfused most\n";
  for (std::size_t k = 0; k < evaluation.confused.size() && k < kPairsShown; ++k) {
    const auto& [is, taken_for, count, share] = evaluation.confused[k];
    out += fmt::format("  {} taken for {}: {} of {} ({} of all errors)\n", printable(evaluation.classes[is].name),
                       printable(evaluation.classes[taken_for].name), count, evaluation.classes[is].support,
                       percent(share));
  }
  return out;
}

std::string models_line(const Evaluation& e, const EvaluationSource& source) {
  const bool several = source.models.size() > 1;
  const auto who = several ? fmt::format("{} models together", source.models.size())
                           : fmt::format("{} ({})", printable(source.models[0]), source.networks[0]);
  const auto views = source.views == Views::kCenter ? "" : fmt::format(", {} views", name_of(source.views));
  auto out = fmt::format("{} on {} photos of {}, part {}{}\n", who, with_commas(e.count), printable(source.data),
                         source.part, views);
  for (std::size_t i = 0; several && i < source.models.size(); ++i) {
    out += fmt::format("weight {:.3f}  {} ({})\n", source.weights[i], printable(source.models[i]), source.networks[i]);
  }
  if (source.search) {
    const auto& [data, part, count, top1, loss] = *source.search;
    out += fmt::format("weights searched on {} photos of {}, part {}: top-1 {} there, loss {:.4f}\n",
                       with_commas(count), printable(data), part, percent(top1), loss);
  }
  return out;
}

}  // namespace

std::string evaluation_words(const Evaluation& e, const EvaluationSource& source, Language language) {
  std::string out = models_line(e, source);
  out += fmt::format("top-1  {:>7}  (95 % interval {})\n", percent(e.top1), interval_words(e.top1_interval));
  out += fmt::format("top-5  {:>7}  (95 % interval {})\n", percent(e.top5), interval_words(e.top5_interval));
  out += fmt::format("loss   {:7.4f}\n", e.loss);
  if (!e.skipped.empty()) {
    out += fmt::format("left out {} that could not be read; first: {} ({})\n", e.skipped.size(),
                       printable(e.skipped.front().path), printable(e.skipped.front().reason));
  }
  out += class_table(e, language) + confused_words(e);
  return source.calibration ? out + calibration_table(*source.calibration, source.same_photos()) : out;
}

std::string evaluation_json(const Evaluation& evaluation, const EvaluationSource& source) {
  const auto numbers = nlohmann::ordered_json::parse(to_json(evaluation));
  nlohmann::ordered_json out = {{"schema", "alexnet.evaluate"},
                                {"version", 1},
                                {"model", fmt::format("{}", fmt::join(source.models, " + "))},
                                {"network", fmt::format("{}", fmt::join(source.networks, " + "))},
                                {"models", source.models},
                                {"weights", source.weights},
                                {"precisions", source.precisions},
                                {"views", name_of(source.views)},
                                {"data", source.data},
                                {"part", source.part}};
  if (source.search) {
    const auto& [data, part, count, top1, loss] = *source.search;
    out["weights_searched_on"] = {{"data", data}, {"part", part}, {"count", count}, {"top1", top1}, {"loss", loss}};
  }
  for (const auto& [key, value] : numbers.items()) {
    if (!out.contains(key)) {
      out[key] = value;
    }
  }
  if (source.calibration) {
    out["calibration"] = nlohmann::ordered_json::parse(to_json(*source.calibration));
  }
  if (source.min_top1 > 0) {
    out["min_top1"] = {{"asked", source.min_top1}, {"reached", evaluation.top1 >= source.min_top1}};
  }
  return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace alexnet::cli
