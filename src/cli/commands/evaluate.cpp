#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>

#include "alexnet/core/error.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/infer/calibration.h"
#include "alexnet/infer/ensemble.h"
#include "alexnet/infer/evaluation.h"
#include "alexnet/infer/views.h"
#include "alexnet/registry/registry.h"

#include "cli/cache_arguments.h"
#include "cli/command.h"
#include "cli/dry_run.h"
#include "cli/evaluated_photos.h"
#include "cli/evaluation_files.h"
#include "cli/evaluation_words.h"
#include "cli/options.h"
#include "cli/precision_words.h"
#include "cli/progress_mode.h"
#include "cli/sources.h"
#include "cli/words.h"

namespace alexnet::cli {
namespace {

class EvaluateCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {
        "evaluate",
        "check",
        "measure one or more models on photos of known classes",
        "Prints top-1 and top-5 with their 95 % intervals, the loss (cross-entropy without temperature, or hinge), "
        "precision, recall and F1 of every class, which classes are taken for which, and how far the confidence can be "
        "trusted, before and after the temperature that training found. Further models answer together with the first: "
        "the weighted mean of "
        "their probabilities. A last word that is no model names the photos; without it, those that the first RUN "
        "held out are taken. Folders named train, val and test are parts of a FOLDER; a class that the model does "
        "not know is an error, unless --classes says what it is. A list, LIST.csv, stands for a folder as in train. "
        "More views than the centre need a model that was trained on parts of a larger square "
        "(--crop random).",
        {{"alexnet evaluate runs/latest --min-top1 0.01", "on what the run held out; exit status 1 below that, for CI"},
         {"alexnet evaluate runs/latest photos --split all --views ten", "ten views of every photo of a folder"},
         {"alexnet evaluate runs/latest runs/first --weights search",
          "two runs together, with weights that suit the photos of the part val"}}};
  }

  void add_options(CLI::App& app) override {
    add_text(app, {"model", "MODEL|RUN", "model file or run folder"}, model_);
    add_texts(app,
              {"more", "MODEL|RUN|FOLDER|SET", "further models; last, photos in class folders or a list of them",
               "the first run's own"},
              more_);
    add_choice(app, {"--split", "test|val|train|all", "which part", "test, else val; all of a folder without parts"},
               split_);
    add_views(app, views_);
    add_text(app,
             {"--weights", "W,W...|search",
              "weight of each model's answers; search: coordinate search, step 0.05, on the part val", "equal"},
             weights_);
    add_real(app, {"--min-top1", "X", "least share (0 to 1) that must be right, else exit status 1", "none"}, min_top1_,
             0, 1);
    add_text(app, {"--csv", "FOLDER", "write predictions.csv, classes.csv and confusion.csv there", "none"}, csv_);
    add_text(app,
             {"--classes", "FILE",
              "CSV with the columns folder,class: which class of the model each folder of a FOLDER holds",
              "a folder's own name"},
             class_map_);
    add_whole(app, {"--batch", "N", "pictures at a time, that is photos times views"}, scoring_.batch, 1, 65536);
    add_precision(app, precision_);
    add_text(app, {"--backend", "BACKEND", "what computes; auto is the fastest that is there"}, backend_);
    add_whole(app, {"--threads", "N", "threads that compute", "physical cores that this process may use"},
              scoring_.threads, 1, 4096);
    cache_.add_to(app);
    add_choice(app, {"--progress", kProgressChoices, "how progress is shown"}, progress_);
    add_dry_run(app, dry_run_);
  }

  int run(Console& console) override;

 private:
  /// Reads the models, and tells the word that names photos from theirs.
  void read_models();
  [[nodiscard]] ChosenPhotos photos_to_measure(Console& console) const;
  /// Of the part val: of the FOLDER, else of the first run that has one.
  [[nodiscard]] ChosenPhotos photos_to_search(Console& console) const;
  /// Those of a run, which no other run was trained on.
  [[nodiscard]] ChosenPhotos own_photos(const PartedPhotos& photos, const std::string& run,
                                        const std::string& part) const;
  [[nodiscard]] Ensemble answers_to(const ChosenPhotos& photos, Console& console) const;
  /// Checks that all is there before the first photo is looked at, and finds the weights.
  [[nodiscard]] std::vector<double> find_weights(EvaluationSource& source, Console& console) const;

  std::string model_;
  std::vector<std::string> more_;
  std::string split_;
  std::string views_ = "center";
  std::string weights_;
  std::string csv_;
  std::string class_map_;
  std::string backend_ = "auto";
  std::string precision_ = "model";
  std::string progress_ = "auto";
  bool dry_run_ = false;
  double min_top1_ = 0;
  ScoringOptions scoring_;
  CacheArguments cache_;

  std::vector<std::string> names_;  // of the models
  std::vector<Model> models_;
  std::string data_;  // folder or set; empty: a run's own
};

void EvaluateCommand::read_models() {
  names_ = {model_};
  names_.insert(names_.end(), more_.begin(), more_.end());
  const auto is_model = [](const std::string& word) {
    return is_run(word) || (std::filesystem::is_regular_file(word) && !is_photo_list(word));
  };
  if (!more_.empty() && !is_model(more_.back())) {
    data_ = more_.back();
    names_.pop_back();
  }
  for (const auto& name : names_) {
    models_.push_back(read_model(find_model(name)));
    check_same_answers(models_.front(), model_, models_.back(), name);
    (void)cuts_of(scoring_.views, models_.back().geometry);  // an error now, not after the models before it
  }
}

ChosenPhotos EvaluateCommand::own_photos(const PartedPhotos& photos, const std::string& run,
                                         const std::string& part) const {
  auto chosen = choose_photos(photos, part);
  for (const auto& other : names_) {
    if (other != run && is_run(other)) {
      check_unseen(chosen, run, other);
    }
  }
  return chosen;
}

ChosenPhotos EvaluateCommand::photos_to_measure(Console& console) const {
  if (!data_.empty()) {
    return choose_photos(photos_of_set(data_, models_.front(), model_, class_map_, console.sink()), split_);
  }
  const auto run = std::ranges::find_if(names_, is_run);
  if (run == names_.end()) {
    require("", "FOLDER|SET", "alexnet evaluate " + shell_word(model_) + " photos");
  }
  return own_photos(photos_of_run(*run, models_.front(), console.sink()), *run, split_);
}

ChosenPhotos EvaluateCommand::photos_to_search(Console& console) const {
  const std::string val(name_of(Part::kVal));
  const auto has_val = [](const PartedPhotos& photos) {
    return std::ranges::find(photos.parts, Part::kVal) != photos.parts.end();
  };
  if (!data_.empty()) {
    const auto photos = photos_of_set(data_, models_.front(), model_, class_map_, console.sink());
    if (has_val(photos)) {
      return choose_photos(photos, val);
    }
  }
  for (const auto& name : names_) {
    if (is_run(name)) {
      const auto photos = photos_of_run(name, models_.front(), console.sink());
      if (has_val(photos)) {
        return own_photos(photos, name, val);
      }
    }
  }
  throw Error(Message::kOptionInvalid, {{"where", "--weights search"},
                                        {"expected", "a run with photos of the part val, or a folder that has them"},
                                        {"got", "none"},
                                        {"hint", "give the weights: --weights 0.5,0.5"}});
}

Ensemble EvaluateCommand::answers_to(const ChosenPhotos& photos, Console& console) const {
  const auto backend = make_backend(backend_);
  const auto mode = progress_mode(progress_, console);
  std::vector<PhotoScores> members;
  for (const auto& model : models_) {
    Pace pace;
    members.push_back(score_photos(model, *backend, *photos.dataset, photos.items, scoring_,
                                   [&](std::int64_t seen, std::int64_t all) {
                                     show_count(console, mode, pace, seen, all);
                                     return true;
                                   }));
  }
  return Ensemble(std::move(members));
}

std::vector<double> EvaluateCommand::find_weights(EvaluationSource& source, Console& console) const {
  if (weights_ != "search") {
    return weight_shares(numbers_of("--weights", weights_), models_.size());
  }
  const auto photos = photos_to_search(console);
  const auto ensemble = answers_to(photos, console);
  auto weights = ensemble.search_weights();
  const auto found = evaluate(ensemble.mean(weights), photos.dataset->classes());
  source.search = WeightSearch{photos.dataset->root().string(), photos.part, found.count, found.top1, found.loss};
  return weights;
}

int EvaluateCommand::run(Console& console) {
  require(model_, "MODEL|RUN", "alexnet evaluate runs/latest");
  scoring_.views = views_by_name(views_);
  scoring_.precision = precision_choice(precision_);
  scoring_.threads = scoring_.threads > 0 ? scoring_.threads : default_threads();
  scoring_.disk_cache = cache_.open();
  read_models();
  if (!class_map_.empty() && data_.empty()) {
    require("", "FOLDER", "alexnet evaluate " + shell_word(model_) + " photos --classes " + shell_word(class_map_));
  }
  const auto photos = photos_to_measure(console);
  EvaluationSource source{.models = names_,
                          .data = photos.dataset->root().string(),
                          .part = photos.part,
                          .views = scoring_.views,
                          .min_top1 = min_top1_};
  for (const auto& model : models_) {
    source.networks.push_back(model.network.name());
  }
  const auto backend = make_backend(backend_);
  for (const auto& model : models_) {
    const auto precision = choose_precision(scoring_.precision, *backend, model);
    tell_precision(console, precision_, precision);
    source.precisions.emplace_back(name_of(precision));
  }
  if (dry_run_) {
    return show_intent(console, "evaluate", {.writes = evaluation_files(csv_)});
  }
  source.own_photos = data_.empty();
  source.weights = find_weights(source, console);
  const auto scores = answers_to(photos, console).mean(source.weights);
  cache_.report(console, scoring_.disk_cache.get());
  const auto evaluation = evaluate(scores, photos.dataset->classes());
  if (scores.output == OutputKind::kProbabilities) {
    // The temperature of one model says nothing about several together.
    source.calibration = calibration_report(scores, models_.size() == 1 ? calibration_of(models_[0]) : std::nullopt);
  }
  if (!csv_.empty()) {
    write_evaluation_files(csv_, evaluation, photos, scores,
                           source.calibration ? source.calibration->calibration : std::nullopt);
  }
  const bool reached = evaluation.top1 >= min_top1_;
  if (console.json()) {
    console.print_document(evaluation_json(evaluation, source));
    return reached ? 0 : 1;
  }
  console.print(evaluation_words(evaluation, source, console.language()));
  if (!reached) {
    throw Error(Message::kNotReached,
                {{"where", "top-1"}, {"expected", percent(min_top1_)}, {"got", percent(evaluation.top1)}});
  }
  return 0;
}

}  // namespace

std::unique_ptr<Command> make_evaluate_command() { return std::make_unique<EvaluateCommand>(); }

}  // namespace alexnet::cli
