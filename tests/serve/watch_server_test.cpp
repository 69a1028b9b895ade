#include "alexnet/serve/watch_server.h"

#include <cmath>
#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

#include "alexnet/train/control.h"

#include "serve/stored_run.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet::serve {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing_support::message_of;
using testing_support::stored_run;
using testing_support::TemporaryFolder;

class Watch : public testing::Test {
 protected:
  /// Serves the runs of the folder from now on.
  httplib::Client& client(bool read_only = false) {
    server_ = std::make_unique<WatchServer>(WatchOptions{{folder_.path()}, 0, read_only});
    server_->start();
    client_ = std::make_unique<httplib::Client>(server_->address().substr(0, server_->address().size() - 1));
    return *client_;
  }
  std::string token() {
    const std::string page = client_->Get("/")->body;
    std::smatch found;
    EXPECT_TRUE(std::regex_search(page, found, std::regex("alexnet-token\" content=\"([0-9a-f]*)\"")));
    return found[1];
  }
  /// `fields`: those of the document behind schema and version.
  auto ask(const std::string& run, const std::string& fields, const std::string& token) {
    return client_->Post("/v1/runs/" + run + "/control", {{"X-Alexnet-Token", token}},
                         R"({"schema":"alexnet.control","version":1,)" + fields + "}", "application/json");
  }

  TemporaryFolder folder_;
  std::unique_ptr<WatchServer> server_;
  std::unique_ptr<httplib::Client> client_;
};

TEST_F(Watch, ShowsTheRuns) {
  stored_run(folder_ / "run");
  const auto answer = client().Get("/v1/runs");
  ASSERT_TRUE(answer);
  const json document = json::parse(answer->body);
  EXPECT_EQ(document["schema"], "alexnet.watch");
  const json& run = document["runs"].at(0);
  EXPECT_EQ(run["id"], "run");
  EXPECT_EQ(run["state"], "running");
  EXPECT_EQ(run["epoch"], 2);
  EXPECT_EQ(run["epochs"], 4);
  EXPECT_EQ(run["best"]["val_top1"], 0.75);
  EXPECT_EQ(run["test_top1"], nullptr);
}

TEST_F(Watch, WhatDidNotChangeIsNotSentAgain) {
  stored_run(folder_ / "run", RunState::kDone);
  const auto first = client().Get("/v1/runs");
  const auto again = client_->Get("/v1/runs", {{"If-None-Match", first->get_header_value("ETag")}});
  EXPECT_EQ(again->status, 304);
  EXPECT_EQ(again->body, "");
}

TEST_F(Watch, ShowsARunUnderAnyName) {
  stored_run(folder_ / "花 & <b> 1");
  client();
  const auto answer = client_->Get("/v1/runs/%E8%8A%B1%20%26%20%3Cb%3E%201");
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->status, 200) << answer->body;
  const json document = json::parse(answer->body);
  EXPECT_EQ(document["epochs"].size(), 3U);
  EXPECT_EQ(document["log"].at(0), "a line");
  EXPECT_EQ(document["run"]["network"]["name"], "tiny");
}

TEST_F(Watch, NothingOutsideOfTheRunsIsRead) {
  stored_run(folder_ / "run");
  client();
  for (const char* path : {"/v1/runs/..", "/v1/runs/%2e%2e%2frun", "/v1/runs/nothing", "/v1/runs/run/filters/7",
                           "/v1/chart.svg?run=nothing", "/run.json"}) {
    EXPECT_EQ(client_->Get(path)->status, 404) << path;
  }
}

TEST_F(Watch, DrawsAChart) {
  stored_run(folder_ / "run");
  const auto answer = client().Get("/v1/chart.svg?run=run&y=val_loss&x=time&smooth=0.5");
  EXPECT_EQ(answer->get_header_value("Content-Type"), "image/svg+xml");
  EXPECT_THAT(answer->body, HasSubstr("minutes"));
  EXPECT_EQ(client_->Get("/v1/chart.svg?run=run&y=nothing")->status, 400);
}

TEST_F(Watch, WritesTheControlFileOfARunningRun) {
  const RunFolder run = stored_run(folder_ / "run");
  client();
  EXPECT_EQ(ask("run", R"("action":"epochs","epochs":9)", token())->status, 200);
  const auto control = take_control(run);
  ASSERT_TRUE(control);
  EXPECT_EQ(control->action, ControlAction::kEpochs);
  EXPECT_EQ(control->epochs, 9);
}

TEST_F(Watch, KeepsANoteInTheRunFolder) {
  const RunFolder run = stored_run(folder_ / "run", RunState::kDone);
  client();
  const auto note = [&](const std::string& text, const std::string& with_token) {
    return client_->Post("/v1/runs/run/note", {{"X-Alexnet-Token", with_token}}, text, "text/plain")->status;
  };
  EXPECT_EQ(note("half the rate", token()), 200);
  EXPECT_EQ(run.note(), "half the rate");
  EXPECT_EQ(json::parse(client_->Get("/v1/runs/run")->body)["run"]["state"], "done");
  EXPECT_EQ(note(std::string(kMostNoteBytes + 1, 'x'), token()), 400);
  EXPECT_EQ(note("by somebody else", "guessed"), 403);
  EXPECT_EQ(run.note(), "half the rate");
  WatchServer later({{folder_.path()}, 0, true});
  later.start();
  httplib::Client reader(later.address().substr(0, later.address().size() - 1));
  EXPECT_EQ(json::parse(reader.Get("/v1/runs")->body)["runs"][0]["note"], "half the rate");
}

TEST_F(Watch, ShowsLayersAndTheWrongPhotosOfARunThatIsOnItsWay) {
  RunFolder run = stored_run(folder_ / "run");
  run.append({LayerRow{0, "conv1", 2, std::nan("")}, LayerRow{0, "fc2", 3, std::nan("")}});
  run.append({LayerRow{1, "conv1", 2.5, 0.25}, LayerRow{1, "fc2", 3.5, 0.5}});
  run.write_wrong({{"a/1.png", "val", "daisy", "rose", 0.75, 0.25, 1.4}});
  const json document = json::parse(client().Get("/v1/runs/run")->body);
  ASSERT_EQ(document["layers"].size(), 2U);
  EXPECT_EQ(document["layers"][1],
            json::parse(R"({"name":"fc2","epochs":[0,1],"weight_norm":[3.0,3.5],"gradient_norm":[null,0.5]})"));
  ASSERT_EQ(document["wrong"].size(), 1U);
  EXPECT_EQ(document["wrong"][0]["file"], "a/1.png");
}

TEST_F(Watch, RefusesWhatIsNoAction) {
  const RunFolder run = stored_run(folder_ / "run");
  stored_run(folder_ / "done", RunState::kDone);
  client();
  for (const char* fields :
       {"", "[]", R"("action":"fly")", R"("action":"epochs","epochs":0)", R"("action":"epochs","epochs":"many")"}) {
    EXPECT_EQ(ask("run", fields, token())->status, 400) << fields;
  }
  EXPECT_EQ(ask("done", R"("action":"stop")", token())->status, 409);
  EXPECT_EQ(ask("nothing", R"("action":"stop")", token())->status, 404);
  EXPECT_FALSE(take_control(run));
}

TEST_F(Watch, OnlyItsOwnPageMayAsk) {
  const RunFolder run = stored_run(folder_ / "run");
  client();
  EXPECT_EQ(ask("run", R"("action":"stop")", "guessed")->status, 403);
  EXPECT_EQ(ask("run", R"("action":"stop")", "")->status, 403);
  EXPECT_EQ(client_->Get("/v1/runs", {{"Host", "elsewhere.example"}})->status, 403);
  EXPECT_FALSE(take_control(run));
}

TEST_F(Watch, ReadOnlyHasNoToken) {
  const RunFolder run = stored_run(folder_ / "run");
  client(true);
  EXPECT_EQ(token(), "");
  EXPECT_EQ(ask("run", R"("action":"stop")", "")->status, 403);
  EXPECT_FALSE(take_control(run));
}

TEST_F(Watch, ThePageForbidsWhatIsOutside) {
  const auto page = client().Get("/");
  EXPECT_THAT(page->get_header_value("Content-Security-Policy"), HasSubstr("default-src 'self'"));
  for (const char* path : {"/watch.js", "/layers.js", "/watch.css", "/texts.js"}) {
    EXPECT_EQ(client_->Get(path)->status, 200) << path;
  }
}

TEST_F(Watch, SaysThatThePortIsBusy) {
  client();
  const int port = std::stoi(server_->address().substr(server_->address().rfind(':') + 1));
  EXPECT_EQ(message_of([&] { WatchServer({{folder_.path()}, port}); }), Message::kPortBusy);
}

}  // namespace
}  // namespace alexnet::serve
