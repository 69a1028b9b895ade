#include "cli/train_results.h"

#include <array>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/data/split.h"

#include "cli/calibration_words.h"
#include "cli/words.h"
#include "core/text.h"

namespace alexnet::cli {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 11> kFiles = {{
    {"report.html", "what it learnt, to read and keep"},
    {"model.safetensors", "the best model"},
    {"last.safetensors", "the state to go on from"},
    {"curves.svg", "loss and accuracy as a picture"},
    {"metrics.csv", "a row an epoch"},
    {"steps.csv", "a row a step"},
    {"predictions.csv", "what the best model says about each held-out photo"},
    {"split.csv", "which photo was in which part"},
    {"recipe.toml", "how it was trained"},
    {"model_card.html", "what the model is, how good, its limits"},
    {"model_card.md", "the same for model hubs"},
}};

/// What to type next: names the held-out photo, or measures where photos are no files.
std::string next_command(const RunFolder& run, const std::string& held_out) {
  const auto folder = shell_word(run.path().string());
  return held_out.empty() ? "alexnet evaluate " + folder : "alexnet predict " + folder + " " + shell_word(held_out);
}

}  // namespace

std::vector<std::string> run_files(const std::string& folder) {
  std::vector<std::string> files;
  files.reserve(kFiles.size() + 5);
  for (const auto& [name, meaning] : kFiles) {
    files.push_back(folder + "/" + name);
  }
  for (const auto* name : {"run.json", "layers.csv", "wrong.csv", "log.txt", "events.out.tfevents.alexnet"}) {
    files.push_back(folder + "/" + name);
  }
  return files;
}

std::string held_out_photo(const RunFolder& run, const Dataset& dataset) {
  const auto split = read_split(run.file("split.csv"), dataset);
  for (const auto part : {Part::kTest, Part::kVal}) {
    for (const auto item : split.items(part)) {
      const auto path = dataset.root() / dataset.items()[item].path;
      if (std::filesystem::is_regular_file(path)) {
        return path.string();
      }
    }
  }
  return "";
}

std::string train_words(const RunFolder& run, const TrainOutcome& outcome, const std::string& held_out) {
  const auto& document = outcome.document;
  std::string out;
  if (document.best) {
    const auto& best = *document.best;
    out += fmt::format("best epoch: {} of {} (val top-1 {}, val loss {:.4f})\n", best.epoch, document.epochs,
                       percent(best.val_top1), best.val_loss);
  }
  if (document.result) {
    const auto& result = *document.result;
    out +=
        fmt::format("on {} {} photos: top-1 {} (95 % interval {}), top-5 {}, loss {:.4f}\n", result.count, result.part,
                    percent(result.top1), interval_words(result.top1_interval), percent(result.top5), result.loss);
  }
  if (outcome.calibration) {
    out += calibration_words(*outcome.calibration, outcome.calibration_on_test);
  }
  out += fmt::format("photos: train {}, val {}, test {}\n", document.photos[0], document.photos[1], document.photos[2]);
  out += fmt::format("\nrun folder {}\n", printable(run.path().string()));
  for (const auto& [name, meaning] : kFiles) {
    if (std::filesystem::exists(run.file(name))) {
      out += fmt::format("  {:<18} {}\n", name, meaning);
    }
  }
  return out + fmt::format("\nnext: {}\n", next_command(run, held_out));
}

std::string train_json(const RunFolder& run, const TrainOutcome& outcome, const std::string& held_out) {
  auto document = nlohmann::ordered_json::parse(to_json(outcome.document));
  nlohmann::ordered_json out = {{"schema", "alexnet.train"}, {"version", 1}};
  out["run"] = run.path().string();
  for (auto& [key, value] : document.items()) {
    if (!out.contains(key)) {
      out[key] = value;
    }
  }
  if (outcome.calibration) {
    out["calibration"] = nlohmann::ordered_json::parse(to_json(*outcome.calibration));
  }
  out["files"] = nlohmann::ordered_json::array();
  for (const auto& [name, meaning] : kFiles) {
    if (std::filesystem::exists(run.file(name))) {
      out["files"].push_back(name);
    }
  }
  out["held_out_photo"] = held_out;
  out["next"] = outcome.state == RunState::kStopped ? "alexnet train --resume " + shell_word(run.path().string())
                                                    : next_command(run, held_out);
  return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace alexnet::cli
