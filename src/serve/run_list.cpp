#include "serve/run_list.h"

#include <algorithm>
#include <chrono>
#include <set>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/train/recipe.h"

namespace alexnet::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kSilentSeconds = 600;
constexpr std::size_t kRecentEpochs = 3;

std::int64_t seconds_of(fs::file_time_type time) {
  const auto system = std::chrono::file_clock::to_sys(time);
  return std::chrono::duration_cast<std::chrono::seconds>(system.time_since_epoch()).count();
}

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// The latest time at which the training wrote something.
std::int64_t changed_at(const fs::path& folder) {
  std::int64_t latest = 0;
  for (const char* name : {"run.json", "metrics.csv", "steps.csv", "log.txt"}) {
    std::error_code missing;
    const auto time = fs::last_write_time(folder / name, missing);
    if (!missing) {
      latest = std::max(latest, seconds_of(time));
    }
  }
  return latest;
}

bool is_run(const fs::path& folder) {
  std::error_code unused;
  return fs::is_regular_file(folder / "run.json", unused);
}

/// Without links, so that runs/latest does not stand there twice.
std::vector<fs::path> run_folders(const std::vector<fs::path>& folders) {
  std::vector<fs::path> found;
  for (const fs::path& folder : folders) {
    std::error_code error;
    if (!fs::is_directory(folder, error)) {
      throw Error(Message::kFolderMissing, {{"where", folder.string()}});
    }
    if (is_run(folder)) {
      found.push_back(folder);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(folder, error)) {
      if (!entry.is_symlink(error) && entry.is_directory(error) && is_run(entry.path())) {
        found.push_back(entry.path());
      }
    }
  }
  return found;
}

/// The seconds of an epoch are the mean of the last three; what passed since the last one was written is counted off.
std::optional<double> seconds_left(const RunRow& run, const std::vector<EpochRow>& epochs) {
  double sum = 0;
  std::size_t counted = 0;
  for (auto row = epochs.rbegin(); row != epochs.rend() && counted < kRecentEpochs && row->epoch > 0; ++row) {
    sum += row->seconds;
    ++counted;
  }
  if (run.state != "running" || counted == 0) {
    return std::nullopt;
  }
  const double each = sum / static_cast<double>(counted);
  std::error_code missing;
  const auto written = fs::last_write_time(run.folder / "metrics.csv", missing);
  const double passed = missing ? 0 : std::min(each, static_cast<double>(now() - seconds_of(written)));
  return std::max(0.0, each * (run.document.epochs - run.epoch) - passed);
}

/// Whether reading it again would give the same: file times have whole seconds.
bool is_settled(const RunRow& run) {
  return run.state != "running" && changed_at(run.folder) == run.changed && now() - run.changed > 1;
}

RunRow read_run(const fs::path& folder) {
  const RunFolder run = RunFolder::open_to_read(folder);
  RunRow row;
  row.folder = folder;
  row.document = read_run_document(run);
  row.state = name_of(row.document.state);
  row.changed = changed_at(folder);
  if (row.document.state == RunState::kRunning && now() - row.changed > kSilentSeconds) {
    row.state = "silent";
  }
  row.note = run.note();
  row.message = row.document.error;
  if (row.message.empty() && !row.document.alarms.empty()) {
    row.message = row.document.alarms.back().text;
  }
  std::vector<EpochRow> epochs;
  if (fs::exists(run.file("metrics.csv"))) {
    epochs = run.epochs();
  }
  if (!epochs.empty()) {
    row.epoch = epochs.back().epoch;
    row.photos_per_second = epochs.back().photos_per_second;
    row.wait_share = epochs.back().wait_share;
  }
  row.seconds_left = seconds_left(row, epochs);
  const ResolvedRecipe resolved = read_recipe(run.file("recipe.toml"));
  for (const RecipeOption& option : recipe_options()) {
    row.recipe[std::string(option.key)] = option.get(resolved.recipe);
  }
  return row;
}

}  // namespace

std::vector<RunRow> list_runs(const std::vector<fs::path>& folders, const std::vector<RunRow>& known) {
  std::vector<RunRow> runs;
  for (const fs::path& folder : run_folders(folders)) {
    const auto before = std::ranges::find(known, folder, &RunRow::folder);
    if (before != known.end() && is_settled(*before)) {
      runs.push_back(*before);
      runs.back().note = RunFolder::open_to_read(folder).note();  // may be written long after the training
      continue;
    }
    try {
      runs.push_back(read_run(folder));
    } catch (const Error&) {
      // A training that has only just begun: its files are there a moment later.
    }
  }
  std::ranges::stable_sort(runs, [](const RunRow& a, const RunRow& b) {
    return a.changed != b.changed ? a.changed > b.changed : a.folder < b.folder;
  });
  std::vector<RunRow*> by_path;
  by_path.reserve(runs.size());
  for (RunRow& run : runs) {
    by_path.push_back(&run);
  }
  std::ranges::sort(by_path, [](const RunRow* a, const RunRow* b) { return a->folder < b->folder; });
  std::map<std::string, int> named;
  for (RunRow* run : by_path) {
    const fs::path whole = fs::absolute(run->folder).lexically_normal();
    const std::string name = (whole.has_filename() ? whole : whole.parent_path()).filename().string();
    const int number = ++named[name];
    run->id = number == 1 ? name : fmt::format("{}~{}", name, number);
  }
  return runs;
}

std::vector<std::string> differing_keys(const std::vector<RunRow>& runs) {
  std::vector<std::string> keys;
  for (const RecipeOption& option : recipe_options()) {
    const std::string key(option.key);
    std::set<std::string> values;
    for (const RunRow& run : runs) {
      values.insert(run.recipe.at(key));
    }
    if (values.size() > 1) {
      keys.push_back(key);
    }
  }
  return keys;
}

}  // namespace alexnet::serve
