#include <cmath>
#include <filesystem>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/formats/quantized_tensors.h"
#include "alexnet/formats/safetensors.h"
#include "alexnet/runtime/quantization.h"

#include "support/temporary_folder.h"
#include "support/thrown.h"
#include "support/tiny.h"

namespace alexnet {
namespace {

using testing::HasSubstr;
using testing_support::argument;
using testing_support::TemporaryFolder;
using testing_support::thrown;
using testing_support::tiny_network;

Model calibrated_model() {
  const Network network = tiny_network();
  Model model{network, initial_weights(network, 3), {}, {}};
  double most = 1;
  for (const std::string& layer : quantized_layers(network)) {
    model.input_ranges[layer] = {most > 1 ? 0 : -most, most};
    most += 0.5;
  }
  return model;
}

std::string weight_of_first_layer() {
  const Network network = tiny_network();
  return network.tensor_name(quantized_layers(network).front() + ".weight");
}

TEST(QuantizedModel, ComesBackAsWhatItsIntegersStandFor) {
  const TemporaryFolder folder;
  const Model model = calibrated_model();
  write_model(folder / "m", model);
  const Model read = read_model(folder / "m");
  EXPECT_EQ(read.input_ranges, model.input_ranges);
  for (const auto& [name, tensor] : model.weights) {
    const Tensor& back = read.weights.at(name);
    ASSERT_EQ(back.shape(), tensor.shape());
    if (!name.ends_with(".weight")) {
      EXPECT_EQ(back, tensor) << name;
      continue;
    }
    const auto values = tensor.as<float>();
    const auto steps = weight_steps(values, tensor.shape()[0]);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float step = steps[i / (values.size() / steps.size())];
      EXPECT_NEAR(back.as<float>()[i], values[i], 0.501F * step) << name << " " << i;
    }
  }
}

// What was rounded once is rounded to the same integers again, in a file and in a backend.
TEST(QuantizedModel, KeepsItsIntegersWhenItIsWrittenAgain) {
  const TemporaryFolder folder;
  write_model(folder / "m", calibrated_model());
  write_model(folder / "again", read_model(folder / "m"));
  const auto first = read_safetensors(folder / "m").tensors;
  const auto again = read_safetensors(folder / "again").tensors;
  for (const std::string& layer : quantized_layers(tiny_network())) {
    const std::string name = tiny_network().tensor_name(layer + ".weight");
    EXPECT_EQ(first.at(name).type(), ElementType::kI8);
    EXPECT_EQ(first.at(name), again.at(name)) << name;
  }
}

/// Why a file that was changed is refused.
template <class Change>
std::string reason_after(const Change& change) {
  const TemporaryFolder folder;
  write_model(folder / "m", calibrated_model());
  SafetensorsFile file = read_safetensors(folder / "m");
  change(file);
  std::map<std::string, const Tensor*> tensors;
  for (const auto& [name, tensor] : file.tensors) {
    tensors.emplace(name, &tensor);
  }
  write_safetensors(folder / "m", tensors, file.metadata);
  const auto error = thrown([&] { (void)read_model(folder / "m"); });
  if (!error || error->message() != Message::kModelInvalid) {
    return error ? error->what() : "it was read";
  }
  return argument(*error, "reason");
}

TEST(QuantizedModel, NamesTheScaleThatIsWrong) {
  const std::string scale = scale_name(weight_of_first_layer());
  const auto first_scale = [&](float value) {
    return [&scale, value](SafetensorsFile& file) { file.tensors.at(scale).as<float>()[0] = value; };
  };
  EXPECT_THAT(reason_after([&](SafetensorsFile& file) { file.tensors.erase(scale); }), HasSubstr(scale));
  EXPECT_THAT(reason_after([&](SafetensorsFile& file) {
                file.tensors.at(scale) = Tensor(ElementType::kF32, {1, 1});
              }),
              HasSubstr(scale));
  EXPECT_THAT(reason_after([&](SafetensorsFile& file) {
                file.tensors.at(scale) = file.tensors.at(scale).converted(ElementType::kF64);
              }),
              HasSubstr(scale));
  for (const float value :
       {0.0F, -1.0F, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    EXPECT_THAT(reason_after(first_scale(value)), HasSubstr("no positive number")) << value;
  }
}

TEST(QuantizedModel, NamesTheRangeThatIsMissingOrWrong) {
  const auto with = [](const std::string& ranges) {
    return [ranges](SafetensorsFile& file) { file.metadata["input_ranges"] = ranges; };
  };
  EXPECT_THAT(reason_after([](SafetensorsFile& file) { file.metadata.erase("input_ranges"); }),
              HasSubstr("no \"input_ranges\""));
  EXPECT_THAT(reason_after(with("{}")), HasSubstr("no range of layer"));
  EXPECT_THAT(reason_after(with("7")), HasSubstr("\"input_ranges\""));
  EXPECT_THAT(reason_after(with(R"({"a":[0,1e999]})")), HasSubstr("\"input_ranges\""));
  EXPECT_THAT(reason_after(with(R"({"a":[0]})")), HasSubstr("\"input_ranges\""));
  EXPECT_THAT(reason_after(with(R"({"a":[0,"x"]})")), HasSubstr("\"input_ranges\""));
  EXPECT_THAT(reason_after(with(R"({"a":[2,3]})")), HasSubstr("hold 0"));
  EXPECT_THAT(reason_after([](SafetensorsFile& file) {
                auto& ranges = file.metadata.at("input_ranges");
                ranges.insert(1, R"("surplus":[0,1],)");
              }),
              HasSubstr("no integers"));
}

TEST(QuantizedModel, SaysHowManyBytesACutFileLacks) {
  const TemporaryFolder folder;
  write_model(folder / "m", calibrated_model());
  const std::string whole = read_text(folder / "m");
  write_file_atomically(folder / "cut", whole.substr(0, whole.size() - 10));  // in the middle of the integers
  const auto error = thrown([&] { (void)read_model(folder / "cut"); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kModelTruncated);
}

TEST(QuantizedModel, GivesWeightsToOtherNetworks) {
  const TemporaryFolder folder;
  write_model(folder / "m", calibrated_model());
  const Model read = read_model(folder / "m");
  const auto fitting = read_fitting_weights(folder / "m", tiny_network());
  EXPECT_TRUE(fitting.anew.empty());
  EXPECT_TRUE(fitting.left_out.empty());
  EXPECT_EQ(fitting.weights, read.weights);
}

TEST(Quantize, GivesEachOutputItsLargestInteger) {
  const Tensor weights = Tensor::of<float>({3, 2}, std::vector<float>{-2, 1, 0.001F, 0.0005F, 0, 0});
  const auto [integers, scales] = quantize(weights);
  EXPECT_EQ(integers, Tensor::of<std::int8_t>({3, 2}, std::vector<std::int8_t>{-127, 64, 127, 64, 0, 0}));
  EXPECT_FLOAT_EQ(scales.as<float>()[0], 2.0F / 127);
  EXPECT_FLOAT_EQ(scales.as<float>()[1], 0.001F / 127);
  EXPECT_EQ(scales.as<float>()[2], 1);  // of zeros: any number but 0 does
}

}  // namespace
}  // namespace alexnet
