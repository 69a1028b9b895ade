#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace alexnet {

/// A row of metrics.csv. Epoch 0 is the untrained network; its train columns are empty (NaN).
struct EpochRow {
  int epoch = 0;
  double train_loss = 0;
  double train_top1 = 0;
  double val_loss = 0;
  double val_top1 = 0;
  double val_top5 = 0;
  double rate = 0;
  double seconds = 0;            ///< of the epoch, evaluation included
  double photos_per_second = 0;  ///< of training
  double wait_share = 0;         ///< share of the training time spent waiting for photos
  bool best = false;
};

/// A row of steps.csv.
struct StepRow {
  std::int64_t step = 0;
  int epoch = 0;
  double loss = 0;
  double top1 = 0;
  double rate = 0;
};

/// A row of layers.csv: a layer that learns, after an epoch. NaN where it is not known.
struct LayerRow {
  int epoch = 0;
  std::string layer;
  double weight_norm = 0;    ///< Euclidean, over all its trainable parameters
  double gradient_norm = 0;  ///< of the epoch's last update, before clipping
};

/// A row of predictions.csv: what a model says of a photo whose class is known. Values are probabilities without
/// temperature, or hinge scores; NaN and empty names stand for what is not known.
struct PredictionRow {
  std::string path;
  std::string part;
  std::string label;
  std::string predicted;
  double probability = 0;
  double label_probability = 0;
  double loss = 0;
  double calibrated = std::numeric_limits<double>::quiet_NaN();        ///< `probability` with the model's temperature
  double label_calibrated = std::numeric_limits<double>::quiet_NaN();  ///< `label_probability` with it
  int rank = 0;                                                        ///< of the label, from 1; 0 = not known
  std::string second = {};                                             ///< the next most likely class
  double second_probability = std::numeric_limits<double>::quiet_NaN();
  std::string third = {};
  double third_probability = std::numeric_limits<double>::quiet_NaN();
};

[[nodiscard]] std::string predictions_csv(const std::vector<PredictionRow>& rows);
/// Also of the first files of this kind, which end with the column `loss`. Throws kFileFormat naming file and line.
[[nodiscard]] std::vector<PredictionRow> read_predictions(const std::filesystem::path& path);

inline constexpr std::size_t kMostNoteBytes = 2000;

/// The folder that a training writes. Files appear whole; rows are appended whole. Columns: docs/formats.md.
class RunFolder {
 public:
  /// runs/<data>-<network>-<date>-<n>/ below `base`, new, and `base`/latest pointing to it.
  static RunFolder create(const std::filesystem::path& base, const std::string& data, const std::string& network);
  /// The folder that `create` would make now.
  [[nodiscard]] static std::filesystem::path next(const std::filesystem::path& base, const std::string& data,
                                                  const std::string& network);
  /// Throws kRunExists where `create_named` would.
  static void check_free(const std::filesystem::path& folder);
  /// A named folder that is not there yet or is empty (kRunExists otherwise).
  static RunFolder create_named(const std::filesystem::path& folder);
  /// Throws kFolderMissing, kResumeMissing.
  static RunFolder open(const std::filesystem::path& folder);
  /// A folder with run.json, whether or not there is a checkpoint to go on from. Throws kFolderMissing, kFileMissing.
  static RunFolder open_to_read(const std::filesystem::path& folder);

  /// A folder that another process writes: nothing is looked at.
  static RunFolder of_other_process(std::filesystem::path folder) { return RunFolder(std::move(folder)); }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path best_model() const { return path_ / "model.safetensors"; }
  [[nodiscard]] std::filesystem::path checkpoint() const { return path_ / "last.safetensors"; }
  /// The same of one tower of several.
  [[nodiscard]] std::filesystem::path tower_checkpoint(int rank) const {
    return path_ / ("last." + std::to_string(rank) + ".safetensors");
  }
  [[nodiscard]] std::filesystem::path file(const std::string& name) const { return path_ / name; }

  /// Rows go to metrics.csv or steps.csv and, as scalars, to TensorBoard's event file.
  void append(const EpochRow& row);
  void append(const StepRow& row);
  void append(const std::vector<LayerRow>& rows);  ///< to layers.csv
  void write_predictions(const std::vector<PredictionRow>& rows);
  /// wrong.csv: what the latest evaluation during training had wrong.
  void write_wrong(const std::vector<PredictionRow>& rows);
  void log_line(const std::string& line);  ///< to log.txt
  /// What its owner says of the run, in note.txt. Throws kOptionInvalid for more than kMostNoteBytes.
  void write_note(const std::string& note);
  [[nodiscard]] std::string note() const;  ///< empty where there is none
  /// Drops the rows of metrics.csv and layers.csv after `epoch` and of steps.csv after `step`, and their events: what a
  /// killed run wrote beyond its checkpoint.
  void truncate_after(int epoch, std::int64_t step);
  /// Removes what a killed process left beside files that it was writing.
  void remove_leftovers();
  [[nodiscard]] std::vector<EpochRow> epochs() const;
  [[nodiscard]] std::vector<StepRow> steps() const;
  [[nodiscard]] std::vector<LayerRow> layers() const;

 private:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace alexnet
