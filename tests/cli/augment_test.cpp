#include <algorithm>

#include <gtest/gtest.h>

#include "alexnet/image/decode.h"

#include "cli/program.h"

namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> augment(const std::string& to) {
  return {"augment", "photos", "--network", "lenet5", "--to", to};
}

TEST(CliAugment, DrawsASheetAndNamesWhatIsOn) {
  const Workplace w;
  make_photos(w / "photos");
  const auto outcome = alexnet(augment("sheet.png") + std::vector<std::string>{"--rotation", "15"}, w.setting());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "sheet.png: 4 photos as lenet5 reads them, recipe quick\n  crop random\n  rotation 15\n  flip true\n");
  const Image sheet = load_image(w / "sheet.png");
  EXPECT_GT(sheet.width, 4 * 160);
  // as measured, three rows of one augmentation, three of all together
  EXPECT_EQ(sheet.height, 12 + 13 + 7 * (5 * 28 + 13 + 12));
}

TEST(CliAugment, JsonHasTheNumbersDrawn) {
  const Workplace w;
  make_photos(w / "photos");
  const auto words =
      augment("sheet.png") + std::vector<std::string>{"--json",  "--photos", "3",        "--crop", "random-resized",
                                                      "--mixup", "1",        "--cutout", "0.5"};
  const auto document = alexnet(words, w.setting()).json();
  EXPECT_EQ(document["schema"], "alexnet.augment");
  ASSERT_EQ(document["photos"].size(), 3U);
  EXPECT_TRUE(fs::exists(w / "photos" / document["photos"][0]["file"].get<std::string>()));
  std::vector<std::string> options;
  for (const auto& row : document["rows"]) {
    options.push_back(row["option"]);
    EXPECT_EQ(row["photos"].size(), 3U);
  }
  EXPECT_EQ(options, (std::vector<std::string>{"none", "crop", "flip", "cutout", "mixup", "all", "all", "all"}));
  const auto& rows = document["rows"];
  EXPECT_TRUE(rows[0]["photos"][0]["part"].is_null());
  EXPECT_FALSE(rows[1]["photos"][0]["part"].is_null());
  EXPECT_EQ(rows[3]["value"], "0.5");
  EXPECT_LE(rows[3]["photos"][0]["hole"]["width"].get<int>(), 14);
  // What one augmentation draws alone, it draws with the others.
  EXPECT_EQ(rows[5]["photos"][1]["part"], rows[1]["photos"][1]["part"]);
  EXPECT_EQ(rows[5]["photos"][1]["hole"], rows[3]["photos"][1]["hole"]);
  EXPECT_EQ(rows[5]["photos"][1]["mixed_with"], rows[4]["photos"][1]["mixed_with"]);
  EXPECT_NE(rows[6]["photos"][1]["part"], rows[5]["photos"][1]["part"]);
  // Two of three photos are mixed, with each other.
  const auto mixed = std::ranges::count_if(rows[4]["photos"], [](const auto& p) { return !p["mixed_with"].is_null(); });
  EXPECT_EQ(mixed, 2);
}

TEST(CliAugment, RepeatsAndFollowsTheSeed) {
  const Workplace w;
  make_photos(w / "photos");
  alexnet(augment("a.png"), w.setting());
  alexnet(augment("b.png"), w.setting());
  alexnet(augment("c.png") + std::vector<std::string>{"--seed", "5"}, w.setting());
  EXPECT_EQ(read(w / "a.png"), read(w / "b.png"));
  EXPECT_NE(read(w / "a.png"), read(w / "c.png"));
}

TEST(CliPhotoList, StandsForAFolderEverywhere) {
  const Workplace w;
  make_photos(w / "photos", 8);
  std::string list = "path,label,part\n";
  for (const auto* name : {"daisy", "rose", "tulip"}) {
    for (int i = 0; i < 8; ++i) {
      list += "../photos/" + std::string(name) + "/" + std::to_string(10 + i) + ".png," + name +
              (i < 6   ? ",train\n"
               : i < 7 ? ",val\n"
                       : ",test\n");
    }
  }
  write(w / "lists/mine.csv", list);
  auto words = small_training("run", 1);
  words[1] = "lists/mine.csv";
  const auto trained = alexnet(words, w.setting());
  EXPECT_EQ(trained.status, 0) << trained.err;
  EXPECT_EQ(alexnet({"evaluate", "run", "--json"}, w.setting()).json()["count"], 3);
  const auto measured = alexnet({"evaluate", "run", "lists/mine.csv", "--split", "all", "--json"}, w.setting());
  EXPECT_EQ(measured.json()["count"], 24);
  EXPECT_EQ(alexnet({"train", "--resume", "run", "--epochs", "2"}, w.setting()).status, 0);
  EXPECT_EQ(alexnet({"check", "lists/mine.csv", "--min-side", "1", "--json"}, w.setting()).json()["photos"], 24);
  EXPECT_EQ(alexnet({"augment", "lists/mine.csv", "--network", "lenet5"}, w.setting()).status, 0);
  const auto apply = alexnet({"check", "lists/mine.csv", "--apply", "fix.csv"}, w.setting());
  EXPECT_EQ(apply.status, 2);
  EXPECT_NE(apply.err.find("the photos of a list stay where they are"), std::string::npos) << apply.err;
  write(w / "lists/mine.csv", list + "nowhere.png,rose,test\n");
  const auto broken = alexnet(words, w.setting());
  EXPECT_EQ(broken.status, 3);
  EXPECT_NE(broken.err.find("mine.csv, line 26"), std::string::npos) << broken.err;
}

TEST(CliAugment, PassesOverBrokenPhotosAndRefusesWhatTrainingDoes) {
  const Workplace w;
  make_photos(w / "photos", 1);
  write(w / "photos/rose/broken.png", std::string("no picture at all"));
  const auto outcome = alexnet(augment("a.png") + std::vector<std::string>{"--photos", "9", "--json"}, w.setting());
  EXPECT_EQ(outcome.json()["photos"].size(), 3U);
  const auto grey = alexnet(augment("b.png") + std::vector<std::string>{"--saturation", "0.5"}, w.setting());
  EXPECT_EQ(grey.status, 2);
  EXPECT_NE(grey.err.find("saturation"), std::string::npos) << grey.err;
  EXPECT_FALSE(fs::exists(w / "b.png"));
}

}  // namespace
}  // namespace alexnet::testing
