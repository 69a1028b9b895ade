#include <chrono>
#include <functional>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>

#include "alexnet/core/error.h"
#include "alexnet/distributed/towers.h"
#include "alexnet/registry/registry.h"
#include "alexnet/report/model_card.h"
#include "alexnet/report/run_report.h"
#include "alexnet/train/trainer.h"

#include "cli/command.h"
#include "cli/dry_run.h"
#include "cli/error_output.h"
#include "cli/options.h"
#include "cli/parallel_arguments.h"
#include "cli/recipe_arguments.h"
#include "cli/signals.h"
#include "cli/train_progress.h"
#include "cli/train_results.h"
#include "cli/training_arguments.h"
#include "cli/words.h"

namespace alexnet::cli {
namespace {

constexpr int kExitTerminated = 143;  // stopped from outside, all saved: as after SIGTERM
/// Where all ranks fail in the same moment, the first one is to say so: the others end the job after this.
constexpr std::chrono::seconds kHeadStart{1};

/// What a training was done with.
struct TrainTools {
  const Backend& backend;
  const Dataset& dataset;
  int threads;
};

/// What belongs to a training that ended or was stopped, and is no loss for it where it cannot be written.
template <class Write>
void write_beside(Console& console, const RunFolder& run, const std::string& file, const std::string& command,
                  const Write& write) {
  std::string reason;
  try {
    write();
    return;
  } catch (const Error& error) {
    reason = describe(error).what;
  } catch (const std::exception& error) {
    reason = error.what();
  }
  console.log(Severity::kWarning, Message::kWarnNotWritten,
              {{"where", run.file(file).string()},
               {"reason", reason},
               {"command", "alexnet " + command + " " + shell_word(run.path().string())}});
}

int status_of(const TrainOutcome& outcome, const StopOnSignal& signals) {
  if (outcome.state != RunState::kStopped) {
    return 0;
  }
  return signals.exit_status() != 0 ? signals.exit_status() : kExitTerminated;  // else by control.json
}

class TrainCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {
        "train",
        "train",
        "train a network on a folder of photos",
        "FOLDER holds one folder of photos a class, whose name is the class's name, or is a list of photos, LIST.csv, "
        "with the columns path,label (and part: train, val, test); SET is a known set (alexnet data list). The photos "
        "are split into training, validation and test parts, the network is measured after every "
        "epoch, and the best one is kept. Everything goes to a new run folder below runs/, and runs/latest points to "
        "it. Ctrl-C finishes the step, saves, and says how to go on; a resumed run ends as if it had never been "
        "stopped. Each option of the recipe may also stand in the environment, or in a TOML file given as --recipe.",
        {{"alexnet train photos --epochs 5", "a folder of photos, five times through all of them"},
         {"alexnet train photos --recipe tutorial --network tutorial --run first", "as the tutorial does it"},
         {"alexnet train --resume runs/latest --epochs 8", "go on with a run, up to epoch 8"}}};
  }

  void add_options(CLI::App& app) override;
  int run(Console& console) override;

 private:
  int begin(Console& console, const DataParallel& parallel) const;
  int go_on(Console& console, const DataParallel& parallel) const;
  int work(Console& console, const DataParallel& parallel) const;
  int work_in_tower(Console& console) const;
  static int work_together(Console& console, Communicator& ranks, const std::function<int()>& work);
  int finish(Console& console, RunFolder& run, const TrainOutcome& outcome, const TrainTools& tools,
             const StopOnSignal& signals) const;
  void refuse_with_resume() const;
  void write_note(RunFolder& run) const;

  TrainingArguments arguments_;
  ParallelArguments parallel_;
  SharedNetwork shared_;
  std::string resume_;
  std::string run_;
  std::string note_;
  std::string progress_ = "auto";
  bool dry_run_ = false;
};

void TrainCommand::add_options(CLI::App& app) {
  arguments_.add_to(app);
  add_text(app, {"--resume", "RUN", "go on with this run folder instead of beginning a new run", "a new run"}, resume_);
  add_text(app, {"--run", "FOLDER", "folder that the run writes to", "runs/DATA-NETWORK-DATE-N"}, run_);
  add_text(app, {"--note", "TEXT", "what this run is for: alexnet watch shows it", "none"}, note_);
  parallel_.add_to(app);
  add_choice(app, {"--progress", kProgressChoices, "how progress is shown"}, progress_);
  add_dry_run(app, dry_run_);
  add_recipe_options(app, arguments_.settings);
}

int TrainCommand::run(Console& console) {
  if (processes_of_job() > 1) {
    StopOnSignal::hear_mpirun();
  }
  const DataParallel parallel = dry_run_ ? DataParallel() : parallel_.open(StopOnSignal::stop());
  if (are_several(parallel)) {
    shared_ = {.hybrid = parallel.hybrid ? parallel.ranks : nullptr, .scheme = parallel_.hybrid_scheme()};
    return work_together(console, *parallel.ranks, [&] { return work(console, parallel); });
  }
  shared_.towers = dry_run_ ? nullptr : parallel_.open_towers(StopOnSignal::stop());
  return shared_.towers ? work_together(console, *shared_.towers, [&] { return work_in_tower(console); })
                        : work(console, parallel);
}

/// Rank 0 trains over a backend that the others serve: it says when they end.
int TrainCommand::work_in_tower(Console& console) const {
  if (shared_.towers->rank() == 0) {
    return work(console, {});
  }
  const StopOnSignal signals(console);
  serve_tower(make_backend, shared_.towers);
  return 0;
}

int TrainCommand::work(Console& console, const DataParallel& parallel) const {
  return resume_.empty() ? begin(console, parallel) : go_on(console, parallel);
}

/// The first rank speaks. One that fails ends all of them, unless it failed as all of them do before they begin.
int TrainCommand::work_together(Console& console, Communicator& ranks, const std::function<int()>& work) {
  if (ranks.rank() > 0) {
    console.mute();
  }
  try {
    return work();
  } catch (const FailedTogether& failure) {
    std::rethrow_exception(failure.error);
  } catch (const std::exception& error) {
    report_error(console, std::current_exception(), "train");
    if (ranks.rank() > 0) {
      std::this_thread::sleep_for(kHeadStart);
    }
    ranks.abort(error.what());
    throw;
  }
}

int TrainCommand::begin(Console& console, const DataParallel& parallel) const {
  require(arguments_.data, "FOLDER|SET", "alexnet train photos, or alexnet train --resume RUN");
  const auto mode = progress_mode(progress_, console);
  auto prepared = prepare_together(parallel, [&] {
    auto made = prepare_training(console, arguments_, mode == ProgressMode::kBar && !follows(parallel), shared_);
    if (!run_.empty()) {
      RunFolder::check_free(run_);
    }
    return made;
  });
  auto& task = prepared.task;
  task.parallel = parallel;
  if (dry_run_) {
    const auto folder =
        run_.empty() ? RunFolder::next("runs", task.dataset.name(), task.network.name()).string() : run_;
    return show_intent(console, "train", {.writes = run_files(folder)});
  }
  const StopOnSignal signals(console);
  if (follows(parallel)) {
    auto run = RunFolder::of_other_process(run_);
    return status_of(train(task, run, {}, signals.stop()), signals);
  }
  auto run = run_.empty() ? RunFolder::create("runs", task.dataset.name(), task.network.name())
                          : RunFolder::create_named(run_);
  write_note(run);
  TrainProgress progress(console, mode, run);
  const auto outcome = train(task, run, std::ref(progress), signals.stop());
  arguments_.cache.report(console, task.disk_cache.get());
  return finish(console, run, outcome, {*prepared.backend, task.dataset, task.threads}, signals);
}

int TrainCommand::go_on(Console& console, const DataParallel& parallel) const {
  refuse_with_resume();
  auto run = RunFolder::open(resume_);
  const auto before = read_run_document(run);
  if (dry_run_) {
    return show_intent(console, "train", {.writes = run_files(run.path().string())});
  }
  const auto own_backend = make_backend(arguments_.backend == "auto" ? before.backend : arguments_.backend);
  const auto backend = shared_.backend(own_backend);
  // The run may have begun on another number of ranks, whose threads were others.
  const int threads_before = are_several(parallel) || shared_.towers ? default_threads() : before.threads;
  const int threads = arguments_.threads > 0 ? arguments_.threads : threads_before;
  const auto dataset = open_dataset(before.data, console.sink());
  ResumeTask task{.backend = *backend,
                  .dataset = *dataset,
                  .content_hashes = content_hashes(*dataset, threads),
                  .command_line = command_line(console),
                  .threads = threads,
                  .disk_cache = arguments_.cache.open(),
                  .parallel = parallel,
                  .towers = shared_.towers ? shared_.towers->size() : 1};
  if (const auto epochs = arguments_.settings.find("epochs"); epochs != arguments_.settings.end()) {
    task.epochs = std::stoi(epochs->second);
  }
  const StopOnSignal signals(console);
  if (follows(parallel)) {
    return status_of(alexnet::resume(task, run, {}, signals.stop()), signals);
  }
  write_note(run);
  TrainProgress progress(console, progress_mode(progress_, console), run);
  const auto outcome = alexnet::resume(task, run, std::ref(progress), signals.stop());
  arguments_.cache.report(console, task.disk_cache.get());
  return finish(console, run, outcome, {*own_backend, *dataset, threads}, signals);
}

void TrainCommand::refuse_with_resume() const {
  const auto refuse = [&](const std::string& option) {
    throw Error(Message::kOptionInvalid, {{"where", option},
                                          {"expected", "only --epochs beside --resume: the run keeps its recipe"},
                                          {"got", option},
                                          {"hint", "alexnet train --resume " + shell_word(resume_)}});
  };
  for (const auto& [key, value] : arguments_.settings) {
    if (key != "epochs") {
      refuse(option_of_key(key));
    }
  }
  for (const auto& [name, value] : {std::pair{"FOLDER|SET", arguments_.data},
                                    {"--network", arguments_.network},
                                    {"--init", arguments_.init},
                                    {"--run", run_}}) {
    if (!value.empty()) {
      refuse(name);
    }
  }
}

void TrainCommand::write_note(RunFolder& run) const {
  if (!note_.empty()) {
    run.write_note(note_);
  }
}

int TrainCommand::finish(Console& console, RunFolder& run, const TrainOutcome& outcome, const TrainTools& tools,
                         const StopOnSignal& signals) const {
  if (outcome.state == RunState::kDone) {
    write_beside(console, run, "model_card.html", "card", [&] { report::write_model_card(run); });
  }
  write_beside(console, run, report::kReportFile, "report", [&] {
    (void)report::write_run_report(
        run, tools.backend, run.file(report::kReportFile),
        {.dataset = &tools.dataset, .threads = tools.threads, .language = console.language()});
  });
  const auto held_out = held_out_photo(run, tools.dataset);
  if (console.json()) {
    console.print_document(train_json(run, outcome, held_out));
  } else if (outcome.state == RunState::kDone) {
    console.print(train_words(run, outcome, held_out));
  }
  if (outcome.state == RunState::kStopped) {
    console.log(Severity::kNote, Message::kNoteInterrupted,
                {{"command", "alexnet train --resume " + shell_word(run.path().string())}});
  }
  return status_of(outcome, signals);
}

}  // namespace

std::unique_ptr<Command> make_train_command() { return std::make_unique<TrainCommand>(); }

}  // namespace alexnet::cli
