#include "alexnet/report/run_report.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "alexnet/backends/reference_backend.h"
#include "alexnet/core/files.h"
#include "alexnet/data/split.h"
#include "alexnet/train/run_document.h"

#include "charts/xml.h"
#include "report/records.h"
#include "support/temporary_folder.h"
#include "train/training.h"

namespace alexnet {
namespace {

using report::RunReport;
using testing::HasSubstr;
using testing::Not;
using testing_support::TemporaryFolder;
using testing_support::Training;

/// The page without its doctype, style and script, whose texts are no markup.
std::vector<test::Element> elements_of(std::string page) {
  constexpr std::string_view kDoctype = "<!DOCTYPE html>\n";
  EXPECT_TRUE(page.starts_with(kDoctype));
  page.erase(0, kDoctype.size());
  for (const std::string tag : {"script", "style"}) {
    for (auto begin = page.find("<" + tag + ">"); begin != std::string::npos; begin = page.find("<" + tag + ">")) {
      page.erase(begin, page.find("</" + tag + ">") + tag.size() + 3 - begin);
    }
  }
  for (const std::string entity : {"&#160;"}) {
    for (auto at = page.find(entity); at != std::string::npos; at = page.find(entity)) {
      page.replace(at, entity.size(), " ");
    }
  }
  return test::XmlReader(page).read();
}

/// A run of three epochs on the tiny photos, and its report.
class RunReportOfATraining : public ::testing::Test {
 protected:
  RunReport write(const std::string& name = "report.html") {
    return report::write_run_report(RunFolder::open_to_read(folder_ / "run"), *training_.backend, folder_ / name,
                                    {.dataset = &training_.dataset});
  }
  [[nodiscard]] std::string page(const std::string& name = "report.html") const { return read_text(folder_ / name); }

  TemporaryFolder folder_;
  Training training_;
};

TEST_F(RunReportOfATraining, HasEveryPartAndIsWellFormed) {
  training_.train_in(folder_ / "run");
  const auto written = write();
  const auto text = page();
  EXPECT_EQ(written.bytes, text.size());
  EXPECT_GT(written.pictures, 0U);
  EXPECT_EQ(written.photos_missing, "");
  const auto elements = elements_of(text);
  for (const auto* id :
       {"top", "top1", "chance", "advice", "curves", "epochs", "matrix", "lists", "pairs", "sure", "unsure", "loss",
        "lucky", "labels", "classes", "class-table", "calibration", "data", "training"}) {
    EXPECT_TRUE(std::ranges::any_of(elements, [&](const test::Element& e) {
      const auto found = e.attributes.find("id");
      return found != e.attributes.end() && found->second == id;
    })) << id;
  }
  EXPECT_THAT(text, Not(HasSubstr("nan")));
  write("second.html");  // which names second-classes.csv
  EXPECT_EQ(page("second.html").size(), text.size());
}

TEST_F(RunReportOfATraining, EveryLinkLeadsSomewhereAndNothingIsFetched) {
  training_.train_in(folder_ / "run");
  write();
  const auto elements = elements_of(page());
  std::set<std::string> ids;
  for (const auto& element : elements) {
    if (const auto id = element.attributes.find("id"); id != element.attributes.end()) {
      EXPECT_TRUE(ids.insert(id->second).second) << id->second << " twice";
    }
  }
  int links = 0;
  for (const auto& element : elements) {
    for (const auto* name : {"href", "src"}) {
      const auto found = element.attributes.find(name);
      if (found == element.attributes.end()) {
        continue;
      }
      if (found->second.starts_with("#")) {
        EXPECT_TRUE(ids.contains(found->second.substr(1))) << found->second;
        ++links;
      } else {
        EXPECT_TRUE(found->second.starts_with("data:image/jpeg;base64,")) << element.name;
      }
    }
  }
  EXPECT_GT(links, 10);
  EXPECT_THAT(page(), HasSubstr("default-src 'none'"));
  EXPECT_THAT(page(), Not(HasSubstr("url(")));
}

TEST_F(RunReportOfATraining, ItsNumbersAreThoseOfTheRun) {
  training_.train_in(folder_ / "run");
  write();
  const auto run = RunFolder::open_to_read(folder_ / "run");
  const auto document = read_run_document(run);
  const auto text = page();
  EXPECT_THAT(text, HasSubstr(fmt::format("<dt>top-1 on {} test photos</dt><dd>{:.1f} %</dd>", document.result->count,
                                          100 * document.result->top1)));
  EXPECT_THAT(text, HasSubstr(fmt::format("95 % interval {:.1f} to {:.1f} %", 100 * document.result->top1_interval.low,
                                          100 * document.result->top1_interval.high)));
  for (const EpochRow& row : run.epochs()) {
    EXPECT_THAT(text, HasSubstr(fmt::format("<td class=\"number\">{:.4f}</td><td class=\"number\">{:.1f} %</td>",
                                            row.val_loss, 100 * row.val_top1)));
  }
  const auto csv = read_text(folder_ / "report-classes.csv");
  EXPECT_THAT(csv, testing::StartsWith("class,train,val,test,support,precision,"));
  EXPECT_EQ(std::ranges::count(csv, '\n'), 4);
}

TEST_F(RunReportOfATraining, OfAStoppedRunShowsTheBestModelSoFarOnVal) {
  training_.train_in(folder_ / "run", [&](const TrainEvent& event) {
    if (const auto* done = std::get_if<EpochDone>(&event); done != nullptr && done->row.epoch == 1) {
      training_.stop = 1;
    }
  });
  write();
  EXPECT_THAT(page(), HasSubstr("This training was stopped."));
  EXPECT_THAT(page(), HasSubstr("alexnet train --resume"));
  EXPECT_THAT(page(), HasSubstr("val photos</dt>"));
  EXPECT_THAT(page(), HasSubstr("It was stopped after epoch 1 of 3."));
  EXPECT_THAT(page(), HasSubstr("id=\"c"));
}

TEST_F(RunReportOfATraining, WithoutAnEpochThereIsStillAPage) {
  training_.train_in(folder_ / "run");
  const auto run = RunFolder::open_to_read(folder_ / "run");
  for (const auto* name : {"model.safetensors", "last.safetensors", "metrics.csv", "predictions.csv", "steps.csv"}) {
    std::filesystem::remove(run.file(name));
  }
  auto document = read_run_document(run);
  document.state = RunState::kRunning;
  document.best.reset();
  document.result.reset();
  write_run_document(run, document);
  write();
  EXPECT_THAT(page(), HasSubstr("No epoch was measured yet."));
  EXPECT_THAT(page(), HasSubstr("still going on, or it was killed"));
  EXPECT_FALSE(elements_of(page()).empty());
}

TEST_F(RunReportOfATraining, PhotosThatAreGoneAreSaidToBe) {
  training_.train_in(folder_ / "run");  // run.json names the set "tiny", which nobody knows
  const auto written = report::write_run_report(RunFolder::open_to_read(folder_ / "run"), *training_.backend,
                                                folder_ / "report.html", {});
  EXPECT_EQ(written.pictures, 0U);
  EXPECT_NE(written.photos_missing, "");
  EXPECT_THAT(page(), HasSubstr("Pictures are left out: "));
  EXPECT_THAT(page(), HasSubstr("id=\"matrix\""));
  EXPECT_THAT(page(), Not(HasSubstr("no picture")));
}

TEST_F(RunReportOfATraining, TwoRunsAreComparedPhotoByPhoto) {
  training_.train_in(folder_ / "run");
  training_.settings["epochs"] = "1";
  training_.settings["rate"] = "0.0001";
  training_.train_in(folder_ / "other");
  const auto written =
      report::write_comparison({RunFolder::open_to_read(folder_ / "run"), RunFolder::open_to_read(folder_ / "other")},
                               *training_.backend, folder_ / "both.html", {.dataset = &training_.dataset});
  const auto text = page("both.html");
  EXPECT_FALSE(elements_of(text).empty());
  const auto json = nlohmann::json::parse(written.json);
  const auto& pair = json["pairs"][0];
  EXPECT_EQ(pair["count"], json["runs"][0]["count"]);
  const auto sum = [&](std::initializer_list<const char*> keys) {
    int total = 0;
    for (const auto* key : keys) {
      total += pair[key].get<int>();
    }
    return total;
  };
  EXPECT_EQ(sum({"fixed", "broken", "both_wrong", "both_right"}), pair["count"].get<int>());
  // What the second has right beyond the first is what it fixed less what it broke.
  const double gain = json["runs"][1]["top1"].get<double>() - json["runs"][0]["top1"].get<double>();
  EXPECT_NEAR(gain * pair["count"].get<int>(), pair["fixed"].get<int>() - pair["broken"].get<int>(), 1e-9);
  EXPECT_THAT(text, HasSubstr("<th scope=\"row\">rate</th><td>0.05</td><td>0.0001</td>"));
  EXPECT_THAT(text, HasSubstr("McNemar"));
  EXPECT_THAT(text, Not(HasSubstr("do not compare")));
}

/// A run that never was: files only, with as many classes and photos as wanted, and names that try to break the page.
class RunReportOfFiles : public ::testing::Test {
 protected:
  RunReport write(const std::vector<std::string>& classes, const std::vector<PredictionRow>& rows) {
    auto run = RunFolder::create_named(folder_ / "run");
    RunDocument document;
    document.command_line = {"alexnet", "train", "photos"};
    document.data = (folder_ / "no photos").string();
    document.data_name = "<img src=x onerror=alert(1)>";
    document.network = "tiny";
    document.classes = classes;
    document.state = RunState::kDone;
    write_run_document(run, document);
    run.write_predictions(rows);
    return report::write_run_report(run, *make_reference_backend(), folder_ / "report.html", {});
  }
  [[nodiscard]] std::string page() const { return read_text(folder_ / "report.html"); }
  TemporaryFolder folder_;
};

TEST_F(RunReportOfFiles, NamesAreNeverMarkup) {
  std::vector<PredictionRow> rows;
  const std::string hostile = "<script>alert('1')</script>";
  const std::string chinese = "向日葵 \"& <b>";
  testing_support::add_photos(rows, 4, hostile, chinese, 0.9);
  testing_support::add_photos(rows, 4, chinese, chinese, 0.9);
  for (auto& row : rows) {
    row.second = "rose";
  }
  write({hostile, chinese, "rose"}, rows);
  const auto elements = elements_of(page());  // well-formed, with our own script taken out
  EXPECT_TRUE(
      std::ranges::none_of(elements, [](const test::Element& e) { return e.name == "script" || e.name == "img"; }));
  EXPECT_THAT(page(), Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page(), Not(HasSubstr("<img src=x")));
  EXPECT_THAT(page(), HasSubstr("向日葵"));
}

TEST_F(RunReportOfFiles, AThousandClassesStayBelow8MB) {
  std::vector<std::string> classes;
  std::vector<PredictionRow> rows;
  for (int c = 0; c < 1000; ++c) {
    classes.push_back("a class with a rather long name, number " + std::to_string(c));
  }
  for (int i = 0; i < 20000; ++i) {
    const auto is = static_cast<std::size_t>(i % 1000);
    const auto taken = i % 3 == 0 ? is : (is + static_cast<std::size_t>(i / 1000)) % 1000;
    testing_support::add_photos(rows, 1, classes[is], classes[taken], 0.4);
  }
  const auto written = write(classes, rows);
  EXPECT_LT(written.bytes, 8'000'000U);
  EXPECT_THAT(page(), HasSubstr("Of 1000 classes the 20 with most errors are shown"));
  EXPECT_FALSE(elements_of(page()).empty());
}

}  // namespace
}  // namespace alexnet
