// Each error of wrong use, provoked: see provoked_errors.h.
#include <nlohmann/json.hpp>

#include "alexnet/core/random.h"
#include "alexnet/core/tensor.h"
#include "alexnet/image/encode.h"

#include "cli/provoked_errors.h"

namespace alexnet::testing {
namespace {

using ProvokedUse = ProvokedError;
using json = nlohmann::ordered_json;

/// LeNet-5's definition, changed, as a file.
void write_network(const Workplace& w, const std::function<void(json&)>& change) {
  auto network = json::parse(alexnet({"summary", "lenet5", "--definition"}).out);
  change(network);
  write(w / "network.json", network.dump());
}

TEST_F(ProvokedUse, OptionInvalid) { expect_error(Message::kOptionInvalid, {"summary", "lenet5", "--classes", "0"}); }

TEST_F(ProvokedUse, ArgumentMissing) { expect_error(Message::kArgumentMissing, {"train"}); }

TEST_F(ProvokedUse, OptionUnknown) { expect_error(Message::kOptionUnknown, {"train", "photos", "--batchh", "3"}); }

TEST_F(ProvokedUse, NetworkUnknown) { expect_error(Message::kUnknownNetwork, {"summary", "alexnet-2013"}); }

TEST_F(ProvokedUse, NameUnknown) { expect_error(Message::kUnknownName, {"data", "fetch", "flowers"}); }

TEST_F(ProvokedUse, NetworkInvalid) {
  write_network(own_, [](json& network) { network["layers"][1]["kernel"] = 99; });
  expect_error(Message::kNetworkInvalid, {"summary", "network.json"});
}

TEST_F(ProvokedUse, LayerUnknown) {
  expect_error(Message::kLayerUnknown, {"explain", model(), (place() / "rose.png").string(), "--layer", "conv9"});
}

TEST_F(ProvokedUse, LayerUnsupported) {
  // The processor's backend pools windows of 16 pixels at most.
  write_network(own_, [](json& network) {
    network["layers"][3] = {{"kind", "max_pool2d"}, {"name", "pool1"},         {"window", 17},
                            {"stride", 2},          {"padding", {8, 8, 8, 8}}, {"rounding", "down"}};
  });
  expect_error(Message::kLayerUnsupported, training({"--network", "network.json", "--backend", "cpu"}));
}

TEST_F(ProvokedUse, NotCalibrated) {
  expect_error(Message::kNotCalibrated, {"predict", model(), (place() / "rose.png").string(), "--precision", "i8"});
}

TEST_F(ProvokedUse, WrongCall) {
  // No command can misuse the library; a program in C++ can.
  expect_thrown(Message::kWrongCall, [] { static_cast<void>(encode_jpeg(Image(2, 2, 3), 101)); });
}

TEST_F(ProvokedUse, RunExists) { expect_error(Message::kRunExists, training({"--run", "photos"})); }

TEST_F(ProvokedUse, ShapeMismatch) {
  // As wrong-call: commands take shapes from the layers' own rule.
  expect_thrown(Message::kShapeMismatch, [] { static_cast<void>(Tensor(ElementType::kF32, {2, 3}).reshaped({7})); });
}

TEST_F(ProvokedUse, NoConvolution) {
  write_network(own_, [](json& network) {
    auto& layers = network["layers"];
    layers.erase(std::remove_if(layers.begin(), layers.end(),
                                [](const json& layer) {
                                  const auto kind = layer["kind"].get<std::string>();
                                  return kind == "conv2d" || kind.find("pool") != std::string::npos;
                                }),
                 layers.end());
    network.erase("tensor_names");
  });
  const auto trained = alexnet(training({"--network", "network.json"}), here());
  ASSERT_EQ(trained.status, 0) << trained.err;
  expect_error(Message::kNoConvolution, {"explain", "new", "photos/rose/10.png"});
}

}  // namespace
}  // namespace alexnet::testing
