#include <chrono>
#include <cstdio>
#include <regex>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>

#include "cli/trained_fixture.h"

namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;
using CliReport = TrainedTest;

std::string first_match(const std::string& text, const std::string& pattern) {
  std::smatch match;
  return std::regex_search(text, match, std::regex(pattern)) ? match[1].str() : "";
}

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
  return text;
}

TEST_F(CliReport, TrainingWritesItAndNamesIt) {
  EXPECT_TRUE(fs::exists(place() / "run/report.html"));
  EXPECT_TRUE(fs::exists(place() / "run/report-classes.csv"));
  EXPECT_NE(training().out.find("report.html"), std::string::npos) << training().out;
}

/// Of a row of metrics.csv.
std::vector<std::string> fields(const std::string& line) {
  std::vector<std::string> found;
  std::istringstream in(line);
  for (std::string field; std::getline(in, field, ',');) {
    found.push_back(field);
  }
  return found;
}

TEST_F(CliReport, TerminalTablesJsonAndPageSayTheSame) {
  const auto page = read(place() / "run/report.html");
  const auto facts = nlohmann::json::parse(read(place() / "run/run.json"));
  const auto& result = facts["result"];

  // The terminal's last lines.
  const auto& out = training().out;
  const auto top1 = percent(result["top1"].get<double>());
  EXPECT_EQ(first_match(out, "photos: top-1 ([0-9.]+ %)"), top1) << out;
  EXPECT_EQ(first_match(out, "top-5 ([0-9.]+ %), loss"), percent(result["top5"].get<double>())) << out;
  EXPECT_EQ(first_match(out, "best epoch: ([0-9]+) of"), std::to_string(facts["best"]["epoch"].get<int>()));

  // report.html
  EXPECT_EQ(first_match(page, "<div id=\"top1\"><dt>[^<]*</dt><dd>([^<]*)</dd>"), top1);
  EXPECT_EQ(first_match(page, "<div id=\"top5\"><dt>[^<]*</dt><dd>([^<]*)</dd>"),
            percent(result["top5"].get<double>()));
  EXPECT_EQ(first_match(page, "<div id=\"best\"><dt>[^<]*</dt><dd>([^<]*)</dd>"),
            std::to_string(facts["best"]["epoch"].get<int>()));
  EXPECT_EQ(first_match(page, "95 % interval ([0-9.]+ to [0-9.]+ %)"),
            first_match(out, "95 % interval ([0-9.]+ to [0-9.]+ %)"));

  // metrics.csv, and run.json's best row, against the page's table of epochs.
  std::istringstream metrics(read(place() / "run/metrics.csv"));
  std::string line;
  std::getline(metrics, line);
  int rows = 0;
  for (; std::getline(metrics, line); ++rows) {
    const auto row = fields(line);
    const auto cells = "<tr><td class=\"number\">" + row[0] +
                       "</td>.*?<td class=\"number\">([0-9.]+)</td>"
                       "<td class=\"number\">" +
                       percent(std::stod(row[4])) + "</td>";
    EXPECT_NEAR(std::stod("0" + first_match(page, cells)), std::stod(row[3]), 5e-5) << line;
    if (row[0] == std::to_string(facts["best"]["epoch"].get<int>())) {
      EXPECT_EQ(std::stod(row[4]), facts["best"]["val_top1"].get<double>());
    }
  }
  EXPECT_EQ(rows, 3);

  // predictions.csv, evaluate --json and report --json.
  const auto evaluated = alexnet({"evaluate", "run", "--json"}, here()).json();
  EXPECT_EQ(evaluated["top1"], result["top1"]);
  const Workplace w;
  const auto again = alexnet({"report", "run", "--json", "--to", (w / "page.html").string()}, here());
  ASSERT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(again.json()["top1"], result["top1"]);
  EXPECT_EQ(again.json()["count"], result["count"]);
  EXPECT_EQ(again.json()["schema"], "alexnet.report");
  EXPECT_NEAR(again.json()["loss"].get<double>(), result["loss"].get<double>(), 1e-12);
  std::istringstream predictions(read(place() / "run/predictions.csv"));
  std::getline(predictions, line);
  int right = 0;
  int count = 0;
  while (std::getline(predictions, line)) {
    const auto row = fields(line);
    if (row[1] == "test") {
      ++count;
      right += row[2] == row[3] ? 1 : 0;
    }
  }
  EXPECT_EQ(count, result["count"].get<int>());
  EXPECT_DOUBLE_EQ(right / static_cast<double>(count), result["top1"].get<double>());
  for (const auto& c : evaluated["classes"]) {
    const auto row = page.find("<th scope=\"row\">" + c["name"].get<std::string>() + "</th><td class=\"number\">");
    ASSERT_NE(row, std::string::npos);
    EXPECT_NE(page.substr(row, 700).find(percent(c["recall"].get<double>())), std::string::npos) << c;
  }
}

TEST_F(CliReport, PicturesAreOfThePhotosAndTheirHeatMaps) {
  const auto outcome = alexnet({"report", "run", "--to", "again.html"}, here());
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(outcome.out.starts_with("again.html: ")) << outcome.out;
  EXPECT_EQ(read(place() / "again.html"), [&] {
    auto page = read(place() / "run/report.html");
    for (auto at = page.find("report-classes.csv"); at != std::string::npos; at = page.find("report-classes.csv")) {
      page.replace(at, 18, "again-classes.csv");
    }
    return page;
  }()) << "equal run, equal bytes";
}

TEST_F(CliReport, TwoRunsAreCompared) {
  const Workplace w;
  ASSERT_EQ(alexnet(small_training((w / "one").string(), 1), here()).status, 0);
  const auto outcome =
      alexnet({"report", "run", (w / "one").string(), "--to", (w / "both.html").string(), "--json"}, here());
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const auto facts = outcome.json();
  EXPECT_EQ(facts["runs"].size(), 2U);
  EXPECT_EQ(facts["pairs"][0]["count"], facts["runs"][0]["count"]);
  EXPECT_NE(read(w / "both.html").find("McNemar"), std::string::npos);
}

TEST_F(CliReport, SaysWhatIsNoRun) {
  EXPECT_EQ(alexnet({"report", "nowhere"}, here()).status, 3);
  const auto photos = alexnet({"report", "photos"}, here());
  EXPECT_EQ(photos.status, 3);
  EXPECT_NE(photos.err.find("run.json"), std::string::npos) << photos.err;
  EXPECT_EQ(alexnet({"report"}, here()).status, 2);
}

TEST_F(CliReport, WhatCannotBeWrittenIsNoLossForATraining) {
  // A folder stands where the report would.
  auto setting = here();
  setting.meanwhile = [](int) {
    const auto report = place() / "kept/report.html/in the way";
    for (int i = 0; i < 1000 && !fs::exists(place() / "kept/run.json"); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    fs::create_directories(report);
  };
  const auto outcome = alexnet(small_training("kept", 2), setting);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("the training is whole: alexnet report kept"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.out.find(" test photos: top-1 "), std::string::npos) << outcome.out;
}

}  // namespace
}  // namespace alexnet::testing
