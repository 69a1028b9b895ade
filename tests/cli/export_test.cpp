#include <filesystem>

#include <gtest/gtest.h>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/formats/safetensors.h"

#include "cli/trained_fixture.h"

namespace alexnet::testing {
namespace {

using CliExport = TrainedTest;

/// Whether this machine computes with 8-bit integers.
bool has_integers() { return make_cpu_backend(1)->support(Precision::kI8) != Support::kNone; }

TEST_F(CliExport, WritesSmallerFilesThatEveryCommandOpens) {
  const Workplace w;
  const auto whole = std::filesystem::file_size(place() / "run/model.safetensors");
  for (const auto& [precision, share] : {std::pair{"bf16", 0.5}, {"f16", 0.5}, {"i8", 0.25}}) {
    SCOPED_TRACE(precision);
    const std::string file = w / (precision + std::string(".safetensors"));
    const auto outcome =
        alexnet({"export", "run", "--to", file, "--precision", precision, "--calibrate", "photos", "--json"}, here());
    const auto document = outcome.json();
    EXPECT_EQ(document["schema"], "alexnet.export");
    EXPECT_EQ(document["precision"], precision);
    EXPECT_EQ(document["bytes"], std::filesystem::file_size(file));
    EXPECT_EQ(document["calibration_photos"], precision == std::string("i8") ? 48 : 0);
    // 61,706 weights of LeNet-5; metadata and biases beside them stay as large as they were.
    EXPECT_NEAR(static_cast<double>(std::filesystem::file_size(file)), 246'000 * share + 28'000, 12'000);
    EXPECT_LT(std::filesystem::file_size(file), whole);

    const auto predicted = alexnet({"predict", file, "rose.png", "--json"}, here()).json();
    EXPECT_EQ(predicted["precision"], precision == std::string("i8") && has_integers() ? "i8" : "f32");
    const auto expected = alexnet({"predict", "run", "rose.png", "--json"}, here()).json();
    EXPECT_EQ(predicted["predictions"][0]["classes"][0]["name"], expected["predictions"][0]["classes"][0]["name"]);
    EXPECT_NEAR(predicted["predictions"][0]["classes"][0]["probability"].get<double>(),
                expected["predictions"][0]["classes"][0]["probability"].get<double>(), 0.03);
    EXPECT_EQ(alexnet({"explain", file, "rose.png", "--to", (w / "pages").string()}, here()).status, 0);
    const auto evaluated = alexnet({"evaluate", file, "photos", "--json"}, here()).json();
    EXPECT_EQ(evaluated["precisions"][0], predicted["precision"]);
    EXPECT_EQ(evaluated["count"], 48);
  }
}

TEST_F(CliExport, KeepsTheModelsFactsAndClasses) {
  const Workplace w;
  ASSERT_EQ(alexnet({"export", "run", "--to", (w / "m.safetensors").string(), "--precision", "i8", "--calibrate",
                     "photos", "--photos", "5"},
                    here())
                .status,
            0);
  const Model before = read_model(place() / "run/model.safetensors");
  const Model after = read_model(w / "m.safetensors");
  EXPECT_EQ(after.classes, before.classes);
  EXPECT_EQ(after.facts, before.facts);
  EXPECT_EQ(after.geometry, before.geometry);
  EXPECT_EQ(after.network, before.network);
  EXPECT_FALSE(after.input_ranges.empty());
}

TEST_F(CliExport, GoesBackToFloat32) {
  const Workplace w;
  const std::string small = w / "i8.safetensors";
  ASSERT_EQ(alexnet({"export", "run", "--to", small, "--precision", "i8", "--calibrate", "photos"}, here()).status, 0);
  const std::string large = w / "f32.safetensors";
  ASSERT_EQ(alexnet({"export", small, "--to", large}, here()).status, 0);
  EXPECT_EQ(alexnet({"predict", large, "rose.png", "--json"}, here()).json()["precision"], "f32");
  EXPECT_EQ(alexnet({"predict", small, "rose.png", "--precision", "f32", "--json"}, here()).json()["predictions"],
            alexnet({"predict", large, "rose.png", "--json"}, here()).json()["predictions"]);
}

TEST_F(CliExport, SaysWhatItLacks) {
  const Workplace w;
  const std::string file = w / "m.safetensors";
  const auto outcome = alexnet({"export", "run", "--to", file, "--precision", "i8"}, here());
  EXPECT_EQ(outcome.status, 2);
  EXPECT_NE(outcome.err.find("--calibrate"), std::string::npos) << outcome.err;
  EXPECT_EQ(alexnet({"export", "run", "--to", file, "--precision", "i8", "--calibrate", "nowhere"}, here()).status, 3);
  EXPECT_EQ(alexnet({"export", "run", "--to", file, "--dry-run"}, here()).status, 0);
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(CliExport, SaysWhichPrecisionAutoTook) {
  const auto outcome = alexnet({"predict", "run", "rose.png", "--precision", "auto"}, here());
  EXPECT_EQ(outcome.status, 0);
  EXPECT_NE(outcome.err.find("precision "), std::string::npos) << outcome.err;
  const auto bench =
      alexnet({"bench", "lenet5", "--batch", "2", "--steps", "1", "--precision", "auto", "--json"}, here()).json();
  EXPECT_TRUE(bench["precision"] == "f32" || bench["precision"] == "bf16") << bench["precision"];
}

}  // namespace
}  // namespace alexnet::testing
