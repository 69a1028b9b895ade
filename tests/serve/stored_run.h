#pragma once

#include <filesystem>
#include <string>

#include "alexnet/core/files.h"
#include "alexnet/formats/run_folder.h"
#include "alexnet/train/recipe.h"
#include "alexnet/train/run_document.h"

namespace alexnet::testing_support {

/// A run folder as a training of two classes leaves it in its third of four epochs, but nothing was trained. Each epoch
/// has two steps and takes 60 seconds.
inline RunFolder stored_run(const std::filesystem::path& folder, RunState state = RunState::kRunning,
                            const RecipeSettings& settings = {}) {
  RunFolder run = RunFolder::create_named(folder);
  write_file_atomically(run.file("recipe.toml"), to_toml(resolve_recipe("quick", {}, settings)));
  RunDocument document;
  document.program_version = "1.2.3";
  document.data_name = "daisies";
  document.fingerprint = "f00d";
  document.classes = {"daisy", "rose"};
  document.network = "tiny";
  document.epochs = 4;
  document.state = state;
  const double accuracy[] = {0.5, 0.75, 0.625};
  for (int epoch = 0; epoch < 3; ++epoch) {
    for (int step = 1; epoch > 0 && step <= 2; ++step) {
      run.append(StepRow{2 * (epoch - 1) + step, epoch, 1.0 / epoch + step, 0.5, 0.01});
    }
    EpochRow row;
    row.epoch = epoch;
    row.train_loss = 1;
    row.train_top1 = 0.5;
    row.val_loss = 0.5;
    row.val_top1 = accuracy[epoch];
    row.val_top5 = 1;
    row.rate = 0.01;
    row.seconds = 60;
    row.photos_per_second = 100;
    row.best = epoch == 1;
    run.append(row);
    if (row.best) {
      document.best = row;
    }
  }
  write_run_document(run, document);
  run.log_line("a line");
  return run;
}

}  // namespace alexnet::testing_support
