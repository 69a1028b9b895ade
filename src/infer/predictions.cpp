#include "alexnet/infer/predictions.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "alexnet/core/error.h"
#include "alexnet/infer/predictor.h"

namespace alexnet {
namespace {

/// Place of the label among the scores, from 1; of equal ones the first class comes first.
int rank_of(std::span<const double> scores, std::size_t label) {
  int before = 0;
  for (std::size_t j = 0; j < scores.size(); ++j) {
    before += scores[j] > scores[label] || (scores[j] == scores[label] && j < label) ? 1 : 0;
  }
  return before + 1;
}

}  // namespace

std::vector<PredictionRow> prediction_rows(const PhotoScores& scores, const Dataset& dataset, const std::string& part,
                                           const std::optional<Calibration>& calibration) {
  const auto& classes = dataset.classes();
  std::vector<PredictionRow> rows;
  rows.reserve(scores.items.size());
  for (std::size_t i = 0; i < scores.items.size(); ++i) {
    const std::vector<double>& s = scores.scores[i];
    const auto label = static_cast<std::size_t>(scores.labels[i]);
    const Verdict verdict = judge(s, scores.labels[i], scores.output);
    const auto top = top_classes(output_values(s, scores.output), classes, 3);
    PredictionRow row{dataset.items()[scores.items[i]].path,
                      part,
                      classes[label],
                      classes[static_cast<std::size_t>(verdict.predicted)],
                      verdict.value,
                      verdict.label_value,
                      verdict.loss};
    row.rank = rank_of(s, label);
    if (calibration && scores.output == OutputKind::kProbabilities) {
      const auto values = calibrated_values(s, scores.output, calibration);
      row.calibrated = values[static_cast<std::size_t>(verdict.predicted)];
      row.label_calibrated = values[label];
    }
    if (top.size() > 1) {
      row.second = top[1].name;
      row.second_probability = top[1].value;
    }
    if (top.size() > 2) {
      row.third = top[2].name;
      row.third_probability = top[2].value;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<PredictionRow> wrong_rows(const Evaluation& evaluation, const Dataset& dataset, const std::string& part,
                                      std::size_t most) {
  const auto name_of = [&](std::int32_t index) { return dataset.classes()[static_cast<std::size_t>(index)]; };
  std::vector<PredictionRow> rows;
  for (const PhotoResult& photo : evaluation.photos) {
    const Verdict& verdict = photo.verdict;
    if (verdict.predicted != photo.label) {
      rows.push_back({dataset.items()[photo.item].path, part, name_of(photo.label), name_of(verdict.predicted),
                      verdict.value, verdict.label_value, verdict.loss});
    }
  }
  std::ranges::stable_sort(rows, std::ranges::greater{}, &PredictionRow::probability);
  rows.resize(std::min(rows.size(), most));
  return rows;
}

Evaluation evaluation_of(std::span<const PredictionRow> rows, const std::vector<std::string>& classes,
                         OutputKind output) {
  std::unordered_map<std::string, std::int32_t> index;
  for (const auto& name : classes) {
    index.emplace(name, static_cast<std::int32_t>(index.size()));
  }
  const auto class_of = [&](const std::string& name) {
    const auto found = index.find(name);
    if (found == index.end()) {
      throw Error(Message::kUnknownName, {{"kind", "class"}, {"where", name}, {"known", "those of the run"}});
    }
    return found->second;
  };
  std::vector<PhotoResult> photos;
  photos.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const PredictionRow& row = rows[i];
    photos.push_back({i,
                      class_of(row.label),
                      {.predicted = class_of(row.predicted),
                       .top5 = row.rank > 0 && row.rank <= 5,
                       .value = row.probability,
                       .label_value = row.label_probability,
                       .loss = row.loss}});
  }
  return summarize(std::move(photos), classes, output);
}

CalibrationReport calibration_report_of(std::span<const PredictionRow> rows,
                                        const std::optional<Calibration>& calibration) {
  std::vector<Answer> before;
  std::vector<Answer> after;
  for (const PredictionRow& row : rows) {
    const bool right = row.predicted == row.label;
    before.push_back({row.probability, right, row.loss});
    if (!std::isnan(row.calibrated)) {
      after.push_back({row.calibrated, right, -std::log(row.label_calibrated)});
    }
  }
  const bool whole = after.size() == rows.size();
  return calibration_report(before, after, whole ? calibration : std::nullopt);
}

}  // namespace alexnet
