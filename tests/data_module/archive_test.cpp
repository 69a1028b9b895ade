#include "data/archive.h"

#include <gtest/gtest.h>

#include "alexnet/core/files.h"

#include "data_module/packed.h"
#include "data_module/photo_folder.h"
#include "support/full_disk.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using testing_support::argument;
using testing_support::Entry;
using testing_support::message_of;
using testing_support::packed;
using testing_support::put;
using testing_support::TemporaryFolder;
using testing_support::thrown;

/// Every file to where its entry says.
fs::path as_it_is(std::string_view entry) { return entry; }

std::optional<Error> unpacking(const TemporaryFolder& folder, const std::string& content) {
  put(folder / "set.tgz", content);
  return thrown([&] { unpack(folder / "set.tgz", folder / "out", as_it_is); });
}

TEST(Unpack, WritesTheWantedFilesWherePlaced) {
  const TemporaryFolder folder;
  put(folder / "set.tgz", packed({{.name = "jpg/", .kind = Entry::Kind::kFolder},
                                  {.name = "jpg/1.jpg", .content = "one"},
                                  {.name = "jpg/照片.jpg", .content = std::string(200'000, 'x')},
                                  {.name = "jpg/files.txt", .content = "not wanted"}}));
  unpack(folder / "set.tgz", folder / "out", [](std::string_view entry) {
    return entry.ends_with(".jpg") ? fs::path("class a") / fs::path(entry).filename() : fs::path();
  });
  EXPECT_EQ(read_text(folder / "out/class a/1.jpg"), "one");
  EXPECT_EQ(read_text(folder / "out/class a/照片.jpg"), std::string(200'000, 'x'));
  EXPECT_EQ(std::distance(fs::recursive_directory_iterator(folder / "out"), {}), 3);
}

TEST(Unpack, RefusesNamesThatLeadOut) {
  for (const char* name : {"../evil.jpg", "/etc/alexnet-evil.jpg", "a/../../evil.jpg", "a/.."}) {
    const TemporaryFolder folder;
    const auto error = unpacking(folder, packed({{.name = name, .content = "x"}}));
    ASSERT_TRUE(error) << name;
    EXPECT_EQ(error->message(), Message::kArchiveInvalid);
    EXPECT_NE(argument(*error, "reason").find("leads out"), std::string::npos) << argument(*error, "reason");
    EXPECT_FALSE(fs::exists(folder / "evil.jpg"));
  }
}

TEST(Unpack, PassesLinksOver) {
  const TemporaryFolder folder;
  EXPECT_FALSE(unpacking(folder, packed({{.name = "link.jpg", .content = "/etc/passwd", .kind = Entry::Kind::kLink},
                                         {.name = "a.jpg", .content = "x"}})));
  EXPECT_FALSE(fs::exists(fs::symlink_status(folder / "out/link.jpg")));
  EXPECT_TRUE(fs::exists(folder / "out/a.jpg"));
}

TEST(Unpack, SaysWhatElseItIs) {
  const TemporaryFolder folder;
  const auto reason = [&](const std::string& content) {
    const auto error = unpacking(folder, content);
    return error && error->message() == Message::kArchiveInvalid ? argument(*error, "reason") : "no error";
  };
  EXPECT_NE(reason("<!DOCTYPE html><html><body>Please log in to the network</body></html>").find("text"),
            std::string::npos);
  EXPECT_EQ(reason(""), "it is empty");
  EXPECT_NE(reason(std::string("\x01\x02\x03\xFF\xFE\x00\x80\x81", 8)), "no error");
}

TEST(Unpack, SaysWhenTheArchiveIsCutOrBroken) {
  const TemporaryFolder folder;
  std::string noise;
  for (unsigned i = 0, s = 1; i < 100'000; ++i, s = s * 1664525 + 1013904223) {
    noise += static_cast<char>(s >> 24);
  }
  const auto whole = packed({{.name = "a.jpg", .content = noise}});
  ASSERT_FALSE(unpacking(folder, whole));
  auto error = unpacking(folder, whole.substr(0, whole.size() / 2));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kArchiveInvalid);
  EXPECT_EQ(argument(*error, "where"), folder / "set.tgz");
}

TEST(Unpack, NamesAMissingArchive) {
  const TemporaryFolder folder;
  EXPECT_EQ(message_of([&] { unpack(folder / "none.tgz", folder / "out", as_it_is); }), Message::kFileMissing);
}

TEST(Unpack, SaysWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  const auto content = packed({{.name = "a.jpg", .content = std::string(1'000'000, 'x')}});
  put(folder / "set.tgz", content);
  const testing_support::FullDisk full(10'000);
  EXPECT_EQ(message_of([&] { unpack(folder / "set.tgz", folder / "out", as_it_is); }), Message::kDiskFull);
}

TEST(CopyFiles, CopiesTheWantedOnesFromAnyDepth) {
  const TemporaryFolder folder;
  put(folder / "in/a/b/1.jpg", "one");
  put(folder / "in/2.jpg", "two");
  put(folder / "in/3.txt", "three");
  copy_files(folder / "in", folder / "out", [](std::string_view entry) {
    return entry.ends_with(".jpg") ? fs::path("all") / fs::path(entry).filename() : fs::path();
  });
  EXPECT_EQ(read_text(folder / "out/all/1.jpg"), "one");
  EXPECT_EQ(read_text(folder / "out/all/2.jpg"), "two");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder / "out/all"), {}), 2);
}

TEST(CopyFiles, SaysWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  put(folder / "in/1.jpg", std::string(1'000'000, 'x'));
  const testing_support::FullDisk full(10'000);
  EXPECT_EQ(message_of([&] { copy_files(folder / "in", folder / "out", as_it_is); }), Message::kDiskFull);
}

}  // namespace
}  // namespace alexnet
