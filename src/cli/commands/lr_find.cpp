#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/files.h"
#include "alexnet/report/rate_curve.h"
#include "alexnet/train/rate_search.h"

#include "cli/command.h"
#include "cli/dry_run.h"
#include "cli/options.h"
#include "cli/progress_mode.h"
#include "cli/recipe_arguments.h"
#include "cli/signals.h"
#include "cli/training_arguments.h"
#include "cli/words.h"
#include "core/text.h"

namespace alexnet::cli {
namespace {

using namespace std::chrono_literals;

class LrFindCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {"lr-find",
            "train",
            "find a learning rate for train",
            "Makes some hundred steps on the training photos while the learning rate rises from --lowest to --highest, "
            "each time by the same factor, and stops when the loss diverges. Says the rate that the loss suggests and "
            "why, and writes the curve to lr-find.svg and lr-find.csv in a folder. Takes the options of train, but "
            "for the schedule; give it the network, recipe and batch that you will train with.",
            {{"alexnet lr-find photos --network lenet5", "for the default recipe"},
             {"alexnet lr-find photos --network lenet5 --optimizer sgd --steps 100", "for another way to train"}}};
  }

  void add_options(CLI::App& app) override {
    arguments_.add_to(app);
    add_real(app, {"--lowest", "X", "rate of the first step"}, options_.lowest, 1e-12, 1e6);
    add_real(app, {"--highest", "X", "rate of the last step"}, options_.highest, 1e-12, 1e6);
    add_whole(app, {"--steps", "N", "steps from one to the other"}, options_.steps, 2, 1000000);
    add_text(app, {"--to", "FOLDER", "where the curve goes"}, to_);
    add_choice(app, {"--progress", kProgressChoices, "how progress is shown"}, progress_);
    add_dry_run(app, dry_run_);
    add_recipe_options(app, arguments_.settings);
  }

  int run(Console& console) override;

 private:
  void print(Console& console, const RateSearch& search) const;

  TrainingArguments arguments_;
  RateSearchOptions options_;
  std::string to_ = "lr-find";
  std::string progress_ = "auto";
  bool dry_run_ = false;
};

std::string to_json(const RateSearch& search, const std::vector<std::string>& files) {
  const auto number = [](double value) { return value > 0 ? nlohmann::ordered_json(value) : nlohmann::ordered_json(); };
  nlohmann::ordered_json document = {{"schema", "alexnet.lr_find"},
                                     {"version", 1},
                                     {"suggested", number(search.suggested)},
                                     {"reason", report::reason_words(search)},
                                     {"least_loss_rate", number(search.least_loss_rate)},
                                     {"end", name_of(search.end)},
                                     {"files", files},
                                     {"points", nlohmann::ordered_json::array()}};
  for (const auto& point : search.points) {
    document["points"].push_back({{"rate", point.rate}, {"loss", point.loss}, {"smoothed", point.smoothed}});
  }
  return document.dump();
}

void LrFindCommand::print(Console& console, const RateSearch& search) const {
  const std::vector<std::string> files = {to_ + "/lr-find.svg", to_ + "/lr-find.csv"};
  make_folder(to_);
  write_file_atomically(files[0], report::rate_curve_svg(search));
  write_file_atomically(files[1], to_csv(search));
  if (console.json()) {
    console.print_document(to_json(search, files));
    return;
  }
  const auto head = search.suggested > 0 ? fmt::format("suggested rate: {:.2g}\n", search.suggested)
                                         : std::string("no rate can be suggested\n");
  console.print(head + wrapped(report::reason_words(search), console.out().width) + "\n" +
                fmt::format("\n{}: the curve\n{}: its {} points\n", printable(files[0]), printable(files[1]),
                            search.points.size()));
  if (search.suggested > 0) {
    console.print(fmt::format("\nnext: alexnet train {} --rate {:.2g}, with the same options\n",
                              shell_word(arguments_.data), search.suggested));
  }
}

int LrFindCommand::run(Console& console) {
  require(arguments_.data, "FOLDER|SET", "alexnet lr-find photos");
  const auto mode = progress_mode(progress_, console);
  const auto prepared = prepare_training(console, arguments_, mode == ProgressMode::kBar);
  if (dry_run_) {
    return show_intent(console, "lr-find", {.writes = {to_ + "/lr-find.svg", to_ + "/lr-find.csv"}});
  }
  const StopOnSignal signals(console);
  Pace pace;
  const auto show = [&](const RatePoint& point, int step, int steps) {
    const auto line = fmt::format("step {}/{}  rate {:.2e}  loss {:.3f}", step, steps, point.rate, point.loss);
    if (mode == ProgressMode::kJson) {
      console.event(nlohmann::ordered_json({{"schema", "alexnet.progress"},
                                            {"version", 1},
                                            {"event", "rate"},
                                            {"step", step},
                                            {"steps", steps},
                                            {"rate", point.rate},
                                            {"loss", point.loss}})
                        .dump());
    } else if (mode == ProgressMode::kBar && pace.due(100ms)) {
      console.draw_live(line);
    } else if (mode == ProgressMode::kPlain && pace.due(55s)) {
      console.say(line);
    }
  };
  const auto search = find_rate(prepared.task, options_, show, signals.stop());
  console.clear_live();
  if (search.end == RateSearchEnd::kStopped) {
    return signals.exit_status();
  }
  print(console, search);
  return 0;
}

}  // namespace

std::unique_ptr<Command> make_lr_find_command() { return std::make_unique<LrFindCommand>(); }

}  // namespace alexnet::cli
