#include <algorithm>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/program.h"

namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;

/// A folder photos/ of three classes in which only the size of the photos is worth a word.
class CliCheck : public ::testing::Test {
 protected:
  CliCheck() { make_photos(place_ / "photos", 6); }
  [[nodiscard]] Outcome check(const std::vector<std::string>& more = {}) const {
    return alexnet(std::vector<std::string>{"check", "photos"} + more, place_.setting());
  }
  Workplace place_;
};

TEST_F(CliCheck, WarningsAloneEndWithStatus0) {
  const auto outcome = check();
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_TRUE(outcome.out.starts_with("18 photos in 3 classes, ")) << outcome.out;
  EXPECT_NE(outcome.out.find("\n  warning too-small           18  daisy/10.png (28 x 28 pixels)\n"), std::string::npos)
      << outcome.out;
  EXPECT_NE(outcome.out.find("\nno error was found\n"), std::string::npos) << outcome.out;
  EXPECT_EQ(check({"--min-side", "28"}).out.find("too-small"), std::string::npos);
}

TEST_F(CliCheck, ErrorsEndWithStatus3AndStandFirst) {
  write(place_ / "photos/rose/empty.png", std::string());
  write(place_ / "photos/rose/again.png", tiny_photo(0, 2));  // daisy/12.png
  const auto outcome = check();
  EXPECT_EQ(outcome.status, 3);
  const auto first =
      outcome.out.find("  error   two-classes          1  daisy/12.png = rose/again.png (equal files)\n");
  const auto second = outcome.out.find("  error   empty-file           1  rose/empty.png\n");
  ASSERT_NE(first, std::string::npos) << outcome.out;
  EXPECT_LT(first, second);
  EXPECT_LT(second, outcome.out.find("too-small"));
  EXPECT_LE(std::ranges::count(outcome.out, '\n'), 11) << outcome.out;
  EXPECT_NE(outcome.out.find("next: alexnet check photos --fix fix.csv"), std::string::npos) << outcome.out;
}

TEST_F(CliCheck, LeaksAreToldAsAShareOfTheTestPhotos) {
  make_photos(place_ / "parts/train", 6);
  make_photos(place_ / "parts/test", 3);  // the first three of each class again
  const auto outcome = alexnet({"check", "parts"}, place_.setting());
  EXPECT_EQ(outcome.status, 3);
  EXPECT_NE(outcome.out.find("(train 18, val 0, test 9)"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("  error   leak                 9  9 of 9 test photos (100.0 %), test/daisy/10.png = "
                             "train/daisy/10.png (equal files)\n"),
            std::string::npos)
      << outcome.out;
}

TEST_F(CliCheck, JsonHasTheContractsNames) {
  write(place_ / "photos/rose/empty.png", std::string());
  const auto outcome = check({"--json"});
  EXPECT_EQ(outcome.status, 3);
  EXPECT_EQ(outcome.err, "");
  const auto document = outcome.json();
  EXPECT_EQ(document["schema"], "alexnet.check");
  EXPECT_EQ(document["photos"], 19);
  EXPECT_EQ(document["classes"].size(), 3U);
  EXPECT_EQ(document["errors"], true);
  EXPECT_TRUE(document["parts"].is_null());
  ASSERT_EQ(document["findings"].size(), 19U);
  const auto& first = document["findings"][0];
  EXPECT_EQ(first["kind"], "empty-file");
  EXPECT_EQ(first["gravity"], "error");
  EXPECT_EQ(first["files"], nlohmann::json::array({"rose/empty.png"}));
  EXPECT_FALSE(first["advice"].get<std::string>().empty());
}

TEST_F(CliCheck, WritesAPage) {
  const auto outcome = check({"--report", "check.html"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("page written: check.html\n"), std::string::npos) << outcome.out;
  EXPECT_NE(read(place_ / "check.html").find("<h2>too-small: "), std::string::npos);
  EXPECT_EQ(check({"--report", "none/check.html"}).status, 3);
}

TEST_F(CliCheck, AFixListIsAppliedAndUndone) {
  write(place_ / "photos/rose/empty.png", std::string());
  write(place_ / "photos/rose/twice.png", tiny_photo(1, 3));
  ASSERT_EQ(check({"--fix", "fix.csv", "--min-side", "1"}).status, 3);
  EXPECT_EQ(read(place_ / "fix.csv"),
            "file,action,reason\n"
            "rose/empty.png,quarantine,empty-file: a file of 0 bytes\n"
            "rose/twice.png,quarantine,duplicate: equal files in one class; copy of rose/13.png\n");
  const auto applied = check({"--apply", "fix.csv"});
  EXPECT_EQ(applied.status, 0) << applied.err;
  EXPECT_EQ(applied.out,
            "2 files moved to photos/quarantine\n"
            "undo: alexnet check photos --undo fix.csv\n");
  EXPECT_TRUE(fs::exists(place_ / "photos/quarantine/rose/twice.png"));
  const auto mended = check({"--min-side", "1"});
  EXPECT_EQ(mended.status, 0) << mended.out;
  EXPECT_NE(mended.out.find("quarantine/ with 2 files passed over"), std::string::npos) << mended.out;
  const auto undone = check({"--undo", "fix.csv", "--json"});
  EXPECT_EQ(undone.status, 0);
  EXPECT_EQ(undone.json()["schema"], "alexnet.fix");
  EXPECT_EQ(undone.json()["moved"], 2);
  EXPECT_TRUE(fs::exists(place_ / "photos/rose/twice.png"));
  EXPECT_FALSE(fs::exists(place_ / "photos/quarantine"));
}

TEST_F(CliCheck, APhotoInTheWrongClassIsFoundAndMoved) {
  write(place_ / "photos/rose/99.png", tiny_photo(0, 99));
  const auto found = check({"--labels", "--min-side", "1", "--fix", "fix.csv", "--report", "check.html"});
  EXPECT_EQ(found.status, 0) << found.err;
  EXPECT_NE(found.out.find("daisy, rose/99.png\n"), std::string::npos) << found.out;
  EXPECT_NE(found.out.find("about 1 of 19 are expected to be wrong"), std::string::npos) << found.out;
  EXPECT_NE(read(place_ / "check.html").find("in rose ("), std::string::npos);
  auto list = read(place_ / "fix.csv");
  const auto row = list.find("rose/99.png,ask,");
  ASSERT_NE(row, std::string::npos) << list;
  EXPECT_NE(list.find(",daisy/99.png\n", row), std::string::npos) << list;
  list.replace(row, std::string("rose/99.png,ask,").size(), "rose/99.png,relabel,");
  write(place_ / "fix.csv", list);
  const auto applied = check({"--apply", "fix.csv"});
  EXPECT_EQ(applied.status, 0) << applied.err;
  EXPECT_TRUE(applied.out.starts_with("1 file moved to another class\n")) << applied.out;
  EXPECT_TRUE(fs::exists(place_ / "photos/daisy/99.png"));
  const auto mended = check({"--labels", "--min-side", "1", "--json"}).json();
  EXPECT_EQ(mended["labels"]["photos"], 19);
  EXPECT_LT(mended["labels"]["wrong_share"].get<double>(), 0.05);
  EXPECT_EQ(check({"--undo", "fix.csv"}).out, "1 file moved back to the class before\n");
  EXPECT_TRUE(fs::exists(place_ / "photos/rose/99.png"));
  const auto json = check({"--labels", "--min-side", "1", "--json"}).json();
  const auto& first = json["findings"].at(0);
  EXPECT_EQ(first["kind"], "wrong-label");
  EXPECT_EQ(first["given"], "rose");
  EXPECT_EQ(first["proposed"], "daisy");
  EXPECT_GT(first["probability"].get<double>(), first["given_probability"].get<double>());
}

TEST_F(CliCheck, AFileInTheWayIsStatus1) {
  write(place_ / "fix.csv", std::string("file,action,reason\nrose/10.png,quarantine,\n"));
  write(place_ / "photos/quarantine/rose/10.png", std::string("older"));
  const auto outcome = check({"--apply", "fix.csv"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_NE(outcome.out.find("1 file not moved, as there is one of that name; first: rose/10.png"), std::string::npos)
      << outcome.out;
}

TEST_F(CliCheck, WrongUseIsRefused) {
  EXPECT_EQ(alexnet({"check"}, place_.setting()).status, 2);
  EXPECT_EQ(check({"--near", "101"}).status, 2);
  EXPECT_EQ(check({"--apply", "fix.csv", "--undo", "fix.csv"}).status, 2);
  EXPECT_EQ(check({"--apply", "nothing.csv"}).status, 3);
  EXPECT_EQ(check({"--apply", "fix.csv", "--labels"}).status, 2);
  EXPECT_EQ(check({"--init", "model"}).status, 2);
  EXPECT_EQ(check({"--labels", "--init", "nothing.safetensors"}).status, 3);
}

TEST_F(CliCheck, FoldersThatCannotBeCheckedAreErrors) {
  fs::create_directories(place_ / "none");
  const auto empty = alexnet({"check", "none"}, place_.setting());
  EXPECT_EQ(empty.status, 3);
  EXPECT_TRUE(empty.err.starts_with("error: no photo found: none\n")) << empty.err;
  EXPECT_EQ(alexnet({"check", "nothing"}, place_.setting()).status, 3);
  ::chmod(place_.path().c_str(), 0755);  // another user may look into it
  ::chmod((place_ / "photos/rose").c_str(), 0);
  auto setting = place_.setting();
  setting.in_child = [] {
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) {  // root may read everything
      ::_exit(125);
    }
  };
  const auto outcome = alexnet({"check", "photos"}, setting);
  ::chmod((place_ / "photos/rose").c_str(), 0755);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_TRUE(outcome.err.starts_with("error: no permission: "));
  EXPECT_NE(outcome.err.find("photos/rose\n"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace alexnet::testing
