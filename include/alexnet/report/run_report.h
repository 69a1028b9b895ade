#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "alexnet/core/messages.h"
#include "alexnet/data/dataset.h"
#include "alexnet/formats/run_folder.h"
#include "alexnet/runtime/backend.h"

namespace alexnet::report {

struct RunReportOptions {
  const Dataset* dataset = nullptr;        ///< the run's photos; null: opened by what run.json says
  int threads = 0;                         ///< of the computation; 0 = the backend's default
  Language language = Language::kEnglish;  ///< of the page
};

/// What was written.
struct RunReport {
  std::filesystem::path file;
  std::size_t bytes = 0;
  std::size_t pictures = 0;
  std::size_t heat_maps = 0;
  std::string photos_missing;  ///< why there are no pictures; empty where there are some
  std::string json;            ///< the JSON object of the report, in English: docs/formats.md
};

/// Writes a run as one HTML page, and its table of classes, <page>-classes.csv, beside it. The page fetches nothing and
/// is whole with scripts off; all its numbers come from the run's files, or for a run that is not done from its best
/// model so far on the part val. Photos are opened again for small pictures, kPictureBytes of them at most, so that a
/// page stays below 8 MB; wrong ones first, with a heat map (Grad-CAM) for the first kMostHeatMaps. Without photos it
/// says so and has no pictures. Equal run, equal bytes. Throws kFileMissing and kFileFormat for files of the run, and
/// errors of writing.
RunReport write_run_report(const RunFolder& run, const Backend& backend, const std::filesystem::path& to,
                           const RunReportOptions& options = {});

/// Writes several runs side by side: their results, what differs in their recipes, their curves, and for each run
/// behind the first the photos that it fixed and broke, with McNemar's test. `options.dataset` holds the first run's
/// photos. Throws kWrongCall for fewer than two runs, and what write_run_report throws.
RunReport write_comparison(const std::vector<RunFolder>& runs, const Backend& backend, const std::filesystem::path& to,
                           const RunReportOptions& options = {});

inline constexpr std::size_t kPictureBytes = 5'500'000;
inline constexpr std::size_t kMostHeatMaps = 120;

/// The name of a run's report in its folder.
inline constexpr const char* kReportFile = "report.html";

}  // namespace alexnet::report
