#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "alexnet/formats/model_file.h"
#include "alexnet/formats/run_folder.h"
#include "alexnet/infer/calibration.h"
#include "alexnet/infer/evaluation.h"
#include "alexnet/train/run_document.h"

/// What a model is, what it was trained on, how good it is and where its limits lie: a card for people who did not
/// train it, in the form that model hubs read.
namespace alexnet::report {

/// Photos of a class in train, val and test.
using PhotosAPart = std::array<std::int64_t, 3>;

/// Width and height of photos: the smallest, the middle one and the largest by their area.
struct PhotoSizes {
  std::int64_t photos = 0;  ///< that were looked at
  std::array<int, 2> smallest = {};
  std::array<int, 2> median = {};
  std::array<int, 2> largest = {};
};

/// Mean grey of a photo as a share of white, 0 to 1: between which nine in ten photos lie.
struct PhotoBrightness {
  std::int64_t photos = 0;  ///< that were looked at
  double low = 0;
  double high = 1;
};

/// All that a card says comes from here; what is not known is not there.
struct CardFacts {
  std::string name;     ///< the model's
  std::string network;  ///< the preset's name, or the user's
  Shape input;
  std::int64_t parameters = 0;
  std::int64_t trainable = 0;
  std::int64_t macs = 0;
  OutputKind output = OutputKind::kProbabilities;
  Geometry geometry;
  std::vector<std::string> classes;
  std::optional<Calibration> calibration = {};
  /// Of a run; of a model alone the fact `training` gives a part of it.
  std::optional<RunDocument> run = {};
  std::vector<PhotosAPart> photos = {};            ///< one a class, from split.csv
  std::optional<PhotoSizes> sizes = {};            ///< where the photos are still there
  std::optional<PhotoBrightness> brightness = {};  ///< likewise
  std::optional<std::int64_t> leaks = {};          ///< photos of val and test that have an equal file in another part
  std::string split_method = {};                   ///< "quota", "shuffle"
  /// Recipe keys that are not the default's, with their values.
  std::vector<std::pair<std::string, std::string>> settings = {};
  /// From predictions.csv, of the part that run->result names; top-5 is run->result's.
  std::optional<Evaluation> result = {};
};

/// Reads run.json, the best model, split.csv, recipe.toml and, where the training ended, predictions.csv.
/// Throws what reading them throws.
[[nodiscard]] CardFacts card_facts(const RunFolder& run);
/// What a model file says of itself.
[[nodiscard]] CardFacts card_facts(const Model& model, const std::string& name);

struct CardTexts {
  std::string english;  ///< Markdown with a YAML head (model-index)
  std::string chinese;
  std::string html;  ///< both, one page that fetches nothing
};
/// `reproducible`: without machine and time, so that equal training gives equal bytes. Equal facts, equal texts.
[[nodiscard]] CardTexts model_card(const CardFacts& facts, bool reproducible = false);

/// The name of the fact in Model::facts that holds a card: JSON with `en`, `zh`, `html`.
inline constexpr const char* kCardFact = "card";
/// The card that a model file carries; nothing where it has none. Throws kModelInvalid.
[[nodiscard]] std::optional<CardTexts> card_of(const Model& model);

/// model_card.md, model_card.zh.md and model_card.html in `folder`; returns their names.
std::vector<std::string> write_card_files(const std::filesystem::path& folder, const CardTexts& card);
/// The card of a run in its folder, and without machine and time in its model file; returns the names of the files.
std::vector<std::string> write_model_card(const RunFolder& run);

}  // namespace alexnet::report
