#include <algorithm>

#include <gtest/gtest.h>

#include "cli/program.h"

namespace alexnet::testing {
namespace {

struct Value {
  std::string value;
  std::string origin;
  std::string from;
  friend bool operator==(const Value&, const Value&) = default;
};

void PrintTo(const Value& v, std::ostream* out) { *out << v.value << " | " << v.origin << " | " << v.from; }

Value value(const nlohmann::json& document, const std::string& name) {
  for (const auto& v : document["values"]) {
    if (v["name"] == name) {
      return {v["value"], v["origin"], v["from"]};
    }
  }
  ADD_FAILURE() << name << " is missing";
  return {};
}

Setting with(const Workplace& w, const std::map<std::string, std::string>& variables) {
  auto setting = w.setting();
  setting.environment = variables;
  return setting;
}

TEST(CliConfig, EachValueNamesItsOrigin) {
  const Workplace w;
  const auto setting =
      with(w, {{"ALEXNET_OPT_MOMENTUM", "0.5"}, {"ALEXNET_OPT_BATCH", "8"}, {"ALEXNET_OPT_LANG", "zh"}});
  const auto document =
      alexnet({"config", "show", "train", "photos", "--batch", "16", "--no-flip", "--json"}, setting).json();
  EXPECT_EQ(document["schema"], "alexnet.config");
  EXPECT_EQ(document["command"], "train");
  EXPECT_EQ(value(document, "FOLDER|SET"), (Value{"photos", "option", ""}));
  EXPECT_EQ(value(document, "--batch"), (Value{"16", "option", ""}));  // before the environment
  EXPECT_EQ(value(document, "--flip"), (Value{"false", "option", ""}));
  EXPECT_EQ(value(document, "--momentum"), (Value{"0.5", "environment", "ALEXNET_OPT_MOMENTUM"}));
  EXPECT_EQ(value(document, "--lang"), (Value{"zh", "environment", "ALEXNET_OPT_LANG"}));
  EXPECT_EQ(value(document, "--optimizer"), (Value{"adam", "recipe", "quick"}));  // src/train/recipes/quick.cpp
  EXPECT_EQ(value(document, "--patience").origin, "default");
  EXPECT_EQ(value(document, "--json"), (Value{"true", "option", ""}));
  EXPECT_EQ(value(document, "--quiet"), (Value{"false", "default", ""}));
}

TEST(CliConfig, AFileIsAnOriginToo) {
  const Workplace w;
  write(w / "my.toml", std::string("rate = 0.003\n"));
  const auto document =
      alexnet({"config", "show", "lr-find", "photos", "--recipe", "my.toml", "--json"}, w.setting()).json();
  EXPECT_EQ(value(document, "--rate"), (Value{"0.003", "file", "my.toml"}));
  EXPECT_EQ(value(document, "--recipe"), (Value{"my.toml", "option", ""}));
  EXPECT_EQ(value(document, "--batch").origin, "default");
}

TEST(CliConfig, WithoutACommandItIsWhatHoldsForAll) {
  const Workplace w;
  const auto document = alexnet({"config", "show", "--json"}, with(w, {{"ALEXNET_DATA", "/archives"}})).json();
  EXPECT_TRUE(document["command"].is_null());
  EXPECT_EQ(value(document, "ALEXNET_DATA"), (Value{"/archives", "environment", "ALEXNET_DATA"}));
  EXPECT_EQ(value(document, "ALEXNET_HOME").origin, "default");
  EXPECT_EQ(value(document, "--color"), (Value{"auto", "default", ""}));
  EXPECT_EQ(value(document, "--optimizer").from, "quick");
}

TEST(CliConfig, ItIsATableForPeople) {
  const Workplace w;
  const auto out = alexnet({"config", "show", "train", "--batch", "16"}, w.setting()).out;
  std::istringstream in(out);
  bool found = false;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string name;
    std::string text;
    std::string origin;
    words >> name >> text >> origin;
    found = found || (name == "--batch" && text == "16" && origin == "option");
  }
  EXPECT_TRUE(found) << out;
}

TEST(CliConfig, WrongWordsAreRefusedAsTheCommandRefusesThem) {
  const Workplace w;
  const auto batch = alexnet({"config", "show", "train", "--batch", "0"}, w.setting());
  EXPECT_EQ(batch.status, 2);
  EXPECT_NE(batch.err.find("option --batch cannot be used"), std::string::npos) << batch.err;
  EXPECT_NE(alexnet({"config", "show", "trian"}, w.setting()).err.find("did you mean train?"), std::string::npos);
  EXPECT_EQ(alexnet({"config"}, w.setting()).status, 2);
  EXPECT_EQ(alexnet({"config", "set"}, w.setting()).status, 2);
  const auto variable = alexnet({"config", "show"}, with(w, {{"ALEXNET_OPT_BATCH", "many"}}));
  EXPECT_EQ(variable.status, 2) << variable.out;
}

}  // namespace
}  // namespace alexnet::testing
