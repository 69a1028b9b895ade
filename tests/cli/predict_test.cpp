#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "alexnet/formats/model_file.h"
#include "alexnet/image/encode.h"
#include "alexnet/infer/calibration.h"

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

TEST_F(CliPredict, AListOfFilesKeepsItsOrder) {
  const Workplace w;
  write(w / "list.txt", std::string("photos/tulip/10.png\r\n\nrose.png\nphotos/nothing.png\n"));
  const auto outcome = alexnet({"predict", "run", (w / "list.txt").string(), "--json", "--top", "1"}, here());
  EXPECT_EQ(outcome.status, 3);
  const auto predictions = outcome.json()["predictions"];
  ASSERT_EQ(predictions.size(), 3U);
  EXPECT_EQ(predictions[0]["file"], "photos/tulip/10.png");
  EXPECT_EQ(predictions[1]["file"], "rose.png");
  EXPECT_NE(predictions[2]["error"].get<std::string>().find("no such file"), std::string::npos);
}

TEST_F(CliPredict, APatternStandsForItsFiles) {
  const auto outcome = alexnet({"predict", "run", "photos/*/1[01].png", "--format", "jsonl", "--top", "1"}, here());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 6);
  EXPECT_TRUE(outcome.out.starts_with(R"({"file":"photos/daisy/10.png","classes":[)")) << outcome.out;
  const auto none = alexnet({"predict", "run", "photos/*.jpg"}, here());
  EXPECT_EQ(none.status, 3);
  EXPECT_NE(none.err.find("no such file: photos/*.jpg"), std::string::npos) << none.err;
  const Workplace w;
  write(w / "a[1].png", tiny_photo(0, 1));  // a file of that name is meant
  EXPECT_EQ(alexnet({"predict", "run", (w / "a[1].png").string()}, here()).status, 0);
}

TEST_F(CliPredict, BelowTheLeastConfidenceAPhotoIsUnknown) {
  const auto at = [](const std::string& least, const std::string& format) {
    return alexnet({"predict", "run", "rose.png", "--min-confidence", least, "--top", "1", "--format", format}, here());
  };
  EXPECT_EQ(at("0", "json").json()["predictions"][0]["unknown"], false);
  EXPECT_EQ(at("1", "json").json()["predictions"][0]["unknown"], true);  // no softmax of finite scores is 1
  EXPECT_EQ(at("1", "json").json()["min_confidence"], 1);
  EXPECT_NE(at("1", "table").out.find("  unknown: no class reaches 100.0 %\n    1  "), std::string::npos);
  EXPECT_TRUE(at("1", "csv").out.starts_with("file,rank,class,index,probability,error,unknown\nrose.png,1,"));
  EXPECT_TRUE(at("1", "csv").out.ends_with(",,1\n"));
  EXPECT_TRUE(at("0", "csv").out.ends_with(",,0\n"));
  for (const std::string bad : {"2", "-1", "much", "0.1,0.2"}) {
    const auto outcome = alexnet({"predict", "run", "rose.png", "--min-confidence=" + bad}, here());
    EXPECT_EQ(outcome.status, 2) << bad;
  }
  const auto none = at("auto", "table");
  EXPECT_EQ(none.status, 2);
  EXPECT_NE(none.err.find("fewer than 20 photos"), std::string::npos) << none.err;
}

TEST_F(CliPredict, ATemperatureIsAppliedAndTold) {
  const Workplace w;
  auto model = read_model(place() / "run/model.safetensors");
  model.facts[kCalibrationFact] =
      to_json(Calibration{.temperature = 2, .threshold = 0.99, .part = "val", .photos = 30});
  write_model(w / "calibrated.safetensors", model);
  const auto calibrated = (w / "calibrated.safetensors").string();
  const auto before = alexnet({"predict", "run", "rose.png", "--json"}, here()).json();
  const auto after = alexnet({"predict", calibrated, "rose.png", "--json", "--min-confidence", "auto"}, here()).json();
  EXPECT_EQ(after["temperature"], 2);
  EXPECT_EQ(after["min_confidence"], 0.99);
  EXPECT_FALSE(before.contains("temperature"));
  double sum = 0;
  for (const auto& c : before["predictions"][0]["classes"]) {
    sum += std::sqrt(c["probability"].get<double>());
    EXPECT_FALSE(c.contains("raw_probability"));
  }
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& raw = before["predictions"][0]["classes"][i];
    const auto& c = after["predictions"][0]["classes"][i];
    EXPECT_EQ(c["name"], raw["name"]);
    EXPECT_NEAR(c["raw_probability"].get<double>(), raw["probability"].get<double>(), 1e-6);
    EXPECT_NEAR(c["probability"].get<double>(), std::sqrt(raw["probability"].get<double>()) / sum, 1e-6);
  }
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
