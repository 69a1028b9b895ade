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

TEST_F(CliExplain, WithoutAPhotoItDrawsTheFilters) {
  const Workplace w;
  const auto to = (w / "pictures").string();
  EXPECT_EQ(alexnet({"explain", "run", "--to", to}, here()).status, 0);
  EXPECT_TRUE(fs::exists(fs::path(to) / "filters.png"));
  EXPECT_TRUE(fs::exists(fs::path(to) / "explain.json"));
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
