#include "report/load_run.h"

#include "alexnet/core/error.h"
#include "alexnet/infer/predictions.h"

namespace alexnet::report {
namespace {

RunPhotos photos_of(const RunDocument& document, const Dataset* given) {
  RunPhotos photos{.dataset = given};
  if (given == nullptr) {
    try {
      photos.opened = open_dataset(document.data);
      photos.dataset = photos.opened.get();
    } catch (const Error& error) {
      photos.missing = describe(error).what;
    }
  }
  return photos;
}

/// What the best model says of val, or where only predictions.csv of a run that is done is gone, of test.
void predict_now(RunRecord& record, const Dataset& dataset, const RunFolder& run, const Backend& backend, int threads) {
  const Split split = read_split(run.file("split.csv"), dataset);
  const Part part = record.done() && !split.items(Part::kTest).empty() ? Part::kTest : Part::kVal;
  const auto scores =
      score_photos(*record.model, backend, dataset, split.items(part), {.batch = 64, .threads = threads});
  set_predictions(record, prediction_rows(scores, dataset, std::string(name_of(part)), record.calibration));
}

}  // namespace

LoadedRun load_run(const RunFolder& run, const Backend& backend, const RunReportOptions& options) {
  LoadedRun loaded{.record = read_run_record(run), .photos = {}};
  RunRecord& record = loaded.record;
  RunPhotos& photos = loaded.photos;
  photos = photos_of(record.document, options.dataset);
  if (photos.dataset == nullptr) {
    return loaded;
  }
  const Dataset& dataset = *photos.dataset;
  if (dataset.size() > 0 && std::filesystem::is_regular_file(dataset.root() / dataset.items().front().path)) {
    record.root = std::filesystem::absolute(dataset.root()).lexically_normal().string();
  }
  try {
    if (record.predictions.empty() && record.model) {
      predict_now(record, dataset, run, backend, options.threads);
    }
  } catch (const Error& error) {  // the photos are others now
    photos.dataset = nullptr;
    photos.missing = describe(error).what;
  }
  return loaded;
}

}  // namespace alexnet::report
