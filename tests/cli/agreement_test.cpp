// One number, one source: the terminal, metrics.csv, JSON, the report and the card say the same of a training.
#include <map>
#include <regex>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cli/trained_fixture.h"

namespace alexnet::testing {
namespace {

using Facts = std::map<std::string, std::string>;
using CliAgreement = TrainedTest;

/// The groups of the first match, by name.
Facts facts_in(const std::string& text, const std::string& pattern, const std::vector<std::string>& names) {
  std::smatch match;
  Facts facts;
  if (std::regex_search(text, match, std::regex(pattern))) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      facts[names[i]] = match[i + 1];
    }
  }
  EXPECT_EQ(facts.size(), names.size()) << pattern << " is not in\n" << text.substr(0, 4000);
  return facts;
}

Facts both(Facts a, const Facts& b) {
  a.insert(b.begin(), b.end());
  return a;
}

std::string share_text(double share) { return fmt::format("{:.1f}", 100 * share); }
std::string loss_text(double value) { return fmt::format("{:.4f}", value); }

Facts of_result(const nlohmann::json& result) {
  return {{"count", fmt::to_string(result["count"].get<int>())},
          {"top1", share_text(result["top1"])},
          {"low", share_text(result["top1_interval"][0])},
          {"high", share_text(result["top1_interval"][1])},
          {"top5", share_text(result["top5"])},
          {"loss", loss_text(result["loss"])}};
}

/// The best row of metrics.csv.
Facts of_metrics(const std::string& text) {
  std::istringstream lines(text);
  const auto fields_of = [&] {
    std::vector<std::string> fields;
    std::string line;
    std::getline(lines, line);
    std::istringstream row(line);
    for (std::string field; std::getline(row, field, ',');) {
      fields.push_back(field);
    }
    return fields;
  };
  const auto names = fields_of();
  Facts best;
  for (auto row = fields_of(); row.size() == names.size(); row = fields_of()) {
    std::map<std::string, std::string> values;
    for (std::size_t i = 0; i < names.size(); ++i) {
      values[names[i]] = row[i];
    }
    if (values["best"] == "1") {
      best = {{"best", values["epoch"]},
              {"val_top1", share_text(std::stod(values["val_top1"]))},
              {"val_loss", loss_text(std::stod(values["val_loss"]))}};
    }
  }
  return best;
}

/// Those of `some` that are in `all` as well must be equal, and at least `fewest` of them are compared.
void expect_agreement(const Facts& some, const Facts& all, std::size_t fewest, const std::string& where) {
  std::size_t compared = 0;
  for (const auto& [name, value] : some) {
    if (const auto other = all.find(name); other != all.end()) {
      EXPECT_EQ(value, other->second) << where << " says another " << name;
      ++compared;
    }
  }
  EXPECT_GE(compared, fewest) << where;
}

TEST_F(CliAgreement, TerminalTableJsonReportAndCardSayTheSame) {
  const auto terminal = both(
      facts_in(training().out, R"(best epoch: (\d+) of (\d+) \(val top-1 ([\d.]+) %, val loss ([\d.]+)\))",
               {"best", "epochs", "val_top1", "val_loss"}),
      facts_in(
          training().out,
          R"(on (\d+) test photos: top-1 ([\d.]+) % \(95 % interval ([\d.]+) to ([\d.]+) %\), top-5 ([\d.]+) %, loss ([\d.]+))",
          {"count", "top1", "low", "high", "top5", "loss"}));
  expect_agreement(of_metrics(read(place() / "run/metrics.csv")), terminal, 3, "metrics.csv");

  const auto run = nlohmann::json::parse(read(place() / "run/run.json"));
  expect_agreement(both(of_result(run["result"]), {{"epochs", fmt::to_string(run["epochs"].get<int>())},
                                                   {"best", fmt::to_string(run["best"]["epoch"].get<int>())},
                                                   {"val_top1", share_text(run["best"]["val_top1"])},
                                                   {"val_loss", loss_text(run["best"]["val_loss"])}}),
                   terminal, 10, "run.json");
  expect_agreement(of_result(alexnet({"evaluate", "run", "--json"}, here()).json()), terminal, 6, "evaluate --json");
  const auto page = (place() / "agreement.html").string();
  expect_agreement(of_result(alexnet({"report", "run", "--to", page, "--json"}, here()).json()), terminal, 6,
                   "report --json");

  const auto report = read(page);
  expect_agreement(
      both(facts_in(report,
                    R"(id="top1"><dt>top-1 on (\d+) test photos</dt><dd>([\d.]+) %</dd><dd class="note">95 % interval )"
                    R"(([\d.]+) to ([\d.]+) %<)",
                    {"count", "top1", "low", "high"}),
           both(facts_in(report, R"(id="top5"><dt>top-5</dt><dd>([\d.]+) %<)", {"top5"}),
                facts_in(report,
                         R"(id="best"><dt>best epoch</dt><dd>(\d+)</dd><dd class="note">of (\d+); top-1 ([\d.]+) %)",
                         {"best", "epochs", "val_top1"}))),
      terminal, 8, "report.html");

  const auto card = read(place() / "run/model_card.md");
  expect_agreement(
      both(facts_in(card,
                    R"(named \d+ of (\d+) test photos rightly: ([\d.]+) % \(95 % interval ([\d.]+) to ([\d.]+) %\))",
                    {"count", "top1", "low", "high"}),
           both(facts_in(card, R"(\| top-5[^|]*\| ([\d.]+) %)", {"top5"}),
                both(facts_in(card, R"(\| mean loss \| ([\d.]+))", {"loss"}),
                     facts_in(card, R"(\| epochs \| (\d+), the best was (\d+) \(val top-1 ([\d.]+) %\))",
                              {"epochs", "best", "val_top1"})))),
      terminal, 9, "model_card.md");
}

}  // namespace
}  // namespace alexnet::testing
