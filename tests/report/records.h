#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "alexnet/infer/predictions.h"

#include "report/run_record.h"

namespace alexnet::testing_support {

inline constexpr double kNotKnown = std::numeric_limits<double>::quiet_NaN();

/// A finished run of three classes with the given photos of test.
inline report::RunRecord record_of(const std::vector<PredictionRow>& rows) {
  report::RunRecord record{.folder = "runs/a"};
  RunDocument& d = record.document;
  d.command_line = {"alexnet", "train", "my photos", "--epochs", "5", "--run", "runs/a", "--json"};
  d.data = "my photos";
  d.data_name = "my photos";
  d.network = "tiny";
  d.classes = {"daisy", "rose", "tulip"};
  d.state = RunState::kDone;
  d.epochs = 5;
  record.epochs = {{.epoch = 0, .train_loss = kNotKnown, .train_top1 = kNotKnown, .val_loss = 1.1, .val_top1 = 0.3}};
  record.recipe = ResolvedRecipe{};
  record.photos = {{100, 20, 20}, {100, 20, 20}, {100, 20, 20}};
  report::set_predictions(record, rows);
  return record;
}

/// `count` photos of a class that were taken for another (or for itself) with a probability.
inline void add_photos(std::vector<PredictionRow>& rows, int count, const std::string& label,
                       const std::string& predicted, double probability) {
  for (int i = 0; i < count; ++i) {
    const double label_probability = label == predicted ? probability : 0.9 * (1 - probability);
    const std::string other = label == predicted ? (label == "rose" ? "tulip" : "rose") : label;
    PredictionRow row{label + "/" + std::to_string(rows.size()) + ".jpg",
                      "test",
                      label,
                      predicted,
                      probability,
                      label_probability,
                      -std::log(label_probability)};
    row.rank = label == predicted ? 1 : 2;
    row.second = other;
    row.second_probability = 0.9 * (1 - probability);
    rows.push_back(row);
  }
}

/// Four of five right in each class, errors spread evenly.
inline std::vector<PredictionRow> fair_rows() {
  std::vector<PredictionRow> rows;
  const std::vector<std::string> names = {"daisy", "rose", "tulip"};
  for (std::size_t c = 0; c < 3; ++c) {
    add_photos(rows, 56, names[c], names[c], 0.8);
    add_photos(rows, 7, names[c], names[(c + 1) % 3], 0.6);
    add_photos(rows, 7, names[c], names[(c + 2) % 3], 0.6);
  }
  return rows;
}

}  // namespace alexnet::testing_support
