#include "alexnet/report/curves.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/files.h"
#include "alexnet/train/run_document.h"

#include "support/temporary_folder.h"

namespace alexnet {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing_support::TemporaryFolder;

std::vector<EpochRow> rows() {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  return {{.epoch = 0, .train_loss = kNaN, .train_top1 = kNaN, .val_loss = 2.83, .val_top1 = 0.06},
          {.epoch = 1, .train_loss = 2, .train_top1 = 0.3, .val_loss = 1.9, .val_top1 = 0.4, .best = true},
          {.epoch = 2, .train_loss = 1, .train_top1 = 0.6, .val_loss = 1.234, .val_top1 = 0.567, .best = true},
          {.epoch = 3, .train_loss = 0.5, .train_top1 = 0.9, .val_loss = 1.5, .val_top1 = 0.5}};
}

TEST(Curves, ShowLossAccuracyChanceAndTheBestEpoch) {
  const std::string svg = report::curves_svg(rows(), 17);
  EXPECT_THAT(svg, HasSubstr("<svg"));
  EXPECT_THAT(svg, HasSubstr("Loss"));
  EXPECT_THAT(svg, HasSubstr("Accuracy"));
  EXPECT_THAT(svg, HasSubstr("chance"));
  EXPECT_THAT(svg, HasSubstr("best: 1.234"));
  EXPECT_THAT(svg, HasSubstr("best: 56.7 %"));
  EXPECT_THAT(svg, HasSubstr("Best epoch 2: loss 1.234, accuracy 56.7 %."));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_EQ(svg, report::curves_svg(rows(), 17));
}

TEST(Curves, StandBeforeTheFirstEpochIsTrained) {
  const std::string svg = report::curves_svg({rows().front()}, 17);
  EXPECT_THAT(svg, HasSubstr("Validation after epoch 0: loss 2.830, accuracy 6.0 %."));
  EXPECT_THAT(svg, Not(HasSubstr("best:")));
}

TEST(Curves, OfARunComeFromItsFiles) {
  const TemporaryFolder folder;
  RunFolder run = RunFolder::create_named(folder / "run");
  RunDocument document;
  document.classes = std::vector<std::string>(17, "x");
  write_run_document(run, document);
  report::write_curves(run);
  EXPECT_FALSE(std::filesystem::exists(run.file("curves.svg")));
  for (const EpochRow& row : rows()) {
    run.append(row);
  }
  report::write_curves(run);
  EXPECT_EQ(read_text(run.file("curves.svg")), report::curves_svg(rows(), 17));
}

}  // namespace
}  // namespace alexnet
