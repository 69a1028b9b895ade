#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "alexnet/data/class_names.h"
#include "alexnet/infer/predictor.h"
#include "alexnet/runtime/backend.h"

namespace alexnet::serve {

/// A model that answers. It never changes; a file that was replaced becomes another ServedModel.
struct ServedModel {
  std::string name;  ///< in addresses: the run folder's name, or the file's without its ending
  std::filesystem::path file;
  std::string version;        ///< the first 12 digits of the file's SHA-256
  std::string preprocessing;  ///< likewise of its geometry
  std::string card;           ///< an HTML page: what the file carries, or what can be said of it without one
  /// By class, from the file class-names.csv beside the model; where there is none, those of a known set.
  std::map<std::string, ClassNames> class_names;
  Predictor predictor;  ///< of the batching thread alone, but for model(), parameters() and top()
};

/// Rows class,zh,latin of a CSV file. Throws kFileFormat.
[[nodiscard]] std::map<std::string, ClassNames> read_class_names(const std::filesystem::path& file);

/// Reads, checks (one grey photo goes through it) and compiles. Throws what read_model and Predictor throw, and
/// kTensorNotFinite when the answer is no number.
[[nodiscard]] std::shared_ptr<ServedModel> load_model(const std::filesystem::path& model_or_run, const Backend& backend,
                                                      const PredictorOptions& options);

/// The model of a file that may be replaced. Threads: any.
class ModelSlot {
 public:
  ModelSlot(std::filesystem::path model_or_run, const Backend& backend, PredictorOptions options);

  [[nodiscard]] std::shared_ptr<ServedModel> current() const;
  /// Loads the file when its time or size changed since it was looked at; false when nothing changed. A file that is no
  /// model is refused: the error is thrown, the old model goes on, and the file is not tried again until it changes.
  bool refresh();

 private:
  struct Stamp {
    std::filesystem::file_time_type time;
    std::uintmax_t size = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  [[nodiscard]] Stamp stamp() const;

  std::filesystem::path path_;
  const Backend& backend_;
  PredictorOptions options_;
  Stamp seen_;
  mutable std::mutex mutex_;  // of model_
  std::shared_ptr<ServedModel> model_;
};

}  // namespace alexnet::serve
