#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/train/recipe.h"

#include "train/recipe_text.h"

namespace alexnet {
namespace {

using Kind = RecipeOption::Kind;

[[noreturn]] void refuse(const std::string& key, const std::string& expected, const std::string& got) {
  throw Error(Message::kOptionInvalid, {{"where", key}, {"expected", expected}, {"got", got}});
}

template <class T>
RecipeOption integer(const std::string& key, T Recipe::*member, T least, std::string help) {
  constexpr auto kMost =
      static_cast<T>(std::numeric_limits<std::conditional_t<sizeof(T) == 8, std::int64_t, int>>::max());
  const std::string values = fmt::format("integer from {}", least);
  const auto set = [=](Recipe& recipe, const std::string& text) {
    T value{};
    if (!parse_number(text, value) || value < least || value > kMost) {
      refuse(key, values, text);
    }
    recipe.*member = value;
  };
  return {key, Kind::kInteger, values, std::move(help), [=](const Recipe& r) { return fmt::format("{}", r.*member); },
          set};
}

/// A number from `least` on, or above it when `open`; at most `most`.
struct Range {
  double least = 0;
  bool open = false;
  double most = std::numeric_limits<double>::infinity();
};

RecipeOption number(const std::string& key, double Recipe::*member, Range range, std::string help) {
  const auto& [least, open, most] = range;
  const auto values = !std::isfinite(most)
                          ? (open ? fmt::format("number above {}", least) : fmt::format("number from {}", least))
                      : open ? fmt::format("number above {} to {}", least, most)
                             : fmt::format("number from {} to {}", least, most);
  const auto set = [=](Recipe& recipe, const std::string& text) {
    double value = 0;
    if (!parse_number(text, value) || !std::isfinite(value) || value < range.least || value > range.most ||
        (range.open && value == range.least)) {
      refuse(key, values, text);
    }
    recipe.*member = value;
  };
  return {key, Kind::kNumber, values, std::move(help), [=](const Recipe& r) { return fmt::format("{}", r.*member); },
          set};
}

RecipeOption on_off(const std::string& key, bool Recipe::*member, std::string help) {
  const std::string values = "true|false";
  const auto set = [=](Recipe& recipe, const std::string& text) {
    if (text != "true" && text != "false") {
      refuse(key, values, text);
    }
    recipe.*member = text == "true";
  };
  return {key,
          Kind::kSwitch,
          values,
          std::move(help),
          [=](const Recipe& r) { return std::string(r.*member ? "true" : "false"); },
          set};
}

template <class T>
using Choices = std::vector<std::pair<std::string, T>>;

template <class T>
RecipeOption choice(const std::string& key, T Recipe::*member, Choices<T> choices, std::string help) {
  std::string values;
  for (const auto& [name, value] : choices) {
    values += (values.empty() ? "" : "|") + name;
  }
  const auto get = [=](const Recipe& recipe) {
    return std::find_if(choices.begin(), choices.end(), [&](const auto& c) { return c.second == recipe.*member; })
        ->first;
  };
  const auto set = [=](Recipe& recipe, const std::string& text) {
    const auto found = std::find_if(choices.begin(), choices.end(), [&](const auto& c) { return c.first == text; });
    if (found == choices.end()) {
      refuse(key, values, text);
    }
    recipe.*member = found->second;
  };
  return {key, Kind::kChoice, values, std::move(help), get, set};
}

/// Text without quotes, backslashes and control characters, which files would have to escape.
RecipeOption text_option(const std::string& key, std::string Recipe::*member, bool spaces, const std::string& values,
                         std::string help) {
  const auto set = [=](Recipe& recipe, const std::string& text) {
    const bool plain = std::ranges::none_of(text, [&](char c) {
      return c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ' || c == '\x7f' || (c == ' ' && !spaces);
    });
    if (text.empty() || !plain) {
      refuse(key, values, text);
    }
    recipe.*member = text;
  };
  return {key, Kind::kText, values, std::move(help), [=](const Recipe& r) { return r.*member; }, set};
}

/// Epochs that rise: "8", "120,130"; or "none".
std::optional<std::vector<double>> parse_epochs(const std::string& text) {
  std::vector<double> epochs;
  if (text == "none") {
    return epochs;
  }
  for (const std::string_view part : parts_of(text)) {
    double epoch = 0;
    if (!parse_number(part, epoch) || !std::isfinite(epoch) || epoch <= (epochs.empty() ? 0 : epochs.back())) {
      return std::nullopt;
    }
    epochs.push_back(epoch);
  }
  return epochs;
}

RecipeOption step_at_option() {
  const std::string values = "none, or epochs that rise, such as 120,130";
  const auto set = [=](Recipe& recipe, const std::string& text) {
    const auto epochs = parse_epochs(text);
    if (!epochs) {
      refuse("step_at", values, text);
    }
    recipe.step_at = *epochs;
  };
  return {"step_at",
          Kind::kText,
          values,
          "epochs after which schedule step changes the rate; none: every step_epochs",
          [](const Recipe& r) { return r.step_at.empty() ? "none" : fmt::format("{}", fmt::join(r.step_at, ",")); },
          set};
}

RecipeOption class_weights_option() {
  const std::string values = "none, balanced, effective, or a CSV file with the columns class,weight";
  const Choices<ClassWeights> words = {
      {"none", ClassWeights::kNone}, {"balanced", ClassWeights::kBalanced}, {"effective", ClassWeights::kEffective}};
  RecipeOption option = text_option(
      "class_weights", &Recipe::class_weights_file, true, values,
      "what a photo counts: the same; so that each class counts the same; less extreme, by effective number; as a file "
      "says");
  const auto word = choice("class_weights", &Recipe::class_weights, words, "");
  option.get = [=](const Recipe& r) {
    return r.class_weights == ClassWeights::kFile ? r.class_weights_file : word.get(r);
  };
  option.set = [=, set_file = option.set](Recipe& recipe, const std::string& text) {
    Recipe changed = recipe;
    if (text.ends_with(".csv")) {
      set_file(changed, text);
      changed.class_weights = ClassWeights::kFile;
    } else if (std::ranges::any_of(words, [&](const auto& w) { return w.first == text; })) {
      word.set(changed, text);
      changed.class_weights_file.clear();
    } else {
      refuse("class_weights", values, text);
    }
    recipe = changed;
  };
  return option;
}

Choices<Filter> filters() {
  Choices<Filter> choices;
  for (const Filter filter :
       {Filter::kNearest, Filter::kBox, Filter::kBilinear, Filter::kHamming, Filter::kBicubic, Filter::kLanczos}) {
    choices.emplace_back(name_of(filter), filter);
  }
  return choices;
}

std::vector<RecipeOption> photo_options() {
  return {
      choice("resize_mode", &Recipe::resize_mode, {{"squash", ResizeMode::kSquash}, {"crop", ResizeMode::kCrop}},
             "squash: warp the photo to a square; crop: scale its short side and take the central square"),
      integer("resize", &Recipe::resize, 0,
              "side of that square in pixels; 0: that of the network's mean image, or its input, and 8/7 of it (256 "
              "for 224) with another crop than center"),
      choice("filter", &Recipe::filter, filters(), "how photos are resized, as Pillow names it"),
      choice(
          "crop", &Recipe::crop,
          {{"center", CropMode::kCentre}, {"random", CropMode::kRandom}, {"random-resized", CropMode::kRandomResized}},
          "what training shows of a photo: the centre of the square; any place in it; a part of the photo of random "
          "area and aspect (3/4 to 4/3). Evaluation takes the centre"),
      number("crop_area", &Recipe::crop_area, {0, true, 1}, "least share of the photo's area with crop random-resized"),
      on_off("flip", &Recipe::flip, "mirror every second photo of training, by chance"),
      integer("crop_share", &Recipe::crop_share, 1,
              "photos side by side that share cut and mirror; 32 in the 2012 code"),
      number("rotation", &Recipe::rotation, {0, false, 180},
             "turn each photo of training by up to so many degrees either way; 0: not at all"),
      number("brightness", &Recipe::brightness, {0, false, 1},
             "multiply each photo's brightness by a factor from 1 - x to 1 + x; 0: not at all"),
      number("contrast", &Recipe::contrast, {0, false, 1}, "its contrast alike"),
      number("saturation", &Recipe::saturation, {0, false, 1}, "its saturation alike"),
      number("cutout", &Recipe::cutout, {0, false, 1},
             "cover each photo with a grey square whose side is this share of the cut's; 0: none"),
      number("mixup", &Recipe::mixup, {0},
             "mix photos and labels in pairs, by shares of a beta distribution with this alpha; 0: not at all"),
      number("color_noise", &Recipe::color_noise, {0, false, 1},
             "strength of noise along the principal colours of photos; 0.1 in the paper, 0: none"),
      choice(
          "color_noise_reading", &Recipe::color_noise_reading,
          {{"deviation", ColourNoise::Reading::kDeviation},
           {"eigenvalue", ColourNoise::Reading::kEigenvalue},
           {"lighting", ColourNoise::Reading::kLighting}},
          "what is multiplied: the deviation (the 2012 code), the variance (the paper's text), that of pixels from 0 "
          "to 1 (fb.resnet)"),
      on_off("color_noise_shrink", &Recipe::color_noise_shrink,
             "then divide the photo by 1 + color_noise, as the 2012 code does"),
      integer("color_noise_epochs", &Recipe::color_noise_epochs, 0, "epochs with that noise; 0: all"),
      choice(
          "split", &Recipe::split, {{"quota", SplitOptions::Mode::kQuota}, {"shuffle", SplitOptions::Mode::kShuffle}},
          "quota: each class fills its shares by content, and photos added later move none; shuffle: one permutation "
          "is cut in two"),
      number("split_train", &Recipe::split_train, {0, true, 1}, "share of the photos for training"),
      number("split_val", &Recipe::split_val, {0, true, 1}, "share for choosing the best epoch"),
      number("split_test", &Recipe::split_test, {0, false, 1}, "share for the final figure; 0 with split shuffle"),
  };
}

std::vector<RecipeOption> training_options() {
  constexpr Range kPositive{0, true};
  return {
      integer("batch", &Recipe::batch, 1, "photos that are computed at a time"),
      integer("accumulate", &Recipe::accumulate, 1,
              "batches whose gradients are added up before one update: a step of that many times batch photos in the "
              "memory of one"),
      integer("epochs", &Recipe::epochs, 1, "times that every photo is seen"),
      integer("seed", &Recipe::seed, std::uint64_t{0},
              "of every random draw: first weights, order, cuts, dropout, split"),
      choice(
          "precision", &Recipe::precision,
          {{"f32", PrecisionChoice::kF32}, {"bf16", PrecisionChoice::kBF16}, {"auto", PrecisionChoice::kAuto}},
          "what convolutions and dense layers multiply: float32, bfloat16 (weights, sums and all else stay float32), "
          "or bfloat16 where the processor is faster with it"),
      choice(
          "optimizer", &Recipe::optimizer,
          {{"sgd", OptimizerKind::kSgd},
           {"adam", OptimizerKind::kAdam},
           {"adamw", OptimizerKind::kAdamW},
           {"lars", OptimizerKind::kLars}},
          "sgd: with momentum, as the 2012 code has it; adam: as Keras has it; adamw: decay apart from the gradient; "
          "lars: sgd whose rate each layer's norms scale, for large batches"),
      number("rate", &Recipe::rate, kPositive, "learning rate"),
      integer(
          "rate_batch", &Recipe::rate_batch, 0,
          "photos of a step that rate is meant for: a step of k times as many goes k times as far (linear scaling); "
          "0: rate as it stands, for any step"),
      number("momentum", &Recipe::momentum, {0, false, 1}, "of sgd and lars"),
      choice("momentum_form", &Recipe::momentum_form,
             {{"rate-inside", MomentumForm::kRateInside}, {"rate-outside", MomentumForm::kRateOutside}},
             "whether steps taken keep the rate that they were taken with (the 2012 code, Caffe, Keras), or take the "
             "present one (PyTorch)"),
      on_off("nesterov", &Recipe::nesterov, "sgd looks ahead"),
      number("decay", &Recipe::decay, {0}, "weight decay"),
      number("lars_trust", &Recipe::lars_trust, kPositive, "what lars multiplies |weights| / |gradient| by"),
      number("clip_norm", &Recipe::clip_norm, {0}, "most that the norm over all gradients may be; 0: any"),
      number("average", &Recipe::average, {0, false, 0.99999},
             "share that a moving average of the weights keeps at each update; it is evaluated and saved instead of "
             "them; 0: none"),
      choice(
          "schedule", &Recipe::schedule,
          {{"constant", ScheduleKind::kConstant},
           {"step", ScheduleKind::kStep},
           {"dexp", ScheduleKind::kDexp},
           {"linear", ScheduleKind::kLinear},
           {"polynomial", ScheduleKind::kPolynomial},
           {"cosine", ScheduleKind::kCosine},
           {"plateau", ScheduleKind::kPlateau}},
          "how the rate changes: not at all; by step_factor every step_epochs or at step_at; to final_rate in "
          "dexp_steps equal factors, in a line, as a power, as a cosine; by step_factor when val top-1 stands still"),
      number("warmup_epochs", &Recipe::warmup_epochs, {0}, "epochs in which the rate rises to its value"),
      number("step_epochs", &Recipe::step_epochs, kPositive, "epochs between two changes of schedule step"),
      step_at_option(),
      number("step_factor", &Recipe::step_factor, kPositive, "what each of them multiplies the rate by"),
      integer("dexp_steps", &Recipe::dexp_steps, 2, "rates of schedule dexp, each for an equal share of the training"),
      number("poly_power", &Recipe::poly_power, kPositive, "power of schedule polynomial"),
      integer("plateau_epochs", &Recipe::plateau_epochs, 1,
              "epochs without a better val top-1 after which schedule plateau changes the rate"),
      number("final_rate", &Recipe::final_rate, {0}, "rate at the end of schedules dexp, linear, polynomial, cosine"),
      choice("loss", &Recipe::loss,
             {{"auto", LossKind::kAuto}, {"cross-entropy", LossKind::kCrossEntropy}, {"hinge", LossKind::kHinge}},
             "auto: the network's own; hinge: of a multi-class SVM, whose outputs are scores"),
      number("label_smoothing", &Recipe::label_smoothing, {0, false, 0.999},
             "share of each label that all classes get"),
      choice("sampler", &Recipe::sampler, {{"uniform", Sampler::kUniform}, {"balanced", Sampler::kBalanced}},
             "which photos an epoch shows: each once; as many, but each class equally often"),
      class_weights_option(),
      // What these two name is checked where the network is known.
      text_option("freeze", &Recipe::freeze, false, "none, or layers such as conv1..conv3", "layers that do not learn"),
      text_option("layer_rates", &Recipe::layer_rates, false, "none, or factors such as conv1..conv5:0.1,fc8:10@20",
                  "what the learning rate of layers (biases: of all biases too) is multiplied by; behind @ the epochs "
                  "that are over before it is"),
      integer("patience", &Recipe::patience, 0,
              "epochs without a better result on val after which the training ends; 0: never"),
  };
}

std::vector<RecipeOption> running_options() {
  return {
      integer("loader_threads", &Recipe::loader_threads, 0,
              "threads that decode photos; 0: half of the processor's, at most 8"),
      integer("cache_mib", &Recipe::cache_mib, 0, "memory for resized photos, in MiB"),
      number("checkpoint_minutes", &Recipe::checkpoint_minutes, {0},
             "minutes between checkpoints within an epoch; 0: only after each epoch"),
  };
}

}  // namespace

const std::vector<RecipeOption>& recipe_options() {
  static const std::vector<RecipeOption> options = [] {
    std::vector<RecipeOption> all = {text_option("name", &Recipe::name, true,
                                                 "text without quotes, backslashes and control characters",
                                                 "what the run calls the recipe")};
    for (const auto& part : {photo_options(), training_options(), running_options()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }();
  return options;
}

const RecipeOption& recipe_option(std::string_view key) {
  std::vector<std::string> keys;
  for (const RecipeOption& option : recipe_options()) {
    if (option.key == key) {
      return option;
    }
    keys.push_back(option.key);
  }
  throw Error(Message::kOptionUnknown, {{"where", std::string(key)}, {"nearest", nearest_name(key, keys)}});
}

}  // namespace alexnet
