#include "alexnet/explain/album.h"

#include <filesystem>
#include <map>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "alexnet/backends/cpu_backend.h"
#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/image/decode.h"
#include "alexnet/models/models.h"

#include "explain/small_model.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet::explain {
namespace {

namespace fs = std::filesystem;
using testing_support::argument;
using testing_support::model_of;
using testing_support::noise_photo;
using testing_support::TemporaryFolder;
using testing_support::thrown;

Model lenet() {
  const Network network = models::lenet5(3);
  return model_of(network, initial_weights(network, 5));
}

std::map<std::string, std::string> files_below(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      files[fs::relative(entry.path(), folder).string()] = read_text(entry.path());
    }
  }
  return files;
}

void draw(const fs::path& folder) {
  const auto backend = make_cpu_backend();
  Album album(lenet(), *backend, folder, {.model_name = "model"});
  album.add("photos/a.png", noise_photo(50, 30, 3, 1));
  album.add("others/a.png", noise_photo(28, 28, 1, 2));
  album.add_error("b.png", "no picture");
  album.finish();
}

TEST(Album, NamesEveryFileWithCaptionAndSettings) {
  const TemporaryFolder place;
  draw(place / "album");
  const auto files = files_below(place / "album");
  const auto document = nlohmann::json::parse(files.at("explain.json"));
  EXPECT_EQ(document["schema"], "alexnet.explain");
  EXPECT_EQ(document["version"], 1);
  std::set<std::string> named = {"explain.json"};
  const auto name = [&](const nlohmann::json& picture) {
    EXPECT_GT(picture["caption"].get<std::string>().size(), 20U) << picture;
    EXPECT_TRUE(picture["settings"].is_object()) << picture;
    for (const auto* key : {"file", "values"}) {
      if (picture.contains(key)) {
        named.insert(picture[key].get<std::string>());
      }
    }
  };
  name(document["filters"]);
  ASSERT_EQ(document["photos"].size(), 3U);
  for (const auto& photo : document["photos"]) {
    for (const auto& picture : photo.value("pictures", nlohmann::json::array())) {
      name(picture);
    }
  }
  std::set<std::string> written;
  for (const auto& [file, text] : files) {
    written.insert(file);
    EXPECT_FALSE(text.empty()) << file;
  }
  EXPECT_EQ(written, named);
  for (const auto* file :
       {"filters.png", "a/gradcam.png", "a/occlusion.csv", "a/saliency.png", "a/photo.png", "a/classes.svg",
        "a/classes.csv", "a/layers/02-conv1.png", "a-2/gradcam.csv", "a/layers.csv"}) {
    EXPECT_TRUE(written.contains(file)) << file;
  }
  EXPECT_EQ(document["photos"][2]["error"], "no picture");
}

TEST(Album, IsTheSameBytesTwice) {
  const TemporaryFolder place;
  draw(place / "one");
  draw(place / "two");
  EXPECT_EQ(files_below(place / "one"), files_below(place / "two"));
}

TEST(Album, ExplainsTheClassThatIsAskedFor) {
  const TemporaryFolder place;
  const auto backend = make_cpu_backend();
  Album predicted(lenet(), *backend, place / "a", {.model_name = "model"});
  const auto page = predicted.add("a.png", noise_photo(28, 28, 1, 2));
  EXPECT_EQ(page.explained.index, page.classes.front().index);
  const std::string other = page.classes.back().name;
  Album asked(lenet(), *backend, place / "b", {.model_name = "model", .class_name = other});
  EXPECT_EQ(asked.add("a.png", noise_photo(28, 28, 1, 2)).explained.name, other);
  Model nameless = lenet();
  nameless.classes.clear();
  Album numbered(nameless, *backend, place / "d", {.model_name = "model", .class_name = "2"});
  EXPECT_EQ(numbered.add("a.png", noise_photo(28, 28, 1, 2)).explained.index, 2U);
  const auto error =
      thrown([&] { const Album none(lenet(), *backend, place / "c", {.model_name = "model", .class_name = "c11"}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(argument(*error, "nearest"), "c1");
  EXPECT_FALSE(fs::exists(place / "c")) << "refused before a file is written";
}

TEST(Album, NeedsAConvolution) {
  const Network network({.name = "dense", .input = {1, 4, 4}, .layers = {Flatten{"flatten"}, Dense{"fc", 2}}});
  const TemporaryFolder place;
  const auto backend = make_cpu_backend();
  EXPECT_EQ(testing_support::message_of([&] {
              const Album album(model_of(network, initial_weights(network, 1)), *backend, place / "a",
                                {.model_name = "m"});
            }),
            Message::kNoConvolution);
}

}  // namespace
}  // namespace alexnet::explain
