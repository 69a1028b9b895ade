#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "alexnet/data/augmentation.h"
#include "alexnet/data/sampler.h"
#include "alexnet/data/split.h"
#include "alexnet/infer/precision_choice.h"
#include "alexnet/network/network.h"
#include "alexnet/runtime/backend.h"

namespace alexnet {

enum class OptimizerKind { kSgd, kAdam, kAdamW, kLars };
enum class ScheduleKind { kConstant, kStep, kDexp, kLinear, kPolynomial, kCosine, kPlateau };
/// Where the learning rate stands in the momentum: see Sgd.
enum class MomentumForm { kRateInside, kRateOutside };
/// `auto`: the loss of the network's output kind.
enum class LossKind { kAuto, kCrossEntropy, kHinge };
/// What a photo counts in the loss: all the same; so that each class counts the same; by the effective number of
/// photos; as a file says.
enum class ClassWeights { kNone, kBalanced, kEffective, kFile };

/// How to train. It never changes the Network. What each member means stands in recipe_options().
struct Recipe {
  std::string name = "custom";
  ResizeMode resize_mode = ResizeMode::kSquash;
  int resize = 0;
  Filter filter = Filter::kBilinear;
  CropMode crop = CropMode::kCentre;
  double crop_area = 0.08;
  bool flip = false;
  int crop_share = 1;
  double rotation = 0;
  double brightness = 0;
  double contrast = 0;
  double saturation = 0;
  double cutout = 0;
  double mixup = 0;
  double color_noise = 0;
  ColourNoise::Reading color_noise_reading = ColourNoise::Reading::kDeviation;
  bool color_noise_shrink = false;
  int color_noise_epochs = 0;
  SplitOptions::Mode split = SplitOptions::Mode::kQuota;
  double split_train = 0.70;
  double split_val = 0.15;
  double split_test = 0.15;
  int batch = 64;
  int accumulate = 1;
  int epochs = 25;
  std::uint64_t seed = 1;
  PrecisionChoice precision = PrecisionChoice::kF32;
  OptimizerKind optimizer = OptimizerKind::kSgd;
  double rate = 0.01;
  int rate_batch = 0;
  double momentum = 0.9;
  MomentumForm momentum_form = MomentumForm::kRateInside;
  bool nesterov = false;
  double decay = 0;
  double lars_trust = 0.001;
  double clip_norm = 0;
  double average = 0;
  ScheduleKind schedule = ScheduleKind::kConstant;
  double warmup_epochs = 0;
  double step_epochs = 10;
  std::vector<double> step_at = {};
  double step_factor = 0.1;
  int dexp_steps = 4;
  double poly_power = 1;
  int plateau_epochs = 5;
  double final_rate = 0;
  LossKind loss = LossKind::kAuto;
  double label_smoothing = 0;
  Sampler sampler = Sampler::kUniform;
  ClassWeights class_weights = ClassWeights::kNone;
  std::string class_weights_file = {};  ///< with kFile
  std::string freeze = "none";
  std::string layer_rates = "none";
  int patience = 0;
  int loader_threads = 0;
  int cache_mib = 1024;
  double checkpoint_minutes = 10;

  friend bool operator==(const Recipe&, const Recipe&) = default;
};

/// A key of a recipe: of TOML files, of the command line (`--warmup-epochs`) and, as ALEXNET_OPT_WARMUP_EPOCHS, of the
/// environment.
struct RecipeOption {
  enum class Kind { kText, kInteger, kNumber, kSwitch, kChoice };
  std::string key;
  Kind kind;
  std::string values;  ///< what it takes, for help and errors: "integer from 1", "squash|crop"
  std::string help;
  std::function<std::string(const Recipe&)> get;
  /// Throws kOptionInvalid naming key, expected and got.
  std::function<void(Recipe&, const std::string&)> set;
};

/// Every key, in the order of files and help. The default of a key is get(Recipe{}).
[[nodiscard]] const std::vector<RecipeOption>& recipe_options();
/// Throws kOptionUnknown with the nearest key.
[[nodiscard]] const RecipeOption& recipe_option(std::string_view key);

/// Settings by key, as text.
using RecipeSettings = std::map<std::string, std::string>;

/// A recipe and where each key's value came from: "default", "recipe quick", "environment", "command line".
struct ResolvedRecipe {
  Recipe recipe;
  std::map<std::string, std::string> origins;
};

/// A built-in recipe. Each is a file of src/train/recipes/.
struct BuiltInRecipe {
  std::string_view name;
  std::string_view summary;
  std::string_view toml;
};
[[nodiscard]] const std::vector<BuiltInRecipe>& built_in_recipes();

/// The keys that a TOML text sets. Throws kFileFormat for bad TOML and kOptionUnknown, both naming `where`.
[[nodiscard]] RecipeSettings parse_recipe(std::string_view toml, const std::string& where);
/// A built-in recipe by name, or a TOML file; then the environment, then the command line. Checks the whole
/// (check_recipe). Throws kUnknownName with the nearest recipe, kFileMissing, kFileFormat, kOptionUnknown,
/// kOptionInvalid.
[[nodiscard]] ResolvedRecipe resolve_recipe(const std::string& name_or_file, const RecipeSettings& environment = {},
                                            const RecipeSettings& command_line = {});
/// Keys set in the environment (ALEXNET_OPT_<KEY>).
[[nodiscard]] RecipeSettings recipe_settings_from_environment();
/// Rules between keys: the shares of the split; a schedule that divides by its last rate; what belongs to whole labels;
/// one way to make up for rare classes. Throws kOptionInvalid.
void check_recipe(const Recipe& recipe);
/// All keys as TOML, each with its origin as a comment. Equal input, equal bytes.
[[nodiscard]] std::string to_toml(const ResolvedRecipe& resolved);
/// The recipe of a TOML file that holds all or some of the keys.
[[nodiscard]] ResolvedRecipe read_recipe(const std::filesystem::path& path);

/// How photos become pixels for a network under a recipe. Throws kOptionInvalid when `resize` is smaller than the
/// network's input, or is not the side of its mean image.
[[nodiscard]] Geometry geometry_for(const Recipe& recipe, const Network& network);
/// Throws kOptionInvalid for colour noise or saturation on grey pictures.
[[nodiscard]] Augmentation augmentation_for(const Recipe& recipe, const Network& network);
/// Threads that decode photos: the recipe's, or where it says 0 half of the usable cores, from 1 to 8.
[[nodiscard]] int loader_threads_for(const Recipe& recipe);
/// The layers that `freeze` names ("conv1..conv3", "conv1,bn1"), in the network's order. Throws kLayerUnknown.
[[nodiscard]] std::vector<std::string> frozen_layers(const Recipe& recipe, const Network& network);
/// What each trainable parameter's learning rate is multiplied by when `epoch` epochs are over, from `layer_rates`:
/// "conv1..conv5:0.1,fc8:10"; "conv1:0@74" from epoch 74 on, the last that names a layer; "biases:2" all biases too.
/// Throws kLayerUnknown, kOptionInvalid.
[[nodiscard]] std::vector<double> layer_rates(const Recipe& recipe, const Network& network, double epoch);
/// Weight of a photo of each class, from how many there are or from the recipe's file; their mean over photos is 1.
/// Empty: all weigh the same. Throws kFileFormat for a file that does not give each class one weight, and what
/// read_text throws.
[[nodiscard]] std::vector<float> class_weights_for(const Recipe& recipe, const std::vector<std::string>& classes,
                                                   const std::vector<std::int64_t>& photos);
/// Photos of each class that train.
[[nodiscard]] std::vector<std::int64_t> training_photos(const Dataset& dataset, const Split& split);
[[nodiscard]] SplitOptions split_options_for(const Recipe& recipe);
[[nodiscard]] UpdateRule update_rule_for(const Recipe& recipe);
/// Photos of one update: batch * accumulate. Throws kOptionInvalid where that is no whole number of 32 bits.
[[nodiscard]] int photos_per_step(const Recipe& recipe);
/// The network with the output kind that belongs to a loss: what a caller hands to the Trainer, which refuses a recipe
/// whose loss does not belong to the network.
[[nodiscard]] Network with_output_for(const Network& network, LossKind loss);

}  // namespace alexnet
