#include "alexnet/report/curves.h"

#include <fmt/format.h>

#include "alexnet/charts/chart.h"
#include "alexnet/core/files.h"
#include "alexnet/train/run_document.h"

#include "report/analysis.h"
#include "report/curve_charts.h"

namespace alexnet::report {
namespace {

charts::Series series(const std::string& name, const std::vector<EpochRow>& epochs, double EpochRow::*member,
                      bool dashed) {
  charts::Series line{name, {}, dashed};
  for (const EpochRow& row : epochs) {
    line.points.emplace_back(row.epoch, row.*member);  // NaN, as the train columns of epoch 0, leaves a gap
  }
  return line;
}

std::string finding(const EpochRow& last, const EpochRow* best, const Say& say) {
  std::string text =
      say("Validation after epoch {}: loss {:.3f}, accuracy {:.1f} %.", last.epoch, last.val_loss, 100 * last.val_top1);
  if (best != nullptr) {
    text += say.gap() +
            say("Best epoch {}: loss {:.3f}, accuracy {:.1f} %.", best->epoch, best->val_loss, 100 * best->val_top1);
  }
  return text;
}

}  // namespace

std::vector<charts::LineChart> curve_charts(const std::vector<EpochRow>& epochs, std::size_t classes, const Say& say) {
  const EpochRow* best = best_row(epochs);
  charts::LineChart loss;
  loss.title = say("Loss");
  loss.description = epochs.empty() ? say("No epoch yet.") : finding(epochs.back(), best, say);
  loss.x_label = say("epoch");
  loss.y_label = say("loss");
  loss.y_min = 0;
  loss.series = {series(say("train"), epochs, &EpochRow::train_loss, true),
                 series(say("val"), epochs, &EpochRow::val_loss, false)};
  charts::LineChart accuracy = loss;
  accuracy.title = say("Accuracy");
  accuracy.y_label = say("top-1");
  accuracy.y_max = 1;
  accuracy.percent = true;
  accuracy.series = {series(say("train"), epochs, &EpochRow::train_top1, true),
                     series(say("val"), epochs, &EpochRow::val_top1, false)};
  if (classes > 0) {
    accuracy.reference = {{1.0 / static_cast<double>(classes), say("chance")}};
  }
  if (best != nullptr) {
    loss.mark = {{static_cast<double>(best->epoch), say("best: {:.3f}", best->val_loss)}};
    accuracy.mark = {{static_cast<double>(best->epoch), say("best: {:.1f} %", 100 * best->val_top1)}};
  }
  return {loss, accuracy};
}

std::string curves_svg(const std::vector<EpochRow>& epochs, std::size_t classes) {
  return charts::to_svg(curve_charts(epochs, classes));
}

void write_curves(const RunFolder& run) {
  const std::vector<EpochRow> epochs = run.epochs();
  if (!epochs.empty()) {
    write_file_atomically(run.file("curves.svg"), curves_svg(epochs, read_run_document(run).classes.size()));
  }
}

}  // namespace alexnet::report
