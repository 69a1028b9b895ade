#include "report/analysis.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace alexnet::report {
namespace {

/// The rows that `keep` names, smallest `key` first; equal ones stay in their order.
std::vector<std::size_t> sorted_rows(const RunRecord& record, const std::function<bool(const PredictionRow&)>& keep,
                                     const std::function<double(const PredictionRow&)>& key) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < record.predictions.size(); ++i) {
    if (keep(record.predictions[i])) {
      rows.push_back(i);
    }
  }
  std::ranges::stable_sort(rows, std::less<>(), [&](std::size_t i) { return key(record.predictions[i]); });
  return rows;
}

bool is_wrong(const PredictionRow& row) { return !is_right(row); }

}  // namespace

double calibrated(const RunRecord& record, const PredictionRow& row, double value) {
  if (!record.calibration || std::isnan(row.calibrated) || !(row.probability > 0)) {
    return value;
  }
  return row.calibrated * std::pow(value / row.probability, 1 / record.calibration->temperature);
}

bool has_calibrated(const RunRecord& record) {
  return record.calibration && !record.predictions.empty() && !std::isnan(record.predictions.front().calibrated);
}

double confidence(const RunRecord& record, const PredictionRow& row) {
  return calibrated(record, row, row.probability);
}

std::vector<ClassFacts> class_facts(const RunRecord& record) {
  const Evaluation& evaluation = record.evaluation;
  std::vector<ClassFacts> facts(evaluation.classes.size());
  for (std::size_t i = 0; i < record.predictions.size(); ++i) {
    facts[static_cast<std::size_t>(evaluation.photos[i].label)].mean_confidence +=
        confidence(record, record.predictions[i]);
  }
  for (std::size_t c = 0; c < facts.size(); ++c) {
    ClassFacts& fact = facts[c];
    fact.result = evaluation.classes[c];
    if (c < record.photos.size()) {
      fact.photos = record.photos[c];
    }
    fact.recall_interval = wilson_interval(evaluation.confusion[c][c], fact.result.support);
    fact.mean_confidence /= static_cast<double>(std::max<std::int64_t>(1, fact.result.support));
  }
  for (const ConfusedPair& pair : evaluation.confused) {  // most photos first
    ClassFacts& fact = facts[pair.is];
    if (!fact.taken_for) {
      fact.taken_for = pair.taken_for;
      fact.taken = pair.count;
    }
  }
  return facts;
}

Majority majority_of(const RunRecord& record) {
  const auto& classes = record.evaluation.classes;
  Majority majority;
  std::int64_t most = -1;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const std::int64_t photos = record.photos.empty() ? classes[c].support : record.photos[c][0];
    if (photos > most) {
      most = photos;
      majority.index = c;
    }
  }
  if (record.evaluation.count > 0) {
    majority.share =
        static_cast<double>(classes[majority.index].support) / static_cast<double>(record.evaluation.count);
  }
  return majority;
}

std::optional<double> top5_of(const RunRecord& record) {
  if (!record.predictions.empty() && record.predictions.front().rank > 0) {
    return record.evaluation.top5;
  }
  const bool noted = record.done() && record.document.result;
  return noted ? std::optional(record.document.result->top5) : std::nullopt;
}

double overconfidence(const RunRecord& record) {
  if (record.predictions.empty() || record.output != OutputKind::kProbabilities) {
    return 0;
  }
  double sum = 0;
  for (const PredictionRow& row : record.predictions) {
    sum += confidence(record, row);
  }
  return sum / static_cast<double>(record.predictions.size()) - record.evaluation.top1;
}

std::vector<std::size_t> confidently_wrong(const RunRecord& record) {
  return sorted_rows(record, is_wrong, [&](const PredictionRow& row) { return -confidence(record, row); });
}

std::vector<std::size_t> least_certain(const RunRecord& record) {
  return sorted_rows(
      record, [](const PredictionRow&) { return true; },
      [&](const PredictionRow& row) { return confidence(record, row); });
}

std::vector<std::size_t> highest_loss(const RunRecord& record) {
  return sorted_rows(
      record, [](const PredictionRow&) { return true; }, [](const PredictionRow& row) { return -row.loss; });
}

std::vector<std::size_t> lucky(const RunRecord& record) {
  const auto margin = [&](const PredictionRow& row) {
    return confidence(record, row) - calibrated(record, row, row.second_probability);  // NaN where it is not known
  };
  return sorted_rows(
      record, [&](const PredictionRow& row) { return is_right(row) && margin(row) < kLuckyMargin; }, margin);
}

std::vector<std::size_t> possible_wrong_labels(const RunRecord& record) {
  if (record.predictions.empty() || record.output != OutputKind::kProbabilities) {
    return {};
  }
  // threshold[j] = mean over the right photos of class j of what the network gives to j
  std::vector<double> threshold(record.classes().size());
  for (std::size_t i = 0; i < record.predictions.size(); ++i) {
    const PredictionRow& row = record.predictions[i];
    threshold[static_cast<std::size_t>(record.evaluation.photos[i].label)] += is_right(row) ? row.probability : 0;
  }
  for (std::size_t c = 0; c < threshold.size(); ++c) {
    const auto right = record.evaluation.confusion[c][c];
    threshold[c] = right > 0 ? threshold[c] / static_cast<double>(right) : 1;
  }
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < record.predictions.size(); ++i) {
    const PredictionRow& row = record.predictions[i];
    const auto predicted = static_cast<std::size_t>(record.evaluation.photos[i].verdict.predicted);
    if (!is_right(row) && row.probability >= threshold[predicted] && row.label_probability < kDoubtedLabel) {
      rows.push_back(i);
    }
  }
  std::ranges::stable_sort(rows, std::less<>(), [&](std::size_t i) { return record.predictions[i].label_probability; });
  return rows;
}

const EpochRow* best_row(const std::vector<EpochRow>& epochs) {
  const auto found = std::find_if(epochs.rbegin(), epochs.rend(), [](const EpochRow& row) { return row.best; });
  return found == epochs.rend() ? nullptr : &*found;
}

}  // namespace alexnet::report
