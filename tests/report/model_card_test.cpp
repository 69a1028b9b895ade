#include "alexnet/report/model_card.h"

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/files.h"
#include "alexnet/data/dataset.h"
#include "alexnet/image/encode.h"
#include "alexnet/network/weights.h"
#include "alexnet/train/recipe.h"

#include "report/photo_brightness.h"
#include "support/temporary_folder.h"
#include "support/tiny.h"

namespace alexnet::report {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using testing_support::TemporaryFolder;
using testing_support::tiny_network;

const std::vector<std::string> kClasses = {"daisy", "rose|red", "tulip"};

/// What became of ten test photos: (label, predicted, how many).
struct Answers {
  int label;
  int predicted;
  int count;
};
const std::vector<Answers> kAnswers = {{0, 0, 4}, {0, 1, 1}, {1, 1, 1}, {1, 2, 2}, {2, 0, 2}};

Model model_with(std::optional<Calibration> calibration) {
  Geometry geometry;
  geometry.resize = geometry.width = geometry.height = 8;
  Model model{tiny_network(), initial_weights(tiny_network(), 3), geometry, kClasses};
  if (calibration) {
    model.facts[kCalibrationFact] = to_json(*calibration);
  }
  return model;
}

/// A run folder as a training leaves it.
RunFolder finished_run(const fs::path& place) {
  RunFolder run = RunFolder::create_named(place);
  write_model(run.best_model(), model_with(Calibration{.temperature = 1.25,
                                                       .threshold = 0.625,
                                                       .part = "val",
                                                       .photos = 30,
                                                       .nll_before = 1.5,
                                                       .nll_after = 1.375}));
  RunDocument document;
  document.program_version = "0.1.0";
  document.processor = "test processor";
  document.threads = 3;
  document.backend = "cpu";
  document.data = document.data_name = "flowers: three";
  document.fingerprint = "00ff00ff";
  document.photos[0] = 6;
  document.photos[1] = 3;
  document.photos[2] = 10;
  document.classes = kClasses;
  document.seed = 7;
  document.recipe = "quick";
  document.network = "tiny";
  document.epochs = 9;
  document.state = RunState::kDone;
  document.step = 1234;
  document.seconds = 90;
  document.best = EpochRow{.epoch = 4, .val_loss = 1.0, .val_top1 = 2.0 / 3, .val_top5 = 1};
  document.result = FinalResult{"test", 10, 0.5, 1, 1.23456789, wilson_interval(5, 10)};
  document.alarms = {{"overfitting", 6, "words"}};
  write_run_document(run, document);
  std::vector<PredictionRow> rows = {{"v.png", "val", "daisy", "daisy", 0.9, 0.9, 0.1}};
  for (const auto& answer : kAnswers) {
    for (int i = 0; i < answer.count; ++i) {
      rows.push_back({"t.png", "test", kClasses[static_cast<std::size_t>(answer.label)],
                      kClasses[static_cast<std::size_t>(answer.predicted)], 0.5, 0.5, 1});
    }
  }
  run.write_predictions(rows);
  std::string split = "path,label,class,part,sha256\n";
  int content = 0;
  for (const auto& [part, counts] :
       std::map<std::string, std::vector<int>>{{"train", {3, 1, 2}}, {"val", {1, 1, 1}}, {"test", {5, 3, 2}}}) {
    for (std::size_t label = 0; label < 3; ++label) {
      for (int i = 0; i < counts[label]; ++i) {
        split += "p.png," + std::to_string(label) + "," + kClasses[label] + "," + part + "," +
                 std::to_string(content++) + "\n";  // each photo another
      }
    }
  }
  write_file_atomically(run.file("split.csv"), split);
  write_file_atomically(run.file("recipe.toml"), to_toml(resolve_recipe("quick", {}, {{"rate", "0.002"}})));
  return run;
}

/// The cells of the row of a Markdown table that begins with `first`.
std::vector<std::string> row(const std::string& card, const std::string& first) {
  const auto at = card.find("\n| " + first + " |");
  if (at == std::string::npos) {
    return {};
  }
  std::istringstream line(card.substr(at + 3, card.find('\n', at + 1) - at - 3));
  std::vector<std::string> cells;
  for (std::string cell; std::getline(line, cell, '|');) {
    const auto from = cell.find_first_not_of(' ');
    cells.push_back(from == std::string::npos ? "" : cell.substr(from, cell.find_last_not_of(' ') - from + 1));
  }
  return cells;
}

TEST(ModelCard, HasTheNumbersOfTheRun) {
  const TemporaryFolder place;
  const std::string card = model_card(card_facts(finished_run(place / "run"))).english;
  EXPECT_THAT(card, HasSubstr("It named 5 of 10 test photos rightly: 50.0 % (95 % interval 23.7 to 76.3 %)."));
  // Wilson's interval of 5 of 10: 0.2366 to 0.7634.
  EXPECT_EQ(row(card, "top-1: the first name is right"),
            (std::vector<std::string>{"top-1: the first name is right", "50.0 %", "23.7 to 76.3 %"}));
  EXPECT_EQ(row(card, "top-5: one of the first five is right")[1], "100.0 %");
  EXPECT_EQ(row(card, "mean loss")[1], "1.2346");
  EXPECT_EQ(row(card, "guessing among all names")[1], "33.3 %");
  EXPECT_EQ(row(card, "always the most frequent name")[1], "50.0 %");
  EXPECT_EQ(row(card, "network")[1], "tiny");
  EXPECT_EQ(row(card, "precision of the training")[1], "f32");
  EXPECT_EQ(row(card, "seed")[1], "7");
  EXPECT_EQ(row(card, "updates")[1], "1,234");
  EXPECT_EQ(row(card, "time")[1], "1 min 30 s");
  EXPECT_EQ(row(card, "machine")[1], "test processor, threads: 3, backend cpu");
  EXPECT_EQ(row(card, "epochs")[1], "9, the best was 4 (val top-1 66.7 %)");
  EXPECT_THAT(row(card, "settings other than the defaults")[1], HasSubstr("rate = 0.002"));
  EXPECT_EQ(row(card, "temperature that probabilities are divided by")[1], "1.250");
  EXPECT_EQ(row(card, "least confidence of an answer to trust")[1], "62.5 %");
  EXPECT_THAT(card, HasSubstr("1.5000, 1.3750"));
  EXPECT_THAT(card, HasSubstr("| daisy | 3 | 1 | 5 | 9 |"));
  // Of daisy 4 of 5 are found; 6 are called so, 4 of them rightly: F1 = 2 * 4 / (5 + 6).
  EXPECT_THAT(card, HasSubstr("| daisy | 5 | 80.0 % | 37.6 to 96.4 % | 66.7 % | 72.7 % |"));
  EXPECT_THAT(card, HasSubstr("| rose\\|red | 3 | 33.3 % | 6.1 to 79.2 % | 50.0 % | 40.0 % |"));
  EXPECT_THAT(card, HasSubstr("| tulip | 2 | 0.0 % | 0.0 to 65.8 % | 0.0 % | 0.0 % |"));
}

TEST(ModelCard, HasAHeadThatHubsRead) {
  const TemporaryFolder place;
  const std::string card = model_card(card_facts(finished_run(place / "run"))).english;
  ASSERT_TRUE(card.starts_with("---\nlibrary_name: alexnet\npipeline_tag: image-classification\n"));
  const std::string head = card.substr(0, card.find("\n---\n", 4));
  for (const auto* line :
       {"model-index:", "- name: \"tiny-flowers: three\"", "      type: image-classification",
        "      name: \"flowers: three\"", "      split: \"test\"", "      value: 0.5\n", "      value: 1.23456789"}) {
    EXPECT_THAT(head, HasSubstr(line));
  }
}

TEST(ModelCard, DerivesItsLimitsFromWhatHappened) {
  const TemporaryFolder place;
  const std::string card = model_card(card_facts(finished_run(place / "run"))).english;
  const std::string limits = card.substr(card.find("## Limits"));
  EXPECT_THAT(limits, HasSubstr("It knows only these 3 names"));
  EXPECT_THAT(limits, HasSubstr("It found no photo of: tulip."));
  EXPECT_THAT(limits, HasSubstr("It is weakest on: rose\\|red (recall 33.3 % of 3 photos), daisy (recall 80.0 % of 5"));
  // Two of five errors each; a pair that happened once is no pattern.
  EXPECT_THAT(limits, HasSubstr("It took rose\\|red for tulip 2 times, 40.0 % of all its errors."));
  EXPECT_THAT(limits, HasSubstr("It took tulip for daisy 2 times"));
  EXPECT_THAT(limits, Not(HasSubstr("It took daisy")));
  EXPECT_THAT(limits, HasSubstr("It was trained on 6 photos, from 1 (rose\\|red) to 3 (daisy) a class"));
  EXPECT_THAT(limits,
              HasSubstr("tulip has 2 photos in the part test, and its recall of 0.0 % may lie anywhere within 0.0"));
  EXPECT_THAT(limits, HasSubstr("Below a confidence of 62.5 %"));
  EXPECT_THAT(limits, HasSubstr("alarm \"overfitting\" in epoch 6"));
  EXPECT_THAT(limits, Not(HasSubstr("too good")));
}

TEST(ModelCard, LeavesOutWhatIsNotKnownAndSaysSoOnce) {
  const CardTexts card = model_card(card_facts(model_with({}), "mine"));
  for (const auto* absent : {"## Training", "## Results", "## Confidence", "model-index", "fingerprint"}) {
    EXPECT_THAT(card.english, Not(HasSubstr(absent)));
  }
  const std::string end = card.english.substr(card.english.find("## To be filled by you"));
  for (const auto* asked :
       {"licence of the model", "results on photos", "data, recipe and machine", "its confidence"}) {
    EXPECT_THAT(end, HasSubstr(asked));
  }
  // No section is empty: behind each heading comes something that is no heading.
  for (const auto& text : {card.english, card.chinese}) {
    for (auto at = text.find("\n## "); at != std::string::npos; at = text.find("\n## ", at + 1)) {
      const auto next = text.find_first_not_of('\n', text.find('\n', at + 1));
      ASSERT_NE(next, std::string::npos);
      EXPECT_NE(text[next], '#') << text.substr(at, 80);
    }
  }
}

TEST(ModelCard, IsTheSameInChineseAndInHtml) {
  const TemporaryFolder place;
  const CardTexts card = model_card(card_facts(finished_run(place / "run")));
  const auto numbers = [](const std::string& text) {
    std::multiset<std::string> found;
    // Of the tables: sentences may put numbers in another order, and names hold some ("top-5").
    std::istringstream lines(text);
    const std::regex number("[0-9]+([.,][0-9]+)*");
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("| ") && line.find("top-") == std::string::npos) {
        found.insert(std::sregex_token_iterator(line.begin(), line.end(), number), std::sregex_token_iterator());
      }
    }
    return found;
  };
  EXPECT_EQ(numbers(card.english), numbers(card.chinese));
  EXPECT_GT(numbers(card.english).size(), 50U);
  EXPECT_THAT(card.chinese, HasSubstr("它只认识这 3 个名称"));
  EXPECT_THAT(card.html, HasSubstr("<section id=\"zh\" lang=\"zh-Hans\">"));
  EXPECT_THAT(card.html, HasSubstr("<td class=\"number\">80.0 %</td>"));
  EXPECT_EQ(card.html.find("http:"), std::string::npos);
  EXPECT_EQ(card.html.find("https:"), std::string::npos);
  EXPECT_EQ(card.html.find("<script"), std::string::npos);
}

TEST(ModelCard, GoesIntoTheModelFileWithoutMachineAndTime) {
  const TemporaryFolder place;
  const RunFolder run = finished_run(place / "run");
  write_model_card(run);
  for (const auto* file : {"model_card.md", "model_card.zh.md", "model_card.html"}) {
    EXPECT_TRUE(fs::exists(run.file(file))) << file;
  }
  EXPECT_THAT(read_text(run.file("model_card.md")), HasSubstr("test processor"));
  const Model model = read_model(run.best_model());
  EXPECT_TRUE(model.facts.contains(kCalibrationFact)) << "what was in the file stays";
  const auto card = card_of(model);
  ASSERT_TRUE(card);
  for (const auto& text : {card->english, card->chinese, card->html}) {
    EXPECT_THAT(text, Not(HasSubstr("test processor")));
    EXPECT_THAT(text, Not(HasSubstr("1 min 30 s")));
    EXPECT_THAT(text, HasSubstr("80.0 %"));
  }
  EXPECT_FALSE(card_of(model_with({})));
}

TEST(ModelCard, SaysHowBrightThePhotosAreAndWhatTheTrainingTook) {
  const TemporaryFolder place;
  CardFacts facts = card_facts(finished_run(place / "run"));
  facts.brightness = PhotoBrightness{.photos = 200, .low = 0.23, .high = 0.712};
  const CardTexts card = model_card(facts);
  EXPECT_EQ(row(card.english, "brightness of the photos")[1],
            "nine in ten from 23.0 % to 71.2 % of white on average (200 photos)");
  EXPECT_THAT(card.english, HasSubstr("Nine in ten of its photos are from 23.0 % to 71.2 % bright on average"));
  // 90 s of 3 threads at 10 W
  EXPECT_EQ(row(card.english, "energy, estimated")[1], "0.001 kWh = 0.03 h x 3 threads x 10 W (assumed, not measured)");
}

TEST(PhotoBrightness, LeavesOutTheDarkestAndTheBrightest) {
  const TemporaryFolder place;
  for (int i = 0; i < 40; ++i) {
    Image photo(4, 4, 1);
    std::ranges::fill(photo.pixels, static_cast<std::uint8_t>(5 * i));
    const auto folder = place / "photos" / (i < 20 ? "dark" : "light");
    fs::create_directories(folder);
    AtomicFile file(folder / (std::to_string(i) + ".png"));
    file.write(encode_png(photo));
    file.commit();
  }
  const auto found = photo_brightness(*open_dataset((place / "photos").string()));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->photos, 40);
  EXPECT_DOUBLE_EQ(found->low, 5 * 2 / 255.0);
  EXPECT_DOUBLE_EQ(found->high, 5 * 37 / 255.0);
}

TEST(ModelCard, SaysSizesAndLeaksOfThePhotos) {
  const TemporaryFolder place;
  CardFacts facts = card_facts(finished_run(place / "run"));
  EXPECT_FALSE(facts.sizes) << "its photos are gone";
  EXPECT_EQ(row(model_card(facts).english, "equal photos in several parts")[1], "0");
  facts.leaks = 3;
  facts.sizes = PhotoSizes{.photos = 1360, .smallest = {488, 500}, .median = {500, 666}, .largest = {500, 1168}};
  const CardTexts card = model_card(facts);
  EXPECT_EQ(row(card.english, "equal photos in several parts")[1], "3");
  EXPECT_EQ(row(card.english, "sizes of the photos")[1],
            "from 488 x 500 to 500 x 1168 pixels, half of them up to 500 x 666 (1,360 photos)");
  EXPECT_THAT(card.english, HasSubstr("3 photos of val and test have an equal file in another part"));
  EXPECT_THAT(card.english, HasSubstr("It saw photos of 488 x 500 pixels and more"));
}

}  // namespace
}  // namespace alexnet::report
