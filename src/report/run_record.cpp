#include "report/run_record.h"

#include <algorithm>
#include <map>
#include <set>

#include "alexnet/core/files.h"
#include "alexnet/infer/predictions.h"

#include "core/words.h"
#include "data/split_csv.h"

namespace alexnet::report {

CopyFacts copies_of(const std::filesystem::path& split_csv, std::vector<std::array<std::int64_t, 3>>& photos,
                    std::size_t classes) {
  CopyFacts facts;
  const auto rows = read_split_rows(split_csv);
  photos.assign(classes, {0, 0, 0});
  std::map<std::string, std::set<Part>> parts;  // that photos of this content are in
  for (const auto& row : rows) {
    if (const auto label = static_cast<std::size_t>(row.label); row.label >= 0 && label < classes) {
      ++photos[label][static_cast<std::size_t>(row.part)];
    }
    auto& seen = parts[row.sha256];
    facts.copies += seen.empty() ? 0 : 1;
    seen.insert(row.part);
  }
  for (const auto& row : rows) {
    if (row.part != Part::kTrain && parts[row.sha256].size() > 1) {
      ++facts.leaks;
      facts.first_leak = facts.first_leak.empty() ? row.path : facts.first_leak;
    }
  }
  return facts;
}

void set_predictions(RunRecord& record, const std::vector<PredictionRow>& rows) {
  for (const char* part : {"test", "val"}) {
    record.part = part;
    record.predictions.clear();
    std::ranges::copy_if(rows, std::back_inserter(record.predictions),
                         [&](const PredictionRow& row) { return row.part == part; });
    if (!record.predictions.empty()) {
      break;
    }
  }
  record.evaluation = evaluation_of(record.predictions, record.classes(), record.output);
}

RunRecord read_run_record(const RunFolder& run) {
  RunRecord record{
      .folder = shell_word(run.path().string()), .document = read_run_document(run), .epochs = run.epochs()};
  const auto is_there = [&](const char* name) { return std::filesystem::exists(run.file(name)); };
  if (is_there("recipe.toml")) {
    record.recipe = read_recipe(run.file("recipe.toml"));
    record.recipe_text = read_text(run.file("recipe.toml"));
  }
  if (is_there("split.csv")) {
    record.copies = copies_of(run.file("split.csv"), record.photos, record.classes().size());
  }
  if (is_there("model.safetensors")) {
    record.model = read_model(run.best_model());
    record.output = record.model->network.output();
    record.calibration = calibration_of(*record.model);
  }
  if (record.done() && is_there("predictions.csv")) {
    set_predictions(record, read_predictions(run.file("predictions.csv")));
  }
  return record;
}

}  // namespace alexnet::report
