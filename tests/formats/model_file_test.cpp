#include "alexnet/formats/model_file.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/formats/safetensors.h"

#include "support/temporary_folder.h"
#include "support/thrown.h"
#include "support/tiny.h"

namespace alexnet {
namespace {

using testing::HasSubstr;
using testing_support::argument;
using testing_support::message_of;
using testing_support::TemporaryFolder;
using testing_support::thrown;
using testing_support::tiny_network;

Model tiny_model() {
  const Network network = tiny_network();
  Geometry geometry;
  geometry.resize = geometry.width = geometry.height = 8;
  geometry.filter = Filter::kLanczos;
  return {
      network, initial_weights(network, 3), geometry, {"a", "b \"quoted\"", "花"}, {{"training", R"({"epoch":3})"}}};
}

/// The tensors and metadata of a file, with changes made to it, written again.
template <class Change>
void rewrite(const std::filesystem::path& path, const Change& change) {
  SafetensorsFile file = read_safetensors(path);
  change(file);
  std::map<std::string, const Tensor*> tensors;
  for (const auto& [name, tensor] : file.tensors) {
    tensors.emplace(name, &tensor);
  }
  write_safetensors(path, tensors, file.metadata);
}

TEST(ModelFile, ComesBackAsItWasWritten) {
  const TemporaryFolder folder;
  const Model model = tiny_model();
  write_model(folder / "m", model);
  const Model read = read_model(folder / "m");
  EXPECT_EQ(read.network, model.network);
  EXPECT_EQ(read.weights, model.weights);
  EXPECT_EQ(read.geometry, model.geometry);
  EXPECT_EQ(read.classes, model.classes);
  EXPECT_EQ(read.facts, model.facts);
}

TEST(ModelFile, UsesTheNetworksTensorNames) {
  const TemporaryFolder folder;
  write_model(folder / "m", tiny_model());
  const SafetensorsFile file = read_safetensors(folder / "m");
  EXPECT_TRUE(file.tensors.contains("features.0.weight"));
  EXPECT_FALSE(file.tensors.contains("conv1.weight"));
  EXPECT_TRUE(file.tensors.contains("conv1.bias"));
  EXPECT_EQ(file.metadata.at("format"), "alexnet-model");
  EXPECT_EQ(file.metadata.at("format_version"), "1");
}

TEST(ModelFile, NamesTensorAndShapesOfAnotherNetworksWeights) {
  const TemporaryFolder folder;
  write_model(folder / "m", tiny_model());
  const Tensor other(ElementType::kF32, {7, 8});
  rewrite(folder / "m", [&](SafetensorsFile& file) { file.tensors.at("fc3.weight") = other; });
  const auto error = thrown([&] { (void)read_model(folder / "m"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kTensorShape);
  EXPECT_EQ(argument(*error, "where"), "fc3.weight");
  EXPECT_EQ(argument(*error, "expected"), "3x8");
  EXPECT_EQ(argument(*error, "got"), "7x8");
  EXPECT_EQ(argument(*error, "file"), (folder / "m").string());
}

TEST(ModelFile, NamesTensorsThatAreMissingTooManyOrNoNumbers) {
  const TemporaryFolder folder;
  const auto refusal = [&](const auto& change) {
    write_model(folder / "m", tiny_model());
    rewrite(folder / "m", change);
    const auto error = thrown([&] { (void)read_model(folder / "m"); });
    return error ? std::pair(error->message(), argument(*error, "where")) : std::pair(Message::kCount, std::string());
  };
  EXPECT_EQ(refusal([](SafetensorsFile& file) { file.tensors.erase("fc2.bias"); }),
            std::pair(Message::kTensorMissing, std::string("fc2.bias")));
  EXPECT_EQ(refusal([](SafetensorsFile& file) { file.tensors.emplace("conv9.bias", Tensor(ElementType::kF32, {1})); }),
            std::pair(Message::kTensorSurplus, std::string("conv9.bias")));
  EXPECT_EQ(refusal([](SafetensorsFile& file) { file.tensors.at("fc2.bias").as<float>()[0] = NAN; }),
            std::pair(Message::kTensorNotFinite, std::string("fc2.bias")));
}

TEST(ModelFile, RefusesWhatIsNoModelOfOurs) {
  const TemporaryFolder folder;
  const auto refusal = [&](const std::string& key, const std::string& value) {
    write_model(folder / "m", tiny_model());
    rewrite(folder / "m", [&](SafetensorsFile& file) { file.metadata[key] = value; });
    const auto error = thrown([&] { (void)read_model(folder / "m"); });
    EXPECT_TRUE(error) << key;
    return error ? std::pair(error->message(), argument(*error, "reason")) : std::pair(Message::kCount, std::string());
  };
  EXPECT_EQ(refusal("format", "pt").first, Message::kModelInvalid);
  EXPECT_EQ(refusal("format_version", "2").first, Message::kModelNewer);
  EXPECT_EQ(refusal("format_version", "x").first, Message::kModelInvalid);
  EXPECT_THAT(refusal("network", "{}").second, HasSubstr("\"network\""));
  EXPECT_THAT(refusal("geometry", "7").second, HasSubstr("\"geometry\""));
  EXPECT_THAT(refusal("classes", "[1,2,3]").second, HasSubstr("\"classes\""));
  EXPECT_EQ(refusal("classes", R"(["only one"])").first, Message::kClassCountDiffers);

  const Tensor tensor(ElementType::kF32, {1});
  write_safetensors(folder / "plain", {{"t", &tensor}}, {});
  EXPECT_EQ(message_of([&] { (void)read_model(folder / "plain"); }), Message::kModelInvalid);
}

TEST(ModelFile, SaysHowManyBytesACutFileLacks) {
  const TemporaryFolder folder;
  write_model(folder / "m", tiny_model());
  const std::string whole = read_text(folder / "m");
  write_file_atomically(folder / "cut", whole.substr(0, whole.size() - 100));  // in the middle of the tensors
  const auto error = thrown([&] { (void)read_model(folder / "cut"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kModelTruncated);
  EXPECT_EQ(argument(*error, "expected"), std::to_string(whole.size()));
  EXPECT_EQ(argument(*error, "got"), std::to_string(whole.size() - 100));
}

// A file without our metadata, as Python's safetensors writes a state_dict.
TEST(ReadWeights, TakesTensorsByTheNetworksNamesForFiles) {
  const TemporaryFolder folder;
  const Model model = tiny_model();
  write_model(folder / "m", model);
  rewrite(folder / "m", [](SafetensorsFile& file) { file.metadata.clear(); });
  EXPECT_EQ(read_weights(folder / "m", model.network), model.weights);

  rewrite(folder / "m",
          [](SafetensorsFile& file) { file.tensors["features.1.weight"] = Tensor(ElementType::kF32, {2}); });
  const auto surplus = thrown([&] { static_cast<void>(read_weights(folder / "m", model.network)); });
  ASSERT_TRUE(surplus);
  EXPECT_EQ(surplus->message(), Message::kTensorSurplus);
  EXPECT_EQ(argument(*surplus, "where"), "features.1.weight");

  rewrite(folder / "m", [](SafetensorsFile& file) {
    file.tensors.erase("features.1.weight");
    file.tensors.erase("features.0.weight");
  });
  EXPECT_EQ(message_of([&] { static_cast<void>(read_weights(folder / "m", model.network)); }), Message::kTensorMissing);
}

TEST(Checkpoint, ComesBackAsItWasWritten) {
  const TemporaryFolder folder;
  Weights slot = initial_weights(tiny_network(), 4);
  slot.erase("bn1.running_mean");  // statistics have no optimiser state
  const Checkpoint checkpoint{tiny_model(),
                              {{"adam_m", slot}, {"adam_v", initial_weights(tiny_network(), 5)}},
                              123,
                              R"({"epoch":2,"note":"a \"quoted\" text"})"};
  write_checkpoint(folder / "c", checkpoint);
  const Checkpoint read = read_checkpoint(folder / "c");
  EXPECT_EQ(read.model.weights, checkpoint.model.weights);
  EXPECT_EQ(read.slots, checkpoint.slots);
  EXPECT_EQ(read.step, 123);
  EXPECT_EQ(read.state, checkpoint.state);
  EXPECT_TRUE(read_safetensors(folder / "c").tensors.contains("slot/adam_m/features.0.weight"));
}

TEST(Checkpoint, IsAModelTooAndAModelIsNoCheckpoint) {
  const TemporaryFolder folder;
  write_checkpoint(folder / "c", {tiny_model(), {{"momentum", initial_weights(tiny_network(), 4)}}, 1, "{}"});
  EXPECT_EQ(read_model(folder / "c").weights, tiny_model().weights);
  write_model(folder / "m", tiny_model());
  EXPECT_EQ(message_of([&] { (void)read_checkpoint(folder / "m"); }), Message::kModelInvalid);
}

TEST(FindModel, TakesAFileOrARunFolder) {
  const TemporaryFolder folder;
  EXPECT_EQ(message_of([&] { (void)find_model(folder.path()); }), Message::kFileMissing);
  write_model(folder / "model.safetensors", tiny_model());
  EXPECT_EQ(find_model(folder.path()), folder / "model.safetensors");
  EXPECT_EQ(find_model(folder / "model.safetensors"), folder / "model.safetensors");
}

TEST(FittingWeights, AreThoseOfEqualNameAndShape) {
  const TemporaryFolder folder;
  const Model three = tiny_model();
  write_model(folder / "m", three);
  const FittingWeights fitting = read_fitting_weights(folder / "m", testing_support::tiny_network(5));
  EXPECT_THAT(fitting.anew, testing::ElementsAre("fc3.weight", "fc3.bias"));
  EXPECT_THAT(fitting.left_out, testing::ElementsAre("fc3.bias", "fc3.weight"));
  EXPECT_EQ(fitting.weights.size(), three.weights.size() - 2);
  EXPECT_EQ(fitting.weights.at("conv1.weight"), three.weights.at("conv1.weight"));  // "features.0.weight" in the file
}

TEST(FittingWeights, KnowAMeanImageByTheNameOthersGiveIt) {
  const TemporaryFolder folder;
  const Network network({.name = "mean",
                         .input = {3, 2, 2},
                         .layers = {Normalize{.name = "pixels",
                                              .order = Normalize::Order::kBGR,
                                              .mean_image = true,
                                              .mean_height = 4,
                                              .mean_width = 4},
                                    Flatten{.name = "flatten"}, Dense{.name = "fc", .units = 2}}});
  Tensor mean(ElementType::kBF16, {3, 4, 4});
  write_safetensors(folder / "m", {{"mean_image_bgr", &mean}}, {});
  const FittingWeights fitting = read_fitting_weights(folder / "m", network);
  EXPECT_EQ(fitting.weights.at("pixels.mean").type(), ElementType::kF32);
  EXPECT_THAT(fitting.anew, testing::ElementsAre("fc.weight", "fc.bias"));
}

TEST(FittingWeights, NameTheFileOfWhichNothingFitsOrWhichHoldsNoNumbers) {
  const TemporaryFolder folder;
  Tensor other(ElementType::kF32, {2});
  write_safetensors(folder / "m", {{"conv9.bias", &other}}, {});
  const auto nothing = thrown([&] { (void)read_fitting_weights(folder / "m", testing_support::tiny_network()); });
  ASSERT_TRUE(nothing);
  EXPECT_EQ(nothing->message(), Message::kTensorMissing);
  Tensor bad(ElementType::kF32, {8});
  bad.as<float>()[3] = NAN;
  write_safetensors(folder / "m", {{"fc2.bias", &bad}}, {});
  const auto not_finite = thrown([&] { (void)read_fitting_weights(folder / "m", testing_support::tiny_network()); });
  ASSERT_TRUE(not_finite);
  EXPECT_EQ(not_finite->message(), Message::kTensorNotFinite);
  EXPECT_EQ(argument(*not_finite, "where"), "fc2.bias");
}

}  // namespace
}  // namespace alexnet
