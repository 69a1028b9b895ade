#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/train/recipe.h"

#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

using testing::ElementsAre;
using testing::FloatEq;
using testing_support::argument;
using testing_support::message_of;
using testing_support::TemporaryFolder;
using testing_support::thrown;

const std::vector<std::string> kClasses = {"daisy", "rose, red"};

TEST(ClassWeights, MakeClassesCountAlike) {
  Recipe recipe;
  EXPECT_TRUE(class_weights_for(recipe, kClasses, {10, 30}).empty());
  recipe.class_weights = ClassWeights::kBalanced;
  // 40 photos, 2 classes: each class sums to 20.
  EXPECT_THAT(class_weights_for(recipe, kClasses, {10, 30}), ElementsAre(FloatEq(2), FloatEq(20.0F / 30)));
  recipe.class_weights = ClassWeights::kEffective;
  // 1 / (1 - 0.999^n), scaled so that the mean over photos is 1: between the two others.
  const auto effective = class_weights_for(recipe, kClasses, {10, 30});
  EXPECT_NEAR(10 * effective[0] + 30 * effective[1], 40, 1e-4);
  EXPECT_NEAR(effective[0] / effective[1], (1 - std::pow(0.999, 30)) / (1 - std::pow(0.999, 10)), 1e-5);
}

/// What a file of such lines below the header gives, for 10 and 30 photos.
std::vector<float> of_file(const TemporaryFolder& folder, const std::string& lines) {
  const auto path = folder / "weights.csv";
  write_file_atomically(path, "class,weight\n" + lines);
  Recipe recipe;
  recipe_option("class_weights").set(recipe, path.string());
  EXPECT_EQ(recipe_option("class_weights").get(recipe), path.string());
  return class_weights_for(recipe, kClasses, {10, 30});
}

TEST(ClassWeights, ComeFromAFile) {
  const TemporaryFolder folder;
  // (10 x 3 + 30 x 1) / 40 = 1.5 is their mean over photos.
  EXPECT_THAT(of_file(folder, "\"rose, red\",1\ndaisy,3\n"), ElementsAre(FloatEq(2), FloatEq(2.0F / 3)));
  EXPECT_THAT(of_file(folder, "daisy,0.5\r\n\"rose, red\",0.5"), ElementsAre(FloatEq(1), FloatEq(1)));
}

TEST(ClassWeights, NameTheLineThatIsWrong) {
  const TemporaryFolder folder;
  const auto refusal = [&](const std::string& lines) {
    const auto error = thrown([&] { static_cast<void>(of_file(folder, lines)); });
    EXPECT_TRUE(error && error->message() == Message::kFileFormat) << lines;
    return error ? argument(*error, "where").substr(folder.path().string().size() + 1) + ": " +
                       argument(*error, "expected") + ", got " + argument(*error, "got")
                 : "";
  };
  EXPECT_EQ(refusal("daisy,1\ntulip,2\n"), "weights.csv, line 3: a class of the photos (daisy, rose, red), got tulip");
  EXPECT_EQ(refusal("daisy,1\ndaisy,1\n"), "weights.csv, line 3: each class once, got daisy a second time");
  EXPECT_EQ(refusal("daisy,1\n"), "weights.csv: a weight for every class, got none for rose, red");
  for (const char* weight : {"0", "-1", "much", "", "nan", "inf"}) {
    EXPECT_EQ(refusal(std::string("daisy,") + weight + "\n"),
              std::string("weights.csv, line 2: a weight above 0, got ") + weight);
  }
  EXPECT_EQ(refusal("daisy\n"), "weights.csv, line 2: 2 columns, got 1");
}

TEST(ClassWeights, TakeAFileOrAWord) {
  Recipe recipe;
  const RecipeOption& option = recipe_option("class_weights");
  option.set(recipe, "mine.csv");
  EXPECT_EQ(recipe.class_weights, ClassWeights::kFile);
  EXPECT_EQ(message_of([&] { static_cast<void>(class_weights_for(recipe, kClasses, {1, 1})); }), Message::kFileMissing);
  option.set(recipe, "effective");
  EXPECT_EQ(recipe.class_weights, ClassWeights::kEffective);
  EXPECT_TRUE(recipe.class_weights_file.empty());
  EXPECT_EQ(message_of([&] { option.set(recipe, "efective"); }), Message::kOptionInvalid);
  EXPECT_EQ(message_of([&] { option.set(recipe, "my\"weights.csv"); }), Message::kOptionInvalid);
}

}  // namespace
}  // namespace alexnet
