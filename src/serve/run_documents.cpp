#include "serve/run_documents.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <nlohmann/json.hpp>

#include "alexnet/core/files.h"
#include "alexnet/report/filter_history.h"
#include "alexnet/train/recipe.h"

#include "serve/http_answers.h"
#include "train/epoch_row_json.h"

namespace alexnet::serve {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kLogLines = 20;
constexpr std::size_t kWrongPhotos = 50;

ordered_json best_of(const RunRow& run) {
  if (!run.document.best) {
    return nullptr;
  }
  const EpochRow& best = *run.document.best;
  return {{"epoch", best.epoch}, {"val_top1", best.val_top1}, {"val_loss", best.val_loss}};
}

ordered_json row_of(const RunRow& run, const std::vector<std::string>& differing) {
  const RunDocument& document = run.document;
  ordered_json row = {{"id", run.id},
                      {"state", run.state},
                      {"message", run.message},
                      {"note", run.note},
                      {"network", document.network},
                      {"recipe", document.recipe},
                      {"data", document.data_name},
                      {"fingerprint", document.fingerprint},
                      {"epoch", run.epoch},
                      {"epochs", document.epochs},
                      {"best", best_of(run)},
                      {"test_top1", nullptr},
                      {"photos_per_second", run.photos_per_second},
                      {"wait_share", run.wait_share},
                      {"seconds", document.seconds},
                      {"seconds_left", run.seconds_left ? ordered_json(*run.seconds_left) : ordered_json()},
                      {"changed", run.changed},
                      {"differences", ordered_json::object()}};
  if (document.result && document.result->part == "test") {
    row["test_top1"] = document.result->top1;
  }
  for (const std::string& key : differing) {
    row["differences"][key] = run.recipe.at(key);
  }
  return row;
}

ordered_json epochs_of(const RunFolder& run) {
  ordered_json rows = ordered_json::array();
  for (const EpochRow& row : run.epochs()) {
    rows.push_back(to_value(row));
  }
  return rows;
}

/// Norms by layer, one an epoch; null where they are not known.
ordered_json layers_of(const RunFolder& run) {
  ordered_json layers = ordered_json::array();
  std::map<std::string, std::size_t> index;
  for (const LayerRow& row : run.layers()) {
    const auto [at, is_new] = index.emplace(row.layer, layers.size());
    if (is_new) {
      layers.push_back({{"name", row.layer},
                        {"epochs", ordered_json::array()},
                        {"weight_norm", ordered_json::array()},
                        {"gradient_norm", ordered_json::array()}});
    }
    ordered_json& layer = layers[at->second];
    layer["epochs"].push_back(row.epoch);
    layer["weight_norm"].push_back(row.weight_norm);
    layer["gradient_norm"].push_back(std::isnan(row.gradient_norm) ? ordered_json() : ordered_json(row.gradient_norm));
  }
  return layers;
}

std::vector<PredictionRow> rows_of(const std::filesystem::path& path) {
  std::error_code unused;
  return std::filesystem::exists(path, unused) ? read_predictions(path) : std::vector<PredictionRow>();
}

/// What the best model says of the part that the run's result is of; nothing before there is a result.
std::vector<PredictionRow> predictions_of(const RunRow& run, const RunFolder& folder) {
  if (!run.document.result) {
    return {};
  }
  auto rows = rows_of(folder.file("predictions.csv"));
  std::erase_if(rows, [&](const PredictionRow& row) { return row.part != run.document.result->part; });
  return rows;
}

ordered_json classes_of(const RunDocument& document, const std::vector<PredictionRow>& predictions) {
  ordered_json classes = ordered_json::array();
  if (predictions.empty()) {
    return classes;
  }
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> counts;  // right, all
  for (const PredictionRow& row : predictions) {
    counts[row.label].first += row.label == row.predicted ? 1 : 0;
    counts[row.label].second += 1;
  }
  for (const std::string& name : document.classes) {
    classes.push_back({{"name", name}, {"right", counts[name].first}, {"photos", counts[name].second}});
  }
  return classes;
}

/// The wrong photos that it was surest of: of the result, else of the latest evaluation.
ordered_json wrong_of(std::vector<PredictionRow> predictions) {
  std::erase_if(predictions, [](const PredictionRow& row) { return row.label == row.predicted; });
  std::ranges::stable_sort(predictions, std::ranges::greater{}, &PredictionRow::probability);
  predictions.resize(std::min(predictions.size(), kWrongPhotos));
  ordered_json wrong = ordered_json::array();
  for (const PredictionRow& row : predictions) {
    wrong.push_back(
        {{"file", row.path}, {"class", row.label}, {"predicted", row.predicted}, {"value", row.probability}});
  }
  return wrong;
}

ordered_json log_of(const RunFolder& run) {
  std::error_code unused;
  if (!std::filesystem::exists(run.file("log.txt"), unused)) {
    return ordered_json::array();
  }
  const std::string text = read_text(run.file("log.txt"));
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  const auto first = lines.size() > kLogLines ? lines.end() - kLogLines : lines.begin();
  return std::vector<std::string>(first, lines.end());
}

}  // namespace

std::string table_json(const std::vector<RunRow>& runs, bool read_only) {
  ordered_json document = {
      {"schema", "alexnet.watch"}, {"version", 1}, {"read_only", read_only}, {"runs", ordered_json::array()}};
  const auto differing = differing_keys(runs);
  for (const RunRow& run : runs) {
    document["runs"].push_back(row_of(run, differing));
  }
  return json_text(document);
}

std::string run_json(const RunRow& run) {
  const RunFolder folder = RunFolder::open_to_read(run.folder);
  std::error_code unused;
  const bool measured = std::filesystem::exists(folder.file("metrics.csv"), unused);
  const auto predictions = predictions_of(run, folder);
  ordered_json document = {{"schema", "alexnet.watch_run"},
                           {"version", 1},
                           {"id", run.id},
                           {"folder", std::filesystem::absolute(run.folder).lexically_normal().string()},
                           {"state", run.state},
                           {"note", run.note},
                           {"run", ordered_json::parse(to_json(run.document))},
                           {"recipe", ordered_json::object()},
                           {"epochs", measured ? epochs_of(folder) : ordered_json::array()},
                           {"classes", classes_of(run.document, predictions)},
                           {"wrong", wrong_of(run.document.result ? predictions : rows_of(folder.file("wrong.csv")))},
                           {"layers", layers_of(folder)},
                           {"filters", measured ? report::filter_epochs(folder) : std::vector<int>()},
                           {"log", log_of(folder)}};
  const ResolvedRecipe resolved = read_recipe(folder.file("recipe.toml"));
  for (const RecipeOption& option : recipe_options()) {
    document["recipe"][option.key] = {{"value", option.get(resolved.recipe)}};
  }
  return json_text(document);
}

}  // namespace alexnet::serve
