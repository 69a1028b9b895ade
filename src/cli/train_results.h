#pragma once

#include <string>
#include <vector>

#include "alexnet/data/dataset.h"
#include "alexnet/formats/run_folder.h"
#include "alexnet/train/trainer.h"

namespace alexnet::cli {

/// The files that a run will hold.
[[nodiscard]] std::vector<std::string> run_files(const std::string& folder);
/// A photo that the run did not train on (of test, else of val), as a file; empty where photos are no files.
[[nodiscard]] std::string held_out_photo(const RunFolder& run, const Dataset& dataset);

/// The last words of a training: best epoch, result with its interval, photos a part, files, and what to type next.
[[nodiscard]] std::string train_words(const RunFolder& run, const TrainOutcome& outcome, const std::string& held_out);
/// The same as document `alexnet.train`.
[[nodiscard]] std::string train_json(const RunFolder& run, const TrainOutcome& outcome, const std::string& held_out);

}  // namespace alexnet::cli
