#include <cmath>

#include <CLI/CLI.hpp>

#include "alexnet/data/loader.h"
#include "alexnet/data/split.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/infer/evaluation.h"
#include "alexnet/registry/registry.h"
#include "alexnet/train/run_document.h"

#include "cli/command.h"
#include "cli/evaluation_words.h"
#include "cli/options.h"
#include "cli/progress_mode.h"
#include "cli/relabelled_dataset.h"
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
        "measure a model on photos whose classes are known",
        "Prints top-1 and top-5 with their 95 % intervals, the loss, precision, recall and F1 of every class, and "
        "which "
        "classes are taken for which. A RUN without a folder is measured on its own held-out photos. With a FOLDER, "
        "folders named train, val and test are its parts; a class that the model does not know is an error.",
        {{"alexnet evaluate runs/latest", "on the photos that the run held out"},
         {"alexnet evaluate runs/latest photos --split all", "on all photos of a folder"},
         {"alexnet evaluate runs/latest --min-top1 0.01", "exit status 1 when fewer are right: a gate for CI"}}};
  }

  void add_options(CLI::App& app) override {
    add_text(app, {"model", "MODEL|RUN", "model file or run folder"}, model_);
    add_text(app, {"data", "FOLDER|SET", "photos in class folders", "the run's own"}, data_);
    add_choice(app, {"--split", "test|val|train|all", "which part", "test, else val; all of a folder without parts"},
               split_);
    add_real(app, {"--min-top1", "X", "least share (0 to 1) that must be right, else exit status 1", "none"}, min_top1_,
             0, 1);
    add_whole(app, {"--batch", "N", "photos at a time"}, batch_, 1, 65536);
    add_text(app, {"--backend", "BACKEND", "what computes; auto is the fastest that is there"}, backend_);
    add_whole(app, {"--threads", "N", "threads that compute", "physical cores that this process may use"}, threads_, 1,
              4096);
    add_choice(app, {"--progress", kProgressChoices, "how progress is shown"}, progress_);
  }

  int run(Console& console) override;

 private:
  /// The photos to measure on, and the part that they are.
  struct Photos {
    std::unique_ptr<Dataset> dataset;
    std::vector<std::size_t> items;
    std::string part;
  };
  [[nodiscard]] Photos choose_photos(const Model& model, Console& console) const;
  [[nodiscard]] Evaluation measure(const Model& model, const Photos& photos, Console& console) const;

  std::string model_;
  std::string data_;
  std::string split_;
  std::string backend_ = "auto";
  std::string progress_ = "auto";
  double min_top1_ = 0;
  int batch_ = 64;
  int threads_ = 0;
};

EvaluateCommand::Photos EvaluateCommand::choose_photos(const Model& model, Console& console) const {
  const bool own = data_.empty();
  if (own && !is_run(model_)) {
    require("", "FOLDER|SET", "alexnet evaluate " + shell_word(model_) + " photos");
  }
  Photos photos;
  const auto data = own ? read_run_document(RunFolder::open(model_)).data : data_;
  photos.dataset = relabelled(open_dataset(data, console.sink()), model.classes,
                              static_cast<std::size_t>(model.network.classes()), model_);
  const auto& items = photos.dataset->items();
  const auto split = own ? read_split(std::filesystem::path(model_) / "split.csv", *photos.dataset) : Split{};
  const auto items_of = [&](Part part) {
    std::vector<std::size_t> chosen = own ? split.items(part) : std::vector<std::size_t>{};
    for (std::size_t i = 0; i < items.size() && !own; ++i) {
      if (items[i].fixed_part == part) {
        chosen.push_back(i);
      }
    }
    return chosen;
  };
  for (const auto part : {Part::kTest, Part::kVal, Part::kTrain}) {
    // Without --split: the first part that was not trained on.
    if (split_ == name_of(part) || (split_.empty() && part != Part::kTrain)) {
      photos.items = items_of(part);
      photos.part = name_of(part);
      if (!photos.items.empty()) {
        return photos;
      }
    }
  }
  if (!split_.empty() && split_ != "all") {
    throw Error(
        Message::kTooFewPhotos,
        {{"where", data}, {"expected", "photos of the part " + split_}, {"got", "none"}, {"hint", "use --split all"}});
  }
  photos.part = "all";
  for (std::size_t i = 0; i < items.size(); ++i) {
    photos.items.push_back(i);
  }
  return photos;
}

Evaluation EvaluateCommand::measure(const Model& model, const Photos& photos, Console& console) const {
  const auto backend = make_backend(backend_);
  const int threads = threads_ > 0 ? threads_ : default_threads();
  const auto program = backend->compile(model.network, backend->parameters(model.network, model.weights),
                                        {.batch = batch_, .threads = threads});
  Loader loader(*photos.dataset, photos.items, {.geometry = model.geometry, .batch = batch_, .cache_bytes = 0});
  const auto mode = progress_mode(progress_, console);
  Pace pace;
  return evaluate(*program, loader, photos.dataset->classes(), model.network.output(),
                  [&](std::int64_t seen, std::int64_t all) {
                    show_count(console, mode, pace, seen, all);
                    return true;
                  });
}

int EvaluateCommand::run(Console& console) {
  require(model_, "MODEL|RUN", "alexnet evaluate runs/latest");
  const auto model = read_model(find_model(model_));
  const auto photos = choose_photos(model, console);
  const auto evaluation = measure(model, photos, console);
  const EvaluationSource source{.model = model_,
                                .network = model.network.name(),
                                .data = photos.dataset->root().string(),
                                .part = photos.part,
                                .min_top1 = min_top1_};
  const bool reached = evaluation.top1 >= min_top1_;
  if (console.json()) {
    console.print_document(evaluation_json(evaluation, source));
    return reached ? 0 : 1;
  }
  console.print(evaluation_words(evaluation, source));
  if (!reached) {
    throw Error(Message::kNotReached,
                {{"where", "top-1"}, {"expected", percent(min_top1_)}, {"got", percent(evaluation.top1)}});
  }
  return 0;
}

}  // namespace

std::unique_ptr<Command> make_evaluate_command() { return std::make_unique<EvaluateCommand>(); }

}  // namespace alexnet::cli
