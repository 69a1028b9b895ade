#include "alexnet/train/recipe.h"

#include <cstdlib>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/train/schedule.h"

#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

using testing::HasSubstr;
using testing_support::argument;
using testing_support::message_of;
using testing_support::TemporaryFolder;
using testing_support::thrown;

TEST(RecipeOptions, TakeTheirOwnDefaults) {
  std::set<std::string> keys;
  for (const RecipeOption& option : recipe_options()) {
    Recipe recipe;
    option.set(recipe, option.get(recipe));
    EXPECT_EQ(recipe, Recipe{}) << option.key;
    EXPECT_TRUE(keys.insert(option.key).second) << option.key;
    EXPECT_FALSE(option.help.empty()) << option.key;
    EXPECT_FALSE(option.values.empty()) << option.key;
  }
  EXPECT_EQ(keys.size(), 56U);
}

TEST(RecipeOptions, ChangeWhatTheyName) {
  const RecipeSettings others = {{"name", "mine"},
                                 {"resize_mode", "crop"},
                                 {"resize", "300"},
                                 {"filter", "box"},
                                 {"crop", "random-resized"},
                                 {"crop_area", "0.25"},
                                 {"flip", "true"},
                                 {"crop_share", "32"},
                                 {"rotation", "15"},
                                 {"brightness", "0.4"},
                                 {"contrast", "0.3"},
                                 {"saturation", "0.2"},
                                 {"cutout", "0.5"},
                                 {"mixup", "0.2"},
                                 {"color_noise", "0.1"},
                                 {"color_noise_reading", "lighting"},
                                 {"color_noise_shrink", "true"},
                                 {"color_noise_epochs", "68"},
                                 {"split", "shuffle"},
                                 {"split_train", "0.5"},
                                 {"split_val", "0.5"},
                                 {"split_test", "0"},
                                 {"batch", "1"},
                                 {"epochs", "2"},
                                 {"seed", "9223372036854775807"},
                                 {"precision", "bf16"},
                                 {"optimizer", "adamw"},
                                 {"rate", "1e-05"},
                                 {"rate_batch", "128"},
                                 {"momentum", "0.5"},
                                 {"momentum_form", "rate-outside"},
                                 {"nesterov", "true"},
                                 {"decay", "0.0005"},
                                 {"schedule", "step"},
                                 {"warmup_epochs", "1.5"},
                                 {"step_epochs", "3"},
                                 {"step_at", "8,9.5"},
                                 {"step_factor", "0.2"},
                                 {"dexp_steps", "3"},
                                 {"poly_power", "2"},
                                 {"plateau_epochs", "9"},
                                 {"final_rate", "0.125"},
                                 {"loss", "hinge"},
                                 {"label_smoothing", "0.1"},
                                 {"sampler", "balanced"},
                                 {"class_weights", "mine.csv"},
                                 {"freeze", "conv1..conv3"},
                                 {"layer_rates", "conv1:0.1"},
                                 {"patience", "4"},
                                 {"accumulate", "4"},
                                 {"lars_trust", "0.02"},
                                 {"clip_norm", "2.5"},
                                 {"average", "0.9"},
                                 {"loader_threads", "7"},
                                 {"cache_mib", "5"},
                                 {"checkpoint_minutes", "0"}};
  for (const RecipeOption& option : recipe_options()) {
    ASSERT_TRUE(others.contains(option.key)) << option.key;
    Recipe recipe;
    option.set(recipe, others.at(option.key));
    EXPECT_EQ(option.get(recipe), others.at(option.key));
    EXPECT_FALSE(recipe == Recipe{}) << option.key;
  }
}

TEST(RecipeOptions, SayWhatTheyExpected) {
  const auto refusal = [](const std::string& key, const std::string& value) {
    Recipe recipe;
    const auto error = thrown([&] { recipe_option(key).set(recipe, value); });
    EXPECT_TRUE(error && error->message() == Message::kOptionInvalid) << key << " " << value;
    EXPECT_EQ(recipe, Recipe{});
    return error ? argument(*error, "where") + ": " + argument(*error, "expected") + ", " + argument(*error, "got")
                 : "";
  };
  EXPECT_EQ(refusal("batch", "0"), "batch: integer from 1, 0");
  EXPECT_EQ(refusal("epochs", "-1"), "epochs: integer from 1, -1");
  EXPECT_EQ(refusal("epochs", "3x"), "epochs: integer from 1, 3x");
  EXPECT_EQ(refusal("epochs", "99999999999"), "epochs: integer from 1, 99999999999");
  EXPECT_EQ(refusal("epochs", ""), "epochs: integer from 1, ");
  EXPECT_EQ(refusal("seed", "-1"), "seed: integer from 0, -1");
  EXPECT_EQ(refusal("rate", "0"), "rate: number above 0, 0");
  EXPECT_EQ(refusal("rate", "fast"), "rate: number above 0, fast");
  EXPECT_EQ(refusal("rate", "nan"), "rate: number above 0, nan");
  EXPECT_EQ(refusal("rate", "inf"), "rate: number above 0, inf");
  EXPECT_EQ(refusal("momentum", "1.5"), "momentum: number from 0 to 1, 1.5");
  EXPECT_EQ(refusal("optimizer", "adm"), "optimizer: sgd|adam|adamw|lars, adm");
  EXPECT_EQ(refusal("flip", "yes"), "flip: true|false, yes");
  EXPECT_THAT(refusal("name", "a\"b"), HasSubstr("without quotes"));
}

TEST(RecipeOptions, SuggestTheNearestKey) {
  const auto error = thrown([] { (void)recipe_option("epoch"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kOptionUnknown);
  EXPECT_EQ(argument(*error, "nearest"), "epochs");
}

TEST(ParseRecipe, NamesLineAndKeyOfWhatIsWrong) {
  const auto refusal = [](const std::string& toml) {
    const auto error = thrown([&] { (void)parse_recipe(toml, "my.toml"); });
    EXPECT_TRUE(error) << toml;
    return error ? std::pair(error->message(), argument(*error, "where")) : std::pair(Message::kCount, std::string());
  };
  EXPECT_EQ(refusal("batch = 3\nepoch = 4\n"),
            std::pair(Message::kOptionUnknown, std::string("epoch (my.toml, line 2)")));
  EXPECT_EQ(refusal("batch = \n"), std::pair(Message::kFileFormat, std::string("my.toml, line 1")));
  EXPECT_EQ(refusal("\nbatch = [1, 2]\n"), std::pair(Message::kFileFormat, std::string("my.toml, line 2")));
  EXPECT_EQ(refusal("[batch]\nsize = 3\n").first, Message::kFileFormat);
}

TEST(ParseRecipe, ReadsEveryKindOfValue) {
  EXPECT_EQ(parse_recipe("batch = 3\nrate = 1e-3\nflip = true\nschedule = \"step\" # words\n", "x"),
            (RecipeSettings{{"batch", "3"}, {"rate", "0.001"}, {"flip", "true"}, {"schedule", "step"}}));
}

TEST(ResolveRecipe, KnowsTheBuiltInOnes) {
  for (const BuiltInRecipe& built_in : built_in_recipes()) {
    EXPECT_EQ(resolve_recipe(std::string(built_in.name)).recipe.name, built_in.name);
    EXPECT_FALSE(built_in.summary.empty());
  }
  // The tutorial's program (docs/models.md).
  const Recipe tutorial = resolve_recipe("tutorial").recipe;
  EXPECT_EQ(tutorial.resize_mode, ResizeMode::kSquash);
  EXPECT_EQ(tutorial.filter, Filter::kLanczos);
  EXPECT_EQ(tutorial.crop, CropMode::kCentre);
  EXPECT_FALSE(tutorial.flip);
  EXPECT_EQ(tutorial.split, SplitOptions::Mode::kShuffle);
  EXPECT_EQ(tutorial.split_train, 0.8);
  EXPECT_EQ(tutorial.split_test, 0);
  EXPECT_EQ(tutorial.batch, 64);
  EXPECT_EQ(tutorial.optimizer, OptimizerKind::kAdam);
  EXPECT_EQ(tutorial.rate, 1e-3);
  EXPECT_EQ(tutorial.decay, 0);
  EXPECT_EQ(tutorial.schedule, ScheduleKind::kConstant);
  EXPECT_EQ(tutorial.warmup_epochs, 0);
}

// Source: BVLC/caffe, models/bvlc_alexnet/solver.prototxt; Krizhevsky, Sutskever and Hinton 2012, section 5.
TEST(ResolveRecipe, TrainsAsCaffeAndThePaperSay) {
  const Recipe caffe = resolve_recipe("caffe").recipe;
  const Recipe paper = resolve_recipe("paper").recipe;
  for (const Recipe* recipe : {&caffe, &paper}) {
    EXPECT_EQ(update_rule_for(*recipe), UpdateRule(Sgd{.momentum = 0.9, .decay = 5e-4}));
    EXPECT_EQ(recipe->epochs, 90);
    EXPECT_TRUE(recipe->crop == CropMode::kRandom && recipe->flip);
    EXPECT_EQ(rate_at(*recipe, 0, 5005), 0.01);
  }
  EXPECT_EQ(caffe.batch, 256);
  EXPECT_EQ(caffe.resize_mode, ResizeMode::kSquash);
  EXPECT_DOUBLE_EQ(rate_at(caffe, 20 * 5005, 5005), 0.001);  // 100,000 of 450,000 steps
  EXPECT_EQ(rate_at(caffe, 20 * 5005 - 1, 5005), 0.01);
  EXPECT_EQ(paper.batch, 128);
  EXPECT_EQ(paper.resize_mode, ResizeMode::kCrop);
  EXPECT_EQ(paper.color_noise, 0.1);
  EXPECT_EQ(paper.schedule, ScheduleKind::kPlateau);
}

TEST(ResolveRecipe, TrainsSmallDataLongAndCalmly) {
  const Recipe recipe = resolve_recipe("small-data").recipe;
  EXPECT_EQ(update_rule_for(recipe), UpdateRule(Sgd{.momentum = 0.9, .decay = 5e-4}));
  EXPECT_EQ(rate_at(recipe, 0, 30), 0.02);
  EXPECT_NEAR(rate_at(recipe, 50 * 30, 30), 0.01, 1e-15);
  EXPECT_EQ(recipe.epochs, 100);
  EXPECT_EQ(recipe.crop, CropMode::kRandomResized);
  EXPECT_GT(recipe.label_smoothing, 0);
}

TEST(ResolveRecipe, LaterSourcesOverruleAndAreNamed) {
  const ResolvedRecipe resolved = resolve_recipe("tutorial", {{"batch", "8"}, {"rate", "0.5"}}, {{"batch", "16"}});
  EXPECT_EQ(resolved.recipe.batch, 16);
  EXPECT_EQ(resolved.recipe.rate, 0.5);
  EXPECT_EQ(resolved.origins.at("batch"), "command line");
  EXPECT_EQ(resolved.origins.at("rate"), "environment");
  EXPECT_EQ(resolved.origins.at("filter"), "recipe tutorial");
  EXPECT_EQ(resolved.origins.at("momentum"), "default");
}

TEST(ResolveRecipe, ReadsFilesAndSuggestsNames) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "my flowers.toml", "batch = 3\n");
  const Recipe recipe = resolve_recipe((folder / "my flowers.toml").string()).recipe;
  EXPECT_EQ(recipe.batch, 3);
  EXPECT_EQ(recipe.name, "my flowers");
  const auto error = thrown([] { (void)resolve_recipe("quik"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kUnknownName);
  EXPECT_EQ(argument(*error, "nearest"), "quick");
  EXPECT_EQ(message_of([&] { (void)resolve_recipe((folder / "none.toml").string()); }), Message::kFileMissing);
}

TEST(ResolveRecipe, ChecksTheSharesOfTheSplit) {
  EXPECT_EQ(message_of([] { (void)resolve_recipe("quick", {}, {{"split_test", "0.5"}}); }), Message::kOptionInvalid);
  EXPECT_EQ(message_of([] { (void)resolve_recipe("quick", {}, {{"split", "shuffle"}}); }), Message::kOptionInvalid);
  EXPECT_NO_THROW(
      (void)resolve_recipe("quick", {}, {{"split_train", "0.1"}, {"split_val", "0.2"}, {"split_test", "0.7"}}));
}

TEST(RecipeEnvironment, IsReadByPrefix) {
  ::setenv("ALEXNET_OPT_WARMUP_EPOCHS", "2", 1);
  const RecipeSettings settings = recipe_settings_from_environment();
  ::unsetenv("ALEXNET_OPT_WARMUP_EPOCHS");
  EXPECT_EQ(settings, (RecipeSettings{{"warmup_epochs", "2"}}));
}

TEST(RecipeFile, ComesBackAsItWasWritten) {
  const TemporaryFolder folder;
  ResolvedRecipe resolved = resolve_recipe("tutorial", {}, {{"rate", "0.1"}, {"seed", "123456789012345678"}});
  resolved.recipe.decay = 1.0 / 3;
  resolved.recipe.final_rate = 1e-300;
  write_file_atomically(folder / "recipe.toml", to_toml(resolved));
  EXPECT_EQ(read_recipe(folder / "recipe.toml").recipe, resolved.recipe);
  const std::string text = to_toml(resolved);
  EXPECT_THAT(text, HasSubstr("filter = \"lanczos\"  # recipe tutorial\n"));
  EXPECT_THAT(text, HasSubstr("rate = 0.1  # command line\n"));
  EXPECT_THAT(text, HasSubstr("momentum = 0.9  # default\n"));
}

TEST(CheckRecipe, RefusesMixedLabelsForAHinge) {
  Recipe recipe;
  recipe.mixup = 0.2;
  EXPECT_NO_THROW(check_recipe(recipe));
  recipe.loss = LossKind::kHinge;
  EXPECT_EQ(argument(*thrown([&] { check_recipe(recipe); }), "where"), "mixup");
}

TEST(CheckRecipe, RefusesToFavourRareClassesTwice) {
  Recipe recipe;
  recipe.sampler = Sampler::kBalanced;
  EXPECT_NO_THROW(check_recipe(recipe));
  recipe.class_weights = ClassWeights::kEffective;
  EXPECT_EQ(message_of([&] { check_recipe(recipe); }), Message::kOptionInvalid);
  recipe.class_weights = ClassWeights::kFile;
  EXPECT_NO_THROW(check_recipe(recipe));
}

TEST(CheckRecipe, RefusesADexpThatWouldEndAtNothing) {
  Recipe recipe;
  recipe.schedule = ScheduleKind::kDexp;
  EXPECT_EQ(message_of([&] { check_recipe(recipe); }), Message::kOptionInvalid);
  recipe.final_rate = 0.001;
  EXPECT_NO_THROW(check_recipe(recipe));
}

TEST(RecipeOption, StepAtTakesEpochsThatRise) {
  Recipe recipe;
  const RecipeOption& option = recipe_option("step_at");
  option.set(recipe, "120,130.5");
  EXPECT_EQ(recipe.step_at, (std::vector<double>{120, 130.5}));
  EXPECT_EQ(option.get(recipe), "120,130.5");
  option.set(recipe, "none");
  EXPECT_TRUE(recipe.step_at.empty());
  for (const char* bad : {"", "0", "2,1", "1,1", "1,", ",1", "one", "1,,2", "inf"}) {
    EXPECT_EQ(message_of([&] { option.set(recipe, bad); }), Message::kOptionInvalid) << bad;
  }
}

}  // namespace
}  // namespace alexnet
