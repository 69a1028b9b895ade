#include "alexnet/data/check.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/data/dataset.h"
#include "alexnet/data/fix_list.h"
#include "alexnet/models/models.h"
#include "alexnet/registry/registry.h"
#include "alexnet/report/check_page.h"
#include "alexnet/train/label_check.h"

#include "cli/check_words.h"
#include "cli/command.h"
#include "cli/dry_run.h"
#include "cli/options.h"
#include "cli/progress_mode.h"
#include "cli/words.h"

namespace alexnet::cli {
namespace {

constexpr int kBadData = 3;

/// "leak, two-classes, ...": the kinds of a gravity.
std::string kinds_of(Gravity gravity) {
  std::vector<std::string_view> names;
  for (const auto& text : finding_texts()) {
    if (text.gravity == gravity) {
      names.push_back(text.name);
    }
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

class CheckCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {
        "check",
        "data",
        "find what is wrong with a folder of photos",
        "Opens every file of FOLDER once and needs no model. Errors end with exit status 3, as a training would fail, "
        "learn or measure something wrong, or leave photos out: " +
            kinds_of(Gravity::kError) + ". Warnings: " + kinds_of(Gravity::kWarning) +
            ". Notes: " + kinds_of(Gravity::kNote) +
            ". --fix writes a list of files that could go; --apply moves those with action `quarantine` to "
            "FOLDER/quarantine, which no command takes for a class, those with `relabel` to the class that they look "
            "like, and --undo moves them back. Nothing is deleted. --labels looks for photos in the wrong class: each "
            "is "
            "judged by a linear classifier that was trained on the others. It looks at whitened patches of the photos "
            "themselves; pretrained weights (--init) tell classes apart better.",
        {{"alexnet check photos --report check.html --fix fix.csv", "a summary, a page, and a list of what could go"},
         {"alexnet check photos --labels", "also photos that look like another class, the most suspect first"},
         {"alexnet check photos --near 0 --json", "equal files only, as one document for a script"}}};
  }

  void add_options(CLI::App& app) override {
    add_text(app, {"folder", "FOLDER", "photos in class folders or a list of them (CSV)"}, folder_);
    add_text(app, {"--report", "FILE", "write a page with pictures of what was found (HTML)", "none"}, report_);
    add_text(app, {"--fix", "FILE", "write the list of files that could go (CSV)", "none"}, fix_);
    add_text(app, {"--apply", "FILE", "do nothing but move the files of this list to FOLDER/quarantine", "none"},
             apply_);
    add_text(app, {"--undo", "FILE", "do nothing but move the files of this list back", "none"}, undo_);
    add_real(app, {"--near", "X", "largest difference of near copies, 0 to 100; 0 finds equal files only"},
             options_.near, 0, 100);
    add_whole(app, {"--min-side", "N", "photos with a smaller side, in pixels, are reported"}, options_.min_side, 1,
              65536);
    add_flag(app, "--labels", labels_, "look for photos in the wrong class too (minutes)");
    add_text(
        app,
        {"--init", "MODEL|FILE",
         "with --labels: model or safetensors file whose features tell the classes apart; not trained on these photos",
         "patches of the photos"},
        init_);
    add_whole(app, {"--threads", "N", "threads that read photos", "physical cores that this process may use"}, threads_,
              1, 4096);
    add_choice(app, {"--progress", kProgressChoices, "how progress is shown"}, progress_);
    add_dry_run(app, dry_run_);
  }

  int run(Console& console) override {
    require(folder_, "FOLDER", "alexnet check photos");
    if (!init_.empty() && !labels_) {
      throw Error(Message::kOptionInvalid,
                  {{"where", "--init"}, {"expected", "--labels beside it"}, {"got", "--init alone"}});
    }
    if (apply_.empty() && undo_.empty()) {
      return check(console);
    }
    for (const auto& [name, value] : {std::pair{"--report", report_},
                                      {"--fix", fix_},
                                      {"--labels", labels_ ? "yes" : ""},
                                      {"--undo", apply_.empty() ? "" : undo_}}) {
      if (!value.empty()) {
        throw Error(Message::kOptionInvalid, {{"where", name},
                                              {"expected", "--apply or --undo alone"},
                                              {"got", "both"},
                                              {"hint", "alexnet help check"}});
      }
    }
    if (is_photo_list(folder_)) {
      throw Error(Message::kOptionInvalid, {{"where", apply_.empty() ? "--undo" : "--apply"},
                                            {"expected", "a folder: the photos of a list stay where they are"},
                                            {"got", folder_},
                                            {"hint", "take the files of the fix list out of " + shell_word(folder_)}});
    }
    return move(console);
  }

 private:
  [[nodiscard]] int check(Console& console);
  void find_wrong_labels(Console& console, ProgressMode mode, CheckResult& result) const;
  [[nodiscard]] int move(Console& console) const;

  std::string folder_;
  std::string report_;
  std::string fix_;
  std::string apply_;
  std::string undo_;
  std::string progress_ = "auto";
  bool labels_ = false;
  std::string init_;
  bool dry_run_ = false;
  int threads_ = 0;
  CheckOptions options_;
};

void CheckCommand::find_wrong_labels(Console& console, ProgressMode mode, CheckResult& result) const {
  const auto dataset = open_dataset(folder_, console.sink());
  std::vector<Network> networks;  // of which one may fit the weights
  for (const auto& preset : models::presets()) {
    networks.push_back(models::by_name(preset.name));
  }
  const auto features = init_.empty() ? patch_features(*dataset) : pretrained_features(init_, networks);
  Pace pace;
  const auto found = check_labels(*dataset, features, *make_backend("auto"),
                                  {.threads = options_.threads, .copies = copies_in(result)},
                                  [&](std::int64_t seen, std::int64_t all) {
                                    show_count(console, mode, pace, seen, all);
                                    return true;
                                  });
  add_to(result, *found, *dataset);
}

int CheckCommand::check(Console& console) {
  if (dry_run_) {
    Intent intent;
    for (const auto& file : {report_, fix_}) {
      if (!file.empty()) {
        intent.writes.push_back(file);
      }
    }
    return show_intent(console, "check", intent);
  }
  const auto mode = progress_mode(progress_, console);
  Pace pace;
  options_.threads = threads_ > 0 ? threads_ : default_threads();
  options_.progress = [&](std::int64_t done, std::int64_t all) { show_count(console, mode, pace, done, all); };
  auto result = check_folder(folder_, options_);
  if (labels_) {
    find_wrong_labels(console, mode, result);
  }
  if (!report_.empty()) {
    report::write_check_page(report_, result, console.language());
  }
  if (!fix_.empty()) {
    write_fix_list(fix_, fix_rows(result));
  }
  if (console.json()) {
    console.print_document(check_json(result));
  } else {
    console.print(check_words(result, console.out().width, console.language()));
    if (!report_.empty()) {
      console.print(fmt::format("page written: {}\n", report_));
    }
    const auto rows = fix_rows(result).size();
    if (!fix_.empty()) {
      const auto next = is_photo_list(folder_)
                            ? "take them out of the list"
                            : fmt::format("alexnet check {} --apply {}", shell_word(folder_), shell_word(fix_));
      console.print(fmt::format("{} rows written: {}\nnext: {}\n", rows, fix_, next));
    } else if (rows > 0) {
      console.print(fmt::format("next: alexnet check {} --fix fix.csv  (lists {} files that could go)\n",
                                shell_word(folder_), rows));
    }
  }
  return result.has_errors() ? kBadData : 0;
}

int CheckCommand::move(Console& console) const {
  const bool undo = apply_.empty();
  const auto& list = undo ? undo_ : apply_;
  const auto rows = read_fix_list(list);
  if (dry_run_) {
    return show_intent(console, "check", {.moves = plan_fixes(folder_, rows, undo).moves});
  }
  const auto outcome = undo ? undo_fixes(folder_, rows) : apply_fixes(folder_, rows);
  if (console.json()) {
    console.print_document(fix_json(outcome, undo, folder_));
  } else {
    console.print(fix_words(outcome, undo, folder_, list));
  }
  return outcome.missing.empty() && outcome.in_the_way.empty() ? 0 : 1;
}

}  // namespace

std::unique_ptr<Command> make_check_command() { return std::make_unique<CheckCommand>(); }

}  // namespace alexnet::cli
