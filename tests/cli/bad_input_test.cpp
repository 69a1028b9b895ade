#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alexnet/image/encode.h"

#include "cli/trained_fixture.h"

/// The list of bad input: each with its words and its exit status.
namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;

class CliBadInput : public TrainedTest {
 protected:
  /// A photo folder of its own, to be spoilt.
  CliBadInput() { make_photos(own_ / "photos", 8); }
  [[nodiscard]] Outcome train(const std::vector<std::string>& more = {}) const {
    return alexnet(small_training("new", 1) + more, own_.setting());
  }
  Workplace own_;
};

void expect_error(const Outcome& outcome, int status, const std::string& first_words) {
  EXPECT_EQ(outcome.status, status) << outcome.err;
  EXPECT_NE(("\n" + outcome.err).find("\nerror: " + first_words), std::string::npos) << outcome.err;
}

TEST_F(CliBadInput, EmptyClassFolder) {
  fs::create_directories(own_ / "photos/violet");
  expect_error(train(), 3, "a class without photos: ");
}

TEST_F(CliBadInput, HalfAPhotoIsLeftOutAndNamed) {
  const auto photo = tiny_photo(0, 1);
  write(own_ / "photos/daisy/half.png", std::span(photo).first(photo.size() / 2));
  const auto outcome = train();
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("warning: 1 photo left out"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("half.png"), std::string::npos) << outcome.err;
}

TEST_F(CliBadInput, ATextFileNamedJpg) {
  write(own_ / "photos/daisy/text.jpg", std::string("this is a letter, not a photo"));
  const auto outcome = train();
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("text.jpg"), std::string::npos) << outcome.err;
  expect_error(alexnet({"predict", "run", (own_ / "photos/daisy/text.jpg").string()}, here()), 3,
               "this is no picture: ");
}

TEST_F(CliBadInput, NoBytes) {
  write(own_ / "photos/daisy/empty.png", std::string());
  EXPECT_EQ(train().status, 0);
  expect_error(alexnet({"predict", "run", (own_ / "photos/daisy/empty.png").string()}, here()), 3,
               "the photo is empty: ");
}

TEST_F(CliBadInput, OnePixel) {
  write(own_ / "photos/daisy/dot.png", encode_png(Image(1, 1, 1)));
  EXPECT_EQ(train().status, 0);
}

TEST_F(CliBadInput, SpacesAndChineseCharacters) {
  fs::rename(own_ / "photos/rose", own_ / "photos/红 玫瑰");
  const auto outcome = train();
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  const auto evaluated = alexnet({"evaluate", "new"}, own_.setting());
  EXPECT_NE(evaluated.out.find("红 玫瑰"), std::string::npos) << evaluated.out << evaluated.err;
}

TEST_F(CliBadInput, AClassWithOnePhoto) {
  write(own_ / "photos/violet/only.png", tiny_photo(1, 900));
  const auto outcome = train();
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("violet"), std::string::npos) << outcome.err;
}

TEST_F(CliBadInput, NoPermissionToWrite) {
  ::chmod(own_.path().c_str(), 0555);
  auto setting = own_.setting();
  setting.in_child = [] {
    if (::geteuid() == 0) {  // root may write everywhere
      if (::setgid(65534) != 0 || ::setuid(65534) != 0) {
        ::_exit(125);
      }
    }
  };
  const auto outcome = alexnet(small_training("new", 1), setting);
  ::chmod(own_.path().c_str(), 0755);
  expect_error(outcome, 1, "no permission: new");
}

TEST_F(CliBadInput, AFullDiskKeepsWhatWasSaved) {
  auto setting = own_.setting();
  // Files may grow to 100 kB: the model of 240 kB cannot be saved.
  setting.in_child = [] {
    const rlimit limit{100'000, 100'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  };
  expect_error(alexnet(small_training("new", 1), setting), 1, "the disk is full");
  ASSERT_EQ(train({"--run", "good"}).status, 0);
  const auto before = read(own_ / "good/model.safetensors");
  const auto outcome = alexnet({"train", "--resume", "good", "--epochs", "3"}, setting);
  expect_error(outcome, 1, "the disk is full");
  EXPECT_EQ(read(own_ / "good/model.safetensors"), before);
  EXPECT_EQ(alexnet({"train", "--resume", "good", "--epochs", "3"}, own_.setting()).status, 0);
}

TEST_F(CliBadInput, AModelCutInHalf) {
  const auto model = read(place() / "run/model.safetensors");
  write(own_ / "half.safetensors", model.substr(0, model.size() / 2));
  expect_error(alexnet({"predict", (own_ / "half.safetensors").string(), "rose.png"}, here()), 3,
               "the model file is cut off: ");
}

TEST_F(CliBadInput, AModelWithAnotherNetworksWeights) {
  auto model = read(place() / "run/model.safetensors");
  // 84 units become 83 in the network's description, whose length stays as the header says.
  const auto units = model.find("84");
  ASSERT_NE(units, std::string::npos);
  for (auto at = units; at != std::string::npos && at < model.find("conv1.weight"); at = model.find("84", at + 1)) {
    model.replace(at, 2, "83");
  }
  write(own_ / "other.safetensors", model);
  const auto outcome = alexnet({"predict", (own_ / "other.safetensors").string(), "rose.png"}, here());
  EXPECT_EQ(outcome.status, 3) << outcome.err;
  EXPECT_TRUE(outcome.err.starts_with("error: tensor ")) << outcome.err;
}

TEST_F(CliBadInput, NoModelFile) {
  expect_error(alexnet({"predict", "rose.png", "rose.png"}, here()), 3, "this is not a model file: ");
  expect_error(alexnet({"predict", "nothing.safetensors", "rose.png"}, here()), 3, "no such file: nothing");
}

TEST_F(CliBadInput, ANetworkFileThatDoesNotFitTogether) {
  const auto definition = nlohmann::json::parse(alexnet({"summary", "caffenet", "--definition"}).out);
  const auto refusal = [&](const std::function<void(nlohmann::json&)>& spoil) {
    auto spoilt = definition;
    spoil(spoilt);
    write(own_ / "spoilt.json", spoilt.dump());
    return alexnet({"summary", "spoilt.json"}, own_.setting());
  };
  // conv5 sees 13x13 pixels.
  expect_error(refusal([](auto& network) {
                 for (auto& layer : network["layers"]) {
                   if (layer["name"] == "conv5") {
                     layer["kernel"] = 16;
                   }
                 }
               }),
               2,
               "the network does not fit together: layer conv5\nexpected an input height of at least 14 (window 16, "
               "padding 2), got 13");
  expect_error(
      refusal([](auto& network) { network["layers"][5]["groups"] = 5; }), 2,
      "the network does not fit together: layer conv2\nexpected channels and filters that 5 groups divide, got "
      "96 channels and 256 filters");
  expect_error(refusal([](auto& network) { network["layers"][1].erase("kernel"); }), 3,
               "the file is not as it should be: layer \"conv1\"\nexpected the key kernel, got none");
  write(own_ / "text.json", "conv, relu");
  expect_error(alexnet({"summary", "text.json"}, own_.setting()), 3,
               "the file is not as it should be: network\nexpected a JSON document");
  expect_error(alexnet({"summary", "nothing.json"}, own_.setting()), 3, "no such file: nothing.json");
  expect_error(train({"--network", "nothing.json"}), 3, "no such file: nothing.json");
}

TEST_F(CliBadInput, UnknownNetworkSuggestsTheNearest) {
  const auto outcome = train({"--network", "lenet"});
  expect_error(outcome, 2, "unknown network: lenet");
  EXPECT_NE(outcome.err.find("lenet5"), std::string::npos) << outcome.err;
  EXPECT_NE(alexnet({"summary", "alexnet-2013"}).err.find("alexnet-2012"), std::string::npos);
}

TEST_F(CliBadInput, UnknownWordsSuggestTheNearest) {
  EXPECT_NE(alexnet({"trian"}).err.find("did you mean train?"), std::string::npos);
  EXPECT_NE(alexnet({"train", "photos", "--batchh", "3"}).err.find("--batch"), std::string::npos);
  EXPECT_NE(alexnet({"train", "photos", "--recipe", "quik"}, own_.setting()).err.find("quick"), std::string::npos);
  EXPECT_NE(alexnet({"data", "fetch", "flowers"}).err.find("flowers17"), std::string::npos);
  EXPECT_NE(alexnet({"predict", "run", "rose.png", "--format", "jsn"}, here()).err.find("json"), std::string::npos);
  for (const auto& words : std::vector<std::vector<std::string>>{{"trian"}, {"train", "--batchh"}}) {
    EXPECT_EQ(alexnet(words).status, 2);
  }
}

TEST_F(CliBadInput, NumbersOutOfRange) {
  expect_error(train({"--batch", "0"}), 2, "option --batch cannot be used");
  expect_error(train({"--epochs", "-1"}), 2, "option --epochs cannot be used");
  expect_error(train({"--epochs=-1"}), 2, "option --epochs cannot be used");
  expect_error(train({"--batch", "many"}), 2, "option --batch cannot be used");
  expect_error(train({"--threads", "0"}), 2, "option --threads cannot be used");
  expect_error(train({"--batch"}), 2, "option --batch cannot be used");
  EXPECT_FALSE(fs::exists(own_ / "new"));
}

TEST_F(CliBadInput, FewerPhotosThanABatch) { expect_error(train({"--batch", "1000"}), 3, "too few photos: "); }

TEST_F(CliBadInput, FoldersThatAreNoDataSet) {
  const auto setting = own_.setting();
  expect_error(alexnet({"train", "nowhere"}, setting), 3, "no such folder: nowhere");
  fs::create_directories(own_ / "empty");
  EXPECT_EQ(alexnet({"train", "empty"}, setting).status, 3);
  expect_error(alexnet({"train", "photos/rose"}, setting), 3, "photos lie directly in the folder: ");
  write(own_ / "one/rose/1.png", tiny_photo(0, 0));
  expect_error(alexnet({"train", "one"}, setting), 3, "only one class: ");
}

TEST_F(CliBadInput, MissingDevice) { expect_error(train({"--backend", "cuda"}), 4, "backend cuda is not there"); }

TEST_F(CliBadInput, ASetThatIsNotHereSaysHowToFetchIt) {
  const auto outcome = alexnet({"train", "mnist"}, own_.setting());
  EXPECT_EQ(outcome.status, 3);
  EXPECT_NE(outcome.err.find("alexnet data fetch mnist"), std::string::npos) << outcome.err;
}

TEST_F(CliBadInput, MissingWordsAreNamed) {
  expect_error(alexnet({"train"}), 2, "missing: FOLDER|SET");
  expect_error(alexnet({"predict", "run"}, here()), 2, "missing: PHOTO|FOLDER|-");
  expect_error(alexnet({"version", "now"}), 2, "option now cannot be used");
}

TEST_F(CliBadInput, StandardOutputOnAFullDisk) {
  if (!fs::exists("/dev/full")) {
    GTEST_SKIP() << "this system has no /dev/full";
  }
  EXPECT_EQ(shell("alexnet summary lenet5 > /dev/full").status, 1);
}

TEST_F(CliBadInput, VerboseSaysMore) {
  const auto outcome = alexnet({"summary", "alexnet-2013", "--verbose"});
  EXPECT_NE(outcome.err.find("code: network-unknown"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace alexnet::testing
