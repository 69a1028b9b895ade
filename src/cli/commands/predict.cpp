#include <algorithm>
#include <cstdio>
#include <filesystem>

#include <CLI/CLI.hpp>

#include "alexnet/core/files.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/image/decode.h"
#include "alexnet/infer/predictor.h"
#include "alexnet/registry/registry.h"

#include "cli/command.h"
#include "cli/options.h"
#include "cli/photo_sources.h"
#include "cli/prediction_words.h"
#include "cli/words.h"

namespace alexnet::cli {
namespace {

constexpr int kBatch = 16;

class PredictCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {
        "predict",
        "use",
        "name what is on photos",
        "Prints the most likely classes of every photo with a bar each. FOLDER stands for all photos in it and below; "
        "- reads a photo, or a list of files (one a line), from standard input. Answers come in the order of the "
        "photos. A photo that cannot be read gets a line that says why, the others are answered, and the exit status "
        "is 3.",
        {{"alexnet predict runs/latest rose.jpg", "the five most likely classes of one photo"},
         {"alexnet predict runs/latest --held-out 3", "three photos that the training did not see"},
         {"cat rose.jpg | alexnet predict runs/latest - --json", "a photo from standard input, for a script"}}};
  }

  void add_options(CLI::App& app) override {
    add_text(app, {"model", "MODEL|RUN", "model file or run folder"}, model_);
    add_texts(app, {"photo", "PHOTO|FOLDER|-", "photos to name"}, photos_);
    add_whole(app, {"--held-out", "N", "in place of PHOTO: N photos that the training of this RUN did not see", "none"},
              held_out_, 1, 1'000'000);
    add_whole(app, {"--top", "N", "classes shown of each photo"}, top_, 1, 1'000'000);
    add_views(app, views_);
    add_choice(app, {"--format", "table|json|jsonl|csv", "how answers are printed; --json is --format json"}, format_);
    add_text(app, {"--backend", "BACKEND", "what computes; auto is the fastest that is there"}, backend_);
    add_whole(app, {"--threads", "N", "threads that compute", "physical cores that this process may use"}, threads_, 1,
              4096);
  }

  int run(Console& console) override;

 private:
  /// Answers for at most kBatch photos, errors in place.
  [[nodiscard]] std::vector<PredictedPhoto> answer(Predictor& predictor, std::span<const PhotoSource> sources) const;

  std::string model_;
  std::vector<std::string> photos_;
  std::string format_ = "table";
  std::string views_ = "center";
  std::string backend_ = "auto";
  int held_out_ = 0;
  int top_ = 5;
  int threads_ = 0;
};

std::vector<PredictedPhoto> PredictCommand::answer(Predictor& predictor, std::span<const PhotoSource> sources) const {
  std::vector<PredictedPhoto> answers;
  std::vector<Image> images;
  std::vector<std::size_t> places;
  for (const auto& source : sources) {
    answers.push_back({.file = source.name, .classes = {}});
    try {
      images.push_back(load_photo(source, predictor.model().geometry.apply_orientation));
      places.push_back(answers.size() - 1);
    } catch (const Error& error) {
      if (sources.size() == 1 && photos_.size() == 1 && format_ == "table") {
        throw;  // the only thing that was asked: said in full
      }
      answers.back().error = describe(error).what;
    }
  }
  const auto values = predictor.predict(images);
  for (std::size_t i = 0; i < values.size(); ++i) {
    answers[places[i]].classes = top_classes(values[i], predictor.model().classes, static_cast<std::size_t>(top_));
  }
  return answers;
}

int PredictCommand::run(Console& console) {
  require(model_, "MODEL|RUN", "alexnet predict runs/latest rose.jpg");
  if (held_out_ == 0) {
    require(photos_.empty() ? "" : photos_.front(), "PHOTO|FOLDER|-",
            "alexnet predict " + shell_word(model_) + " rose.jpg");
  }
  format_ = console.json() ? "json" : format_;
  const auto sources = held_out_ > 0 ? held_out_photos(model_, held_out_, console.sink()) : find_photos(photos_);
  const auto backend = make_backend(backend_);
  const int threads = threads_ > 0 ? threads_ : default_threads();
  const int batch = std::min<int>(kBatch, static_cast<int>(sources.size()));
  Predictor predictor(read_model(find_model(model_)), *backend,
                      {.batch = batch, .threads = threads, .views = views_by_name(views_)});

  PredictionPrinter printer(console, format_, predictor.model().network.output());
  for (std::size_t i = 0; i < sources.size(); i += kBatch) {
    const std::span<const PhotoSource> some(sources.data() + i, std::min<std::size_t>(kBatch, sources.size() - i));
    for (const auto& photo : answer(predictor, some)) {
      printer.add(photo);
    }
  }
  return printer.finish();
}

}  // namespace

std::unique_ptr<Command> make_predict_command() { return std::make_unique<PredictCommand>(); }

}  // namespace alexnet::cli
