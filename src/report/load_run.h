#pragma once

#include <memory>
#include <string>

#include "alexnet/data/dataset.h"
#include "alexnet/report/run_report.h"

#include "report/run_record.h"

namespace alexnet::report {

/// A run's photos, or why they are not there.
struct RunPhotos {
  std::unique_ptr<Dataset> opened = {};
  const Dataset* dataset = nullptr;
  std::string missing = {};
};

struct LoadedRun {
  RunRecord record;
  RunPhotos photos;
};

/// The record of a run and its photos. For a run that is not done, its best model so far is asked about val.
[[nodiscard]] LoadedRun load_run(const RunFolder& run, const Backend& backend, const RunReportOptions& options);

}  // namespace alexnet::report
