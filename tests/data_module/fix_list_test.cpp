#include "alexnet/data/fix_list.h"

#include <gtest/gtest.h>

#include "alexnet/core/files.h"

#include "data_module/photo_folder.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using testing_support::argument;
using testing_support::message_of;
using testing_support::put;
using testing_support::TemporaryFolder;
using testing_support::thrown;

using Strings = std::vector<std::string>;

CheckResult with_findings(std::vector<Finding> findings) { return {.findings = std::move(findings)}; }

const std::vector<FixRow> kTwoRoses = {{"rose/1.jpg", FixAction::kQuarantine, "truncated"},
                                       {"rose/2.jpg", FixAction::kQuarantine, "duplicate"},
                                       {"rose/3.jpg", FixAction::kAsk, "blank"}};

/// A folder with three photos of roses, told apart by their content.
class FixList : public ::testing::Test {
 protected:
  FixList() {
    for (const auto* name : {"1", "2", "3"}) {
      put(photos() / "rose" / (std::string(name) + ".jpg"), name);
    }
  }
  [[nodiscard]] fs::path photos() const { return root_ / "photos"; }
  [[nodiscard]] std::string at(const std::string& file) const {
    return fs::exists(photos() / file) ? read_text(photos() / file) : "none";
  }
  TemporaryFolder root_;
};

TEST_F(FixList, ProposesWhatMayGo) {
  const auto rows = fix_rows(
      with_findings({{.kind = FindingKind::kLeak, .files = {"test/a/1.jpg", "train/a/7.jpg"}, .keep = 1},
                     {.kind = FindingKind::kTruncated, .files = {"train/b/half.jpg"}},
                     {.kind = FindingKind::kNearDuplicate, .files = {"train/b/1.jpg", "train/b/2.jpg"}, .keep = 1},
                     {.kind = FindingKind::kStray, .files = {"notes.txt"}}}));
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].file, "train/a/7.jpg");
  EXPECT_EQ(rows[0].action, FixAction::kQuarantine);
  EXPECT_EQ(rows[0].reason, "leak: the same photo in two parts; copy of test/a/1.jpg");
  EXPECT_EQ(rows[1].file, "train/b/2.jpg");
  EXPECT_EQ(rows[1].action, FixAction::kAsk);
  EXPECT_EQ(rows[2].file, "train/b/half.jpg");
}

TEST_F(FixList, APhotoInTwoClassesIsNeverMovedUnasked) {
  const Strings files = {"test/a/1.jpg", "train/b/1.jpg"};
  const auto rows = fix_rows(with_findings(
      {{.kind = FindingKind::kLeak, .files = files, .keep = 1}, {.kind = FindingKind::kTwoClasses, .files = files}}));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].action, FixAction::kAsk);
  EXPECT_EQ(rows[1].action, FixAction::kAsk);
}

TEST_F(FixList, ReadsWhatItWrites) {
  const std::vector<FixRow> rows = {{"a b/1, \"x\".jpg", FixAction::kQuarantine, "one, two"},
                                    {"玫瑰/1.jpg", FixAction::kAsk, ""}};
  write_fix_list(root_ / "fix.csv", rows);
  const auto again = read_fix_list(root_ / "fix.csv");
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again[0].file, rows[0].file);
  EXPECT_EQ(again[0].reason, rows[0].reason);
  EXPECT_EQ(again[1].action, FixAction::kAsk);
}

TEST_F(FixList, RefusesFilesOutsideOfTheFolder) {
  for (const std::string file : {"../1.jpg", "/etc/passwd", "rose/../../1.jpg", "quarantine/rose/1.jpg", "rose/", ""}) {
    put(root_ / "fix.csv", "file,action,reason\nrose/1.jpg,ask,\n" + file + ",quarantine,because\n");
    const auto error = thrown([&] { static_cast<void>(read_fix_list(root_ / "fix.csv")); });
    ASSERT_TRUE(error) << file;
    EXPECT_EQ(error->message(), Message::kFileFormat);
    EXPECT_EQ(argument(*error, "where"), (root_ / "fix.csv").string() + ", line 3");
  }
  put(root_ / "fix.csv", "file,action,reason\nrose/1.jpg,delete,\n");
  EXPECT_EQ(message_of([&] { static_cast<void>(read_fix_list(root_ / "fix.csv")); }), Message::kFileFormat);
  put(root_ / "fix.csv", "file,action\n");
  EXPECT_EQ(message_of([&] { static_cast<void>(read_fix_list(root_ / "fix.csv")); }), Message::kFileFormat);
}

TEST_F(FixList, MovesAndMovesBack) {
  const auto applied = apply_fixes(photos(), kTwoRoses);
  EXPECT_EQ(applied.moved, 2);
  EXPECT_EQ(applied.asked, 1);
  EXPECT_EQ(at("rose/1.jpg"), "none");
  EXPECT_EQ(at("rose/3.jpg"), "3");
  EXPECT_EQ(at("quarantine/rose/1.jpg"), "1");
  EXPECT_EQ(at("quarantine/rose/2.jpg"), "2");
  const auto undone = undo_fixes(photos(), kTwoRoses);
  EXPECT_EQ(undone.moved, 2);
  EXPECT_EQ(at("rose/1.jpg"), "1");
  EXPECT_EQ(at("rose/2.jpg"), "2");
  EXPECT_FALSE(fs::exists(photos() / "quarantine"));
}

TEST_F(FixList, AnInterruptedMoveGoesOn) {
  // What a kill after the first rename leaves.
  fs::create_directories(photos() / "quarantine/rose");
  fs::rename(photos() / "rose/1.jpg", photos() / "quarantine/rose/1.jpg");
  const auto applied = apply_fixes(photos(), kTwoRoses);
  EXPECT_EQ(applied.moved, 1);
  EXPECT_EQ(applied.before, 1);
  EXPECT_TRUE(applied.missing.empty());
  fs::rename(photos() / "quarantine/rose/2.jpg", photos() / "rose/2.jpg");
  const auto undone = undo_fixes(photos(), kTwoRoses);
  EXPECT_EQ(undone.moved, 1);
  EXPECT_EQ(undone.before, 1);
  EXPECT_EQ(at("rose/1.jpg"), "1");
}

TEST_F(FixList, APhotoGoesToAnotherClassAndBack) {
  const Finding wrong{.kind = FindingKind::kWrongLabel,
                      .files = {"rose/1.jpg"},
                      .detail = "in rose (2 %), looks like daisy (90 %)",
                      .move_to = "daisy/1.jpg"};
  auto rows = fix_rows(with_findings({wrong, {.kind = FindingKind::kTruncated, .files = {"rose/2.jpg"}}}));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].action, FixAction::kAsk) << "only a person knows";
  EXPECT_EQ(rows[0].to, "daisy/1.jpg");
  rows[0].action = FixAction::kRelabel;
  write_fix_list(root_ / "fix.csv", rows);
  EXPECT_EQ(read_text(root_ / "fix.csv"),
            "file,action,reason,to\n"
            "rose/1.jpg,relabel,\"wrong-label: in rose (2 %), looks like daisy (90 %)\",daisy/1.jpg\n"
            "rose/2.jpg,quarantine,truncated: a photo that is cut off,\n");
  rows = read_fix_list(root_ / "fix.csv");
  const auto applied = apply_fixes(photos(), rows);
  EXPECT_EQ(applied.moved, 2);
  EXPECT_EQ(applied.relabelled, 1);
  EXPECT_EQ(at("daisy/1.jpg"), "1");
  EXPECT_EQ(at("rose/1.jpg"), "none");
  EXPECT_EQ(at("quarantine/rose/2.jpg"), "2");
  EXPECT_EQ(apply_fixes(photos(), rows).before, 2);
  const auto undone = undo_fixes(photos(), rows);
  EXPECT_EQ(undone.moved, 2);
  EXPECT_EQ(at("rose/1.jpg"), "1");
  EXPECT_EQ(at("daisy/1.jpg"), "none");
  put(photos() / "daisy/1.jpg", "another");
  EXPECT_EQ(apply_fixes(photos(), rows).in_the_way, Strings{"rose/1.jpg"});
  EXPECT_EQ(at("daisy/1.jpg"), "another");
}

TEST_F(FixList, RelabelNeedsAPlaceInTheFolder) {
  for (const std::string to : {"", "../1.jpg", "quarantine/1.jpg"}) {
    put(root_ / "fix.csv", "file,action,reason,to\nrose/1.jpg,relabel,," + to + "\n");
    EXPECT_EQ(message_of([&] { (void)read_fix_list(root_ / "fix.csv"); }), Message::kFileFormat) << to;
  }
  put(root_ / "fix.csv", std::string_view("file,action,reason\nrose/1.jpg,relabel,\n"));
  EXPECT_EQ(message_of([&] { (void)read_fix_list(root_ / "fix.csv"); }), Message::kFileFormat);
}

TEST_F(FixList, NothingIsOverwritten) {
  put(photos() / "quarantine/rose/1.jpg", "older");
  const auto applied = apply_fixes(photos(), kTwoRoses);
  EXPECT_EQ(applied.in_the_way, Strings{"rose/1.jpg"});
  EXPECT_EQ(applied.moved, 1);
  EXPECT_EQ(at("rose/1.jpg"), "1");
  EXPECT_EQ(at("quarantine/rose/1.jpg"), "older");
}

TEST_F(FixList, FilesInNeitherPlaceAreNamed) {
  fs::remove(photos() / "rose/2.jpg");
  EXPECT_EQ(apply_fixes(photos(), kTwoRoses).missing, Strings{"rose/2.jpg"});
  EXPECT_EQ(message_of([&] { apply_fixes(root_ / "none", kTwoRoses); }), Message::kFolderMissing);
}

}  // namespace
}  // namespace alexnet
