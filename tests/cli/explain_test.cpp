#include <gtest/gtest.h>

#include "cli/trained_fixture.h"

namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;
using CliExplain = TrainedTest;

TEST_F(CliExplain, DrawsTheModelAndItsPhotos) {
  const Workplace w;
  const auto to = (w / "pictures").string();
  const auto outcome = alexnet({"explain", "run", "rose.png", "photos/daisy/10.png", "--to", to}, here());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(outcome.err.empty()) << outcome.err;
  EXPECT_TRUE(outcome.out.starts_with(to + "/filters.png: 6 filters of conv1\nrose.png: ")) << outcome.out;
  EXPECT_NE(outcome.out.find("gradcam.png"), std::string::npos) << outcome.out;
  for (const auto* file : {"filters.png", "rose/gradcam.png", "rose/occlusion.csv", "rose/layers/02-conv1.png",
                           "10/saliency.png", "explain.json"}) {
    EXPECT_TRUE(fs::exists(fs::path(to) / file)) << file;
  }
}

TEST_F(CliExplain, JsonIsTheDocumentOfTheFolder) {
  const Workplace w;
  const auto to = (w / "pictures").string();
  const auto outcome = alexnet({"explain", "run", "rose.png", "--json", "--to", to}, here());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  const auto document = outcome.json();
  EXPECT_EQ(document, nlohmann::json::parse(read(fs::path(to) / "explain.json")));
  // The prediction is the one of `predict`.
  const auto predicted = alexnet({"predict", "run", "rose.png", "--json"}, here()).json();
  const auto& mine = document["photos"][0]["classes"][0];
  const auto& theirs = predicted["predictions"][0]["classes"][0];
  EXPECT_EQ(mine["name"], theirs["name"]);
  EXPECT_NEAR(mine["probability"].get<double>(), theirs["probability"].get<double>(), 1e-5);
}

TEST_F(CliExplain, FindsTheLikeOfAPhoto) {
  const Workplace w;
  const auto to = (w / "pictures").string();
  const auto outcome = alexnet({"explain", "run", "photos/rose/12.png", "--photos", "run", "--to", to}, here());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.out.find(to + "/12/neighbours.svg"), std::string::npos) << outcome.out;
  const auto found = nlohmann::json::parse(read(fs::path(to) / "explain.json"))["photos"][0]["neighbours"];
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0]["layer"], "tanh4");
  EXPECT_EQ(found[1]["layer"], "pool2");
  // The same as `similar`.
  const auto similar = alexnet({"similar", "run", "photos/rose/12.png", "--top", "6", "--json"}, here()).json();
  ASSERT_EQ(found[0]["nearest"].size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(found[0]["nearest"][i]["file"], similar["neighbours"][i]["file"]);
    EXPECT_EQ(found[0]["nearest"][i]["part"], similar["neighbours"][i]["part"]);
  }
  EXPECT_EQ(found[1]["nearest"][0]["file"], "rose/12.png");
  EXPECT_EQ(found[1]["nearest"][0]["distance"], 0);
}

TEST_F(CliExplain, WarnsOfACopyInAnotherPart) {
  const Workplace w;
  for (int label = 0; label < 2; ++label) {
    for (int i = 0; i < 3; ++i) {
      const auto name = std::string(label == 0 ? "/daisy/" : "/rose/") + std::to_string(i) + ".png";
      write(w / ("parts/train" + name), tiny_photo(label, i));
      write(w / ("parts/test" + name), tiny_photo(label, 100 + i));
    }
  }
  const auto photo = (w / "parts/train/rose/2.png").string();
  const std::vector<std::string> command = {
      "explain", "run", photo, "--photos", (w / "parts").string(), "--to", (w / "pictures").string()};
  EXPECT_EQ(alexnet(command, here()).err.find("are the same to the network"), std::string::npos);
  write(w / "parts/test/rose/copy.png", tiny_photo(1, 2));
  const auto copied = alexnet(command, here());
  EXPECT_EQ(copied.status, 0);
  const auto first = copied.err.find("are the same to the network");
  EXPECT_NE(first, std::string::npos) << copied.err;
  EXPECT_EQ(copied.err.find("are the same to the network", first + 1), std::string::npos) << "once for both layers";
}

TEST_F(CliExplain, DrawsThePatchesOfAllUnits) {
  const Workplace w;
  const auto to = (w / "pictures").string();
  const auto outcome = alexnet({"explain", "run", "--photos", "run", "--split", "train", "--to", to}, here());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.out.find(" photos, 22 units, 0 of them dead: 2 sheets in " + to + "/patches"), std::string::npos)
      << outcome.out;
  EXPECT_TRUE(fs::exists(fs::path(to) / "patches/conv2.png"));
  const auto table = read(fs::path(to) / "patches.csv");
  EXPECT_NE(table.find("\nconv2,15,9,"), std::string::npos) << "lenet5 has 6 and 16 units";
  EXPECT_NE(table.find(",train,"), std::string::npos);
  EXPECT_EQ(table.find(",test,"), std::string::npos);
}

TEST_F(CliExplain, DrawsThePageOfAUnit) {
  const Workplace w;
  const auto to = (w / "pictures").string();
  const auto outcome = alexnet({"explain", "run", "--photos", "photos", "--unit", "conv2/3", "--to", to}, here());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.out.find(to + "/conv2/3/index.html; the picture made for it "), std::string::npos) << outcome.out;
  EXPECT_TRUE(fs::exists(fs::path(to) / "conv2/3/synthetic.png"));
  const auto wrong = alexnet({"explain", "run", "--unit", "conv2/16", "--to", (w / "none").string()}, here());
  EXPECT_EQ(wrong.status, 2);
  EXPECT_NE(wrong.err.find("conv2/0 to conv2/15"), std::string::npos) << wrong.err;
  EXPECT_FALSE(fs::exists(w / "none"));
}

TEST_F(CliExplain, WithoutAPhotoItDrawsTheFilters) {
  const Workplace w;
  const auto to = (w / "pictures").string();
  EXPECT_EQ(alexnet({"explain", "run", "--to", to}, here()).status, 0);
  EXPECT_TRUE(fs::exists(fs::path(to) / "filters.png"));
  EXPECT_TRUE(fs::exists(fs::path(to) / "explain.json"));
}

TEST_F(CliExplain, HoldsOneClassAgainstAnother) {
  const Workplace w;
  const auto to = w / "pictures";
  const auto options = std::vector<std::string>{"--class", "rose", "--against", "tulip", "--to", to.string()};
  EXPECT_EQ(alexnet(std::vector<std::string>{"explain", "run", "rose.png"} + options, here()).status, 0);
  EXPECT_TRUE(fs::exists(to / "rose" / "against.png"));
  EXPECT_TRUE(fs::exists(to / "rose" / "against.csv"));
  EXPECT_NE(read(to / "explain.json").find("orange speaks for rose, blue for tulip"), std::string::npos);
}

TEST_F(CliExplain, NamesWhatIsNear) {
  const Workplace w;
  const auto to = (w / "pictures").string();
  const auto layer = alexnet({"explain", "run", "rose.png", "--layer", "tanh22", "--to", to}, here());
  EXPECT_EQ(layer.status, 2);
  EXPECT_NE(layer.err.find("did you mean tanh2?"), std::string::npos) << layer.err;
  const auto name = alexnet({"explain", "run", "rose.png", "--class", "tulpi", "--to", to}, here());
  EXPECT_EQ(name.status, 2);
  EXPECT_NE(name.err.find("did you mean tulip?"), std::string::npos) << name.err;
  const auto dense = alexnet({"explain", "run", "rose.png", "--layer", "fc3", "--to", to}, here());
  EXPECT_EQ(dense.status, 2);
  EXPECT_NE(dense.err.find("expected one of conv1, tanh1, pool1, conv2, tanh2, pool2"), std::string::npos) << dense.err;
  EXPECT_FALSE(fs::exists(to));
}

TEST_F(CliExplain, ABrokenPhotoDoesNotStopTheOthers) {
  const Workplace w;
  const auto to = (w / "pictures").string();
  write(w / "broken.png", std::string("no picture at all"));
  const auto outcome = alexnet({"explain", "run", (w / "broken.png").string(), "rose.png", "--to", to}, here());
  EXPECT_EQ(outcome.status, 3);
  EXPECT_NE(outcome.err.find("1 of 2 photos"), std::string::npos) << outcome.err;
  EXPECT_TRUE(fs::exists(fs::path(to) / "rose/gradcam.png"));
}

}  // namespace
}  // namespace alexnet::testing
