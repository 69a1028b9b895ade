#include <algorithm>

#include <gtest/gtest.h>

#include "alexnet/image/encode.h"

#include "cli/trained_fixture.h"

namespace alexnet::testing {
namespace {

using CliPredict = TrainedTest;

TEST_F(CliPredict, TableHasNamesSharesAndBars) {
  const auto outcome = alexnet({"predict", "run", "rose.png"}, here());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(outcome.out.starts_with("rose.png\n    1  ")) << outcome.out;
  EXPECT_NE(outcome.out.find("%  #"), std::string::npos) << outcome.out;
}

TEST_F(CliPredict, JsonProbabilitiesAddUpToOne) {
  const auto document = alexnet({"predict", "run/model.safetensors", "rose.png", "--json"}, here()).json();
  EXPECT_EQ(document["schema"], "alexnet.predict");
  double sum = 0;
  for (const auto& c : document["predictions"][0]["classes"]) {
    sum += c["probability"].get<double>();
  }
  EXPECT_NEAR(sum, 1.0, 1e-6);
}

TEST_F(CliPredict, ABrokenPhotoIsOneRowAndTheOthersAreAnswered) {
  const Workplace w;
  write(w / "mixed/a.png", tiny_photo(0, 1));
  write(w / "mixed/b.png", std::string("no picture at all"));
  write(w / "mixed/c.png", tiny_photo(2, 1));
  for (const std::string format : {"table", "json", "jsonl", "csv"}) {
    const auto outcome = alexnet({"predict", "run", (w / "mixed").string(), "--format", format}, here());
    EXPECT_EQ(outcome.status, 3) << format;
    EXPECT_NE(outcome.out.find("a.png"), std::string::npos);
    EXPECT_NE(outcome.out.find("c.png"), std::string::npos);
    EXPECT_LT(outcome.out.find("a.png"), outcome.out.find("b.png"));
    EXPECT_NE(outcome.err.find("1 of 3 photos"), std::string::npos) << outcome.err;
  }
}

TEST_F(CliPredict, ALoneBrokenPhotoIsAnErrorInFull) {
  const Workplace w;
  write(w / "text.jpg", std::string("this is a text file"));
  const auto outcome = alexnet({"predict", "run", (w / "text.jpg").string()}, here());
  EXPECT_EQ(outcome.status, 3);
  EXPECT_TRUE(outcome.err.starts_with("error: this is no picture: ")) << outcome.err;
}

TEST_F(CliPredict, StandardInputIsAPhotoOrAList) {
  auto setting = here();
  setting.input = read(place() / "rose.png");
  EXPECT_TRUE(alexnet({"predict", "run", "-"}, setting).out.starts_with("-\n"));
  setting.input = "rose.png\nphotos/rose/10.png\n";
  const auto listed = alexnet({"predict", "run", "-", "--top", "1"}, setting);
  EXPECT_TRUE(listed.out.starts_with("rose.png\n")) << listed.out << listed.err;
  EXPECT_NE(listed.out.find("photos/rose/10.png"), std::string::npos);
}

TEST_F(CliPredict, CsvIsOneRowAClass) {
  const auto outcome = alexnet({"predict", "run", "photos", "--top", "2", "--format", "csv"}, here());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(outcome.out.starts_with("file,rank,class,index,probability,error\n"));
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 1 + 48 * 2);
}

TEST_F(CliPredict, NamesWithSpacesAndChineseWork) {
  const Workplace w;
  write(w / "我的 照片/玫瑰 1.png", tiny_photo(1, 3));
  const auto outcome = alexnet({"predict", "run", (w / "我的 照片").string()}, here());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("玫瑰 1.png"), std::string::npos);
}

TEST_F(CliPredict, HeldOutPhotosComeWithWhatTheyAre) {
  const auto outcome = alexnet({"predict", "run", "--held-out", "2", "--top", "1"}, here());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 4) << outcome.out;
  EXPECT_NE(outcome.out.find("(it is: "), std::string::npos) << outcome.out;
}

TEST_F(CliPredict, AOnePixelPhotoIsAnswered) {
  const Workplace w;
  Image image(1, 1, 1);
  write(w / "dot.png", encode_png(image));
  EXPECT_EQ(alexnet({"predict", "run", (w / "dot.png").string()}, here()).status, 0);
}

}  // namespace
}  // namespace alexnet::testing
