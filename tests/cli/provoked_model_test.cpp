// Each error about model files and runs, provoked: see provoked_errors.h.
#include <cstring>
#include <limits>

#include <nlohmann/json.hpp>

#include "cli/provoked_errors.h"
#include "cli/tower_fixture.h"

namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

/// A safetensors file, taken apart: 8 bytes with the length of the head, the head as JSON, the numbers.
class ProvokedModel : public ProvokedError {
 protected:
  /// Writes the trained model with a changed head and numbers as changed.safetensors.
  void write_changed(const std::function<void(json&, std::string&)>& change) const {
    const auto bytes = read(model());
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    auto head = json::parse(bytes.substr(sizeof length, length));
    auto numbers = bytes.substr(sizeof length + length);
    change(head, numbers);
    auto text = head.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');  // numbers begin at a multiple of 8
    length = text.size();
    write(own_ / "changed.safetensors",
          std::string(reinterpret_cast<const char*>(&length), sizeof length) + text + numbers);
  }
  void expect_refused(Message message) const {
    expect_error(message, {"predict", "changed.safetensors", "photos/rose/10.png"});
  }
};

TEST_F(ProvokedModel, ModelTruncated) {
  const auto bytes = read(model());
  write(own_ / "changed.safetensors", bytes.substr(0, bytes.size() / 2));
  expect_refused(Message::kModelTruncated);
}

TEST_F(ProvokedModel, ModelInvalid) {
  write(own_ / "changed.safetensors", std::string("this is a letter, and no model at all"));
  expect_refused(Message::kModelInvalid);
}

TEST_F(ProvokedModel, ModelNewer) {
  write_changed([](json& head, std::string&) { head["__metadata__"]["format_version"] = "999"; });
  expect_refused(Message::kModelNewer);
}

TEST_F(ProvokedModel, TensorMissing) {
  write_changed([](json& head, std::string& numbers) {
    std::string last;
    std::size_t begin = 0;
    for (const auto& [name, facts] : head.items()) {
      if (name != "__metadata__" && facts["data_offsets"][0] >= begin) {
        last = name;
        begin = facts["data_offsets"][0];
      }
    }
    head.erase(last);
    numbers.resize(begin);
  });
  expect_refused(Message::kTensorMissing);
}

TEST_F(ProvokedModel, TensorSurplus) {
  write_changed([](json& head, std::string& numbers) {
    const auto begin = numbers.size();
    numbers += std::string(4, '\0');
    head["fc9.bias"] = {{"dtype", "F32"}, {"shape", {1}}, {"data_offsets", {begin, begin + 4}}};
  });
  expect_refused(Message::kTensorSurplus);
}

TEST_F(ProvokedModel, TensorShape) {
  write_changed([](json& head, std::string&) {
    auto& shape = head["conv1.weight"]["shape"];  // as many numbers, in another order
    std::swap(shape[0], shape[1]);
  });
  expect_refused(Message::kTensorShape);
}

TEST_F(ProvokedModel, TensorNotFinite) {
  write_changed([](json& head, std::string& numbers) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    std::memcpy(numbers.data() + head["conv1.weight"]["data_offsets"][0].get<std::size_t>(), &nan, sizeof nan);
  });
  expect_refused(Message::kTensorNotFinite);
}

TEST_F(ProvokedModel, ResumeMissing) {
  fs::create_directories(own_ / "empty");
  expect_error(Message::kResumeMissing, {"train", "--resume", "empty"});
}

TEST_F(ProvokedModel, TowerAlone) {
  write_grouped_towers(own_ / "run");
  expect_error(Message::kTowerAlone, {"predict", "run/last.0.safetensors", "photos/rose/10.png"});
}

TEST_F(ProvokedModel, TowersDiffer) {
  write_grouped_towers(own_ / "run");
  expect_error(Message::kTowersDiffer,
               {"merge", "run/last.1.safetensors", "run/last.1.safetensors", "--to", "model.safetensors"});
}

TEST_F(ProvokedModel, StartsFrom) { expect_said(Message::kNoteStartsFrom, training({"--init", model()})); }

}  // namespace
}  // namespace alexnet::testing
