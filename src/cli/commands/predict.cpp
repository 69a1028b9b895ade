#include <algorithm>
#include <cstdio>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/image/decode.h"
#include "alexnet/infer/predictor.h"
#include "alexnet/registry/registry.h"

#include "cli/command.h"
#include "cli/options.h"
#include "cli/photo_sources.h"
#include "cli/precision_words.h"
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
        "Prints the most likely classes of every photo with a bar each. FOLDER stands for all photos in it and below, "
        "a quoted pattern ('in/*.jpg') for the files that match, a FILE.txt for the files it lists, one a line; - "
        "reads "
        "a photo, or such a list, from standard input. Answers come in the order of the photos; for many, jsonl and "
        "csv "
        "print each as it comes. A photo that cannot be read gets a line that says why, the others are answered, and "
        "the exit status is 3. Probabilities are calibrated where training found a temperature (raw_probability in "
        "JSON is without it). With --min-confidence a photo whose most likely class is less probable is called "
        "unknown; auto takes the threshold that training found: of the answers above it, 95 % were right on the part "
        "val.",
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
    add_text(app,
             {"--min-confidence", "X|auto", "least probability (0 to 1) of an answer; below it the photo is unknown",
              "none"},
             min_confidence_);
    add_views(app, views_);
    add_precision(app, precision_);
    add_choice(app, {"--format", "table|json|jsonl|csv", "how answers are printed; --json is --format json"}, format_);
    add_text(app, {"--backend", "BACKEND", "what computes; auto is the fastest that is there"}, backend_);
    add_whole(app, {"--threads", "N", "threads that compute", "physical cores that this process may use"}, threads_, 1,
              4096);
  }

  int run(Console& console) override;

 private:
  /// Answers for at most kBatch photos, errors in place.
  [[nodiscard]] std::vector<PredictedPhoto> answer(Predictor& predictor, std::span<const PhotoSource> sources,
                                                   std::optional<double> least) const;
  [[nodiscard]] std::optional<double> least_confidence(const Predictor& predictor) const;

  std::string model_;
  std::vector<std::string> photos_;
  std::string format_ = "table";
  std::string min_confidence_;
  std::string views_ = "center";
  std::string backend_ = "auto";
  std::string precision_ = "model";
  int held_out_ = 0;
  int top_ = 5;
  int threads_ = 0;
};

std::optional<double> PredictCommand::least_confidence(const Predictor& predictor) const {
  if (min_confidence_.empty()) {
    return std::nullopt;
  }
  const auto refuse = [](const std::string& expected, const std::string& got) {
    throw Error(Message::kOptionInvalid, {{"where", "--min-confidence"},
                                          {"expected", expected},
                                          {"got", got},
                                          {"hint", "give a probability: --min-confidence 0.8"}});
  };
  if (predictor.model().network.output() != OutputKind::kProbabilities) {
    refuse("a network of probabilities", "one of hinge scores");
  }
  if (min_confidence_ != "auto") {
    const auto numbers = numbers_of("--min-confidence", min_confidence_);
    if (numbers.size() != 1 || !(numbers[0] >= 0 && numbers[0] <= 1)) {
      refuse("a number from 0 to 1, or auto", min_confidence_);
    }
    return numbers[0];
  }
  const auto& calibration = predictor.calibration();
  if (!calibration) {
    refuse("a model with a threshold",
           fmt::format("one without: the part val had fewer than {} photos", kFewestToCalibrate));
  }
  if (!calibration->threshold) {
    refuse("a model with a threshold",
           fmt::format("one without: at no confidence were {} of its answers right on {} photos of {}",
                       percent(kTrustedPrecision), calibration->photos, calibration->part));
  }
  return calibration->threshold;
}

std::vector<PredictedPhoto> PredictCommand::answer(Predictor& predictor, std::span<const PhotoSource> sources,
                                                   std::optional<double> least) const {
  std::vector<PredictedPhoto> answers;
  std::vector<Image> squares;
  std::vector<std::size_t> places;
  const auto& geometry = predictor.model().geometry;
  for (const auto& source : sources) {
    answers.push_back({.file = source.name, .classes = {}});
    try {
      squares.push_back(prepare(load_photo(source, geometry.apply_orientation), geometry));
      places.push_back(answers.size() - 1);
    } catch (const Error& error) {
      if (sources.size() == 1 && photos_.size() == 1 && format_ == "table") {
        throw;  // the only thing that was asked: said in full
      }
      answers.back().error = describe(error).what;
    }
  }
  const auto scores = predictor.scores(squares);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    auto& photo = answers[places[i]];
    photo.classes = predictor.top(scores[i], static_cast<std::size_t>(top_));
    if (least) {
      photo.unknown = photo.classes.front().value < *least;
    }
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
  Predictor predictor(
      read_model(find_model(model_)), *backend,
      {.batch = batch, .threads = threads, .views = views_by_name(views_), .precision = precision_choice(precision_)});
  tell_precision(console, precision_, predictor.precision());

  const auto least = least_confidence(predictor);
  const auto& calibration = predictor.calibration();
  PredictionPrinter printer(console,
                            {.format = format_,
                             .output = predictor.model().network.output(),
                             .temperature = calibration ? std::optional(calibration->temperature) : std::nullopt,
                             .precision = predictor.precision(),
                             .min_confidence = least});
  for (std::size_t i = 0; i < sources.size(); i += kBatch) {
    const std::span<const PhotoSource> some(sources.data() + i, std::min<std::size_t>(kBatch, sources.size() - i));
    for (const auto& photo : answer(predictor, some, least)) {
      printer.add(photo);
    }
  }
  return printer.finish();
}

}  // namespace

std::unique_ptr<Command> make_predict_command() { return std::make_unique<PredictCommand>(); }

}  // namespace alexnet::cli
