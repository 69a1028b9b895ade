#include <algorithm>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "alexnet/core/files.h"
#include "alexnet/data/dataset.h"
#include "alexnet/data/known_sets.h"

#include "data_module/loopback_server.h"
#include "data_module/packed.h"
#include "data_module/photo_folder.h"
#include "support/full_disk.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using testing_support::argument;
using testing_support::Environment;
using testing_support::environment;
using testing_support::Logged;
using testing_support::LoopbackServer;
using testing_support::message_of;
using testing_support::packed;
using testing_support::put;
using testing_support::TemporaryFolder;
using testing_support::thrown;

constexpr const char* kPackage = "/usr/share/datasets/fashion-mnist";

/// An own home for data, no ALEXNET_DATA, and no proxy in the way.
class Fetch : public testing::Test {
 protected:
  [[nodiscard]] fs::path home() const { return folder_ / "home"; }
  /// What lies in the home for data, hidden folders too.
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    if (fs::exists(home())) {
      for (const auto& entry : fs::directory_iterator(home())) {
        names.push_back(entry.path().filename().string());
      }
    }
    std::ranges::sort(names);
    return names;
  }
  /// The archive of the flowers, or an empty path.
  [[nodiscard]] fs::path flowers() const {
    const auto archive = fs::path(data_.value_or("")) / "17flowers.tgz";
    return data_ && fs::exists(archive) ? archive : fs::path();
  }
  /// The set with its archive on the server of the test.
  [[nodiscard]] KnownSet flowers_from(const LoopbackServer& server) const {
    auto set = known_set("flowers17");
    set.addresses = {server.address("/17flowers.tgz")};
    return set;
  }

  TemporaryFolder folder_;
  std::optional<std::string> data_ = environment("ALEXNET_DATA");
  Environment home_{"ALEXNET_HOME", home().string()};
  Environment no_data_{"ALEXNET_DATA", std::nullopt};
  Environment no_proxy_{"no_proxy", "127.0.0.1"};
};

constexpr const char* kNoFlowers = "ALEXNET_DATA names no folder with 17flowers.tgz";

TEST_F(Fetch, SortsTheFlowersAndRunsTwice) {
  if (flowers().empty()) {
    GTEST_SKIP() << kNoFlowers;
  }
  const auto folder = fetch(known_set("flowers17"), {.from = flowers()});
  EXPECT_EQ(folder, home() / "flowers17");
  EXPECT_EQ(names(), std::vector<std::string>{"flowers17"});
  const auto dataset = open_dataset("flowers17");
  EXPECT_EQ(dataset->size(), 1360U);
  EXPECT_EQ(dataset->classes().size(), 17U);
  std::vector<int> photos(17);
  for (const auto& item : dataset->items()) {
    ++photos[static_cast<std::size_t>(item.label)];
  }
  EXPECT_EQ(photos, std::vector<int>(17, 80));

  const auto before = fs::last_write_time(folder);
  EXPECT_EQ(fetch(known_set("flowers17")), folder);
  EXPECT_EQ(fs::last_write_time(folder), before);

  // From the unpacked, sorted folder into another place; with ALEXNET_DATA instead of an option.
  EXPECT_EQ(fetch(known_set("flowers17"), {.from = folder, .to = folder_ / "again/"}), folder_ / "again");
  EXPECT_EQ(open_image_folder(folder_ / "again")->size(), 1360U);
  const Environment data("ALEXNET_DATA", data_);
  EXPECT_EQ(fetch(known_set("flowers17"), {.to = folder_ / "third"}), folder_ / "third");
}

TEST_F(Fetch, DownloadsTheFlowersOverAConnectionThatIsCut) {
  if (flowers().empty()) {
    GTEST_SKIP() << kNoFlowers;
  }
  LoopbackServer server;
  server.serve("/17flowers.tgz", {.body = read_text(flowers()), .cut_after = 25'000'000});
  std::int64_t last = 0;
  std::int64_t whole = 0;
  fetch(flowers_from(server), {.progress = [&](std::string_view file, std::int64_t done, std::int64_t total) {
          EXPECT_EQ(file, "17flowers.tgz");
          last = done;
          whole = std::max(whole, total);
        }});
  EXPECT_EQ(server.requests().size(), 3U);
  EXPECT_EQ(whole, static_cast<std::int64_t>(fs::file_size(flowers())));
  EXPECT_EQ(last, whole);
  EXPECT_EQ(names(), std::vector<std::string>{"flowers17"});
}

TEST_F(Fetch, AChangedPhotoIsNamed) {
  LoopbackServer server;
  server.serve("/17flowers.tgz", {.body = packed({{.name = "jpg/image_0001.jpg", .content = "not the daffodil"}})});
  const auto error = thrown([&] { fetch(flowers_from(server)); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kChecksumWrong);
  EXPECT_NE(argument(*error, "where").find("image_0001.jpg"), std::string::npos);
  // From the list of the published photos' checksums.
  EXPECT_EQ(argument(*error, "expected"), "b0210a5e492374329026c86cd6b0646a390b8da78651120810e386bbe7a20840");
  EXPECT_TRUE(names().empty());  // the next call begins anew
}

TEST_F(Fetch, AMissingPhotoIsNamed) {
  put(folder_ / "set.tgz", packed({{.name = "jpg/files.txt", .content = "x"}}));
  const auto error = thrown([&] { fetch(known_set("flowers17"), {.from = folder_ / "set.tgz"}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kArchiveInvalid);
  EXPECT_EQ(argument(*error, "where"), folder_ / "set.tgz");
  EXPECT_TRUE(names().empty());
}

TEST_F(Fetch, TriesEachMirrorAndSaysWhy) {
  LoopbackServer server;
  server.serve("/page/17flowers.tgz", {.body = "<html><body>Please log in</body></html>"});
  Logged log;
  const auto error = thrown([&] {
    fetch(flowers_from(server), {.mirrors = {server.address("/none"), server.address("/page/")}, .timeout_seconds = 5},
          log.sink());
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kDownloadFailed);
  EXPECT_EQ(argument(*error, "where"), server.address("/17flowers.tgz"));
  EXPECT_NE(describe(*error).hint.find("alexnet data fetch flowers17 --from"), std::string::npos);
  const auto warnings = log.of(Message::kWarnSourceFailed);
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_NE(warnings[0].find("404"), std::string::npos);
  EXPECT_NE(warnings[1].find("it is text"), std::string::npos);
  EXPECT_TRUE(names().empty());
}

TEST_F(Fetch, GoesOnAfterACutInALaterCall) {
  LoopbackServer server;
  const std::string body(300'000, 'x');  // no archive, but what counts is what is asked for
  server.serve("/17flowers.tgz", {.body = body, .cut_after = 100'000});
  struct Killed : std::exception {};
  const auto stop = [](std::string_view, std::int64_t done, std::int64_t) {
    if (done >= 100'000) {
      throw Killed();
    }
  };
  EXPECT_THROW(fetch(flowers_from(server), {.progress = stop}), Killed);
  EXPECT_EQ(names(), std::vector<std::string>{".flowers17.fetch"});
  server.serve("/17flowers.tgz", {.body = body});
  EXPECT_EQ(message_of([&] { fetch(flowers_from(server)); }), Message::kArchiveInvalid);
  EXPECT_NE(server.requests().back().find("Range: bytes=100000-"), std::string::npos);
}

TEST_F(Fetch, AFullDiskLeavesNothingHalf) {
  put(folder_ / "set.tgz", packed({{.name = "jpg/image_0001.jpg", .content = std::string(1'000'000, 'x')}}));
  const testing_support::FullDisk full(100'000);
  EXPECT_EQ(message_of([&] { fetch(known_set("flowers17"), {.from = folder_ / "set.tgz"}); }), Message::kDiskFull);
  EXPECT_TRUE(names().empty());
}

TEST_F(Fetch, TouchesNoFolderOfOthers) {
  put(home() / "flowers17/diary.txt", "mine");
  const auto error = thrown([&] { fetch(known_set("flowers17")); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kWriteFailed);
  EXPECT_EQ(read_text(home() / "flowers17/diary.txt"), "mine");
}

TEST_F(Fetch, NamesASourceThatIsNotThere) {
  EXPECT_EQ(message_of([&] { fetch(known_set("mnist"), {.from = folder_ / "none"}); }), Message::kFileMissing);
}

TEST_F(Fetch, NeedsPermissionToWrite) {
  if (::geteuid() == 0) {
    GTEST_SKIP() << "root may write everywhere";
  }
  fs::create_directories(home());
  fs::permissions(home(), fs::perms::owner_read | fs::perms::owner_exec);
  const auto message = message_of([&] { fetch(known_set("flowers17"), {.from = folder_.path()}); });
  fs::permissions(home(), fs::perms::owner_all);
  EXPECT_EQ(message, Message::kNoPermission);
}

TEST_F(Fetch, TakesTheClothesFromThePackage) {
  if (!fs::exists(kPackage)) {
    GTEST_SKIP() << "the package dataset-fashion-mnist is not installed";
  }
  EXPECT_EQ(fetch(known_set("fashion-mnist")), kPackage);
  EXPECT_TRUE(names().empty());
  const auto dataset = open_dataset("fashion-mnist");
  EXPECT_EQ(dataset->size(), 70'000U);
  EXPECT_EQ(dataset->classes()[9], "Ankle boot");
  EXPECT_EQ(dataset->name(), "fashion-mnist");
  // One of the four files stands for the folder; the digits have the same names, so this shows that path alone.
  const auto file = fs::path(kPackage) / "t10k-labels-idx1-ubyte.gz";
  EXPECT_EQ(fetch(known_set("fashion-mnist"), {.from = file, .to = folder_ / "clothes"}), folder_ / "clothes");
  EXPECT_EQ(open_dataset((folder_ / "clothes").string())->size(), 70'000U);
  EXPECT_EQ(open_dataset((folder_ / "clothes").string())->classes()[9], "Ankle boot");
}

TEST_F(Fetch, DownloadsASetOfSeveralFiles) {
  if (!fs::exists(kPackage)) {
    GTEST_SKIP() << "the package dataset-fashion-mnist is not installed";
  }
  LoopbackServer server;
  auto set = known_set("mnist");
  set.addresses.clear();
  for (const auto& file : set.files) {
    server.serve("/" + file, {.body = read_text(fs::path(kPackage) / file)});
    set.addresses.push_back(server.address("/" + file));
  }
  EXPECT_EQ(fetch(set), home() / "mnist");
  EXPECT_EQ(names(), std::vector<std::string>{"mnist"});
  EXPECT_EQ(open_dataset("mnist")->size(), 70'000U);
}

TEST_F(Fetch, RefusesASetThatIsTooSmall) {
  const auto content = testing_support::idx({1, 2, 2}, "abcd");
  const auto label = testing_support::idx({1}, "\x01");
  for (const char* part : {"train", "t10k"}) {
    put(folder_ / "small" / (std::string(part) + "-images-idx3-ubyte"), content);
    put(folder_ / "small" / (std::string(part) + "-labels-idx1-ubyte"), label);
  }
  const auto error = thrown([&] { fetch(known_set("mnist"), {.from = folder_ / "small"}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kArchiveInvalid);
  EXPECT_NE(argument(*error, "reason").find("70000"), std::string::npos);
}

TEST_F(Fetch, TwoAtATimeMakeOneSet) {
  if (flowers().empty()) {
    GTEST_SKIP() << kNoFlowers;
  }
  std::vector<fs::path> folders(2);
  {
    std::vector<std::jthread> threads;
    for (auto& folder : folders) {
      threads.emplace_back([&] { folder = fetch(known_set("flowers17"), {.from = flowers()}); });
    }
  }
  EXPECT_EQ(folders, std::vector<fs::path>(2, home() / "flowers17"));
  EXPECT_EQ(names(), std::vector<std::string>{"flowers17"});
}

}  // namespace
}  // namespace alexnet
