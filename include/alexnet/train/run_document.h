#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alexnet/formats/run_folder.h"
#include "alexnet/infer/evaluation.h"

namespace alexnet {

enum class RunState { kRunning, kStopped, kDone, kFailed };
[[nodiscard]] std::string_view name_of(RunState state);  ///< "running", "stopped", "done", "failed"

/// The numbers of an evaluation that run.json repeats.
struct FinalResult {
  std::string part;  ///< "test", or "val" where there is no test part
  std::int64_t count = 0;
  double top1 = 0;
  double top5 = 0;
  double loss = 0;
  Interval top1_interval = {};
};

/// What the training noticed about itself (TrainAlarm), in words.
struct RunAlarm {
  std::string code;  ///< "overfitting": docs/errors.md
  int epoch = 0;
  std::string text = {};
};

/// A photo that could not be read.
struct SkippedPhoto {
  std::string path;
  std::string reason = {};
};

/// run.json: what was trained, on what, how, and how far it came.
struct RunDocument {
  std::vector<std::string> command_line = {};
  std::vector<std::vector<std::string>> resumed = {};  ///< command lines that went on with it
  std::string program_version = {};
  std::string processor = {};
  int threads = 0;
  std::string backend = {};
  std::string precision = "f32";  ///< at which the latest session computed its steps; val and test are measured at f32
  std::string data = {};          ///< known set by name, or absolute folder: what open_dataset takes
  std::string data_name = {};
  std::string fingerprint = {};
  std::int64_t photos[3] = {0, 0, 0};  ///< train, val, test
  std::vector<std::string> classes = {};
  std::uint64_t seed = 0;
  std::string recipe = {};
  std::string network = {};
  std::int64_t parameters = 0;
  std::int64_t trainable = 0;
  std::int64_t macs = 0;
  int epochs = 0;  ///< wanted
  RunState state = RunState::kRunning;
  std::string error = {};  ///< of state `failed`
  std::int64_t step = 0;   ///< updates applied
  double seconds = 0;      ///< over all sessions
  std::optional<EpochRow> best = {};
  std::optional<FinalResult> result = {};
  std::vector<RunAlarm> alarms = {};
  std::vector<SkippedPhoto> skipped = {};  ///< the first kMostSkipped
};
inline constexpr std::size_t kMostSkipped = 1000;

/// Document `alexnet.run`, version 1.
[[nodiscard]] std::string to_json(const RunDocument& document);
/// Throws kFileFormat naming `where`.
[[nodiscard]] RunDocument run_document_from_json(std::string_view json, const std::string& where);
[[nodiscard]] RunDocument read_run_document(const RunFolder& run);
void write_run_document(const RunFolder& run, const RunDocument& document);

}  // namespace alexnet
