#include "data/download.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <gtest/gtest.h>
#include <unistd.h>

#include "alexnet/core/files.h"

#include "data_module/loopback_server.h"
#include "data_module/photo_folder.h"
#include "support/full_disk.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using testing_support::argument;
using testing_support::Environment;
using testing_support::LoopbackServer;
using testing_support::message_of;
using testing_support::put;
using testing_support::Resource;
using testing_support::TemporaryFolder;
using testing_support::thrown;

std::string long_text(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i) {
    text += std::to_string(i) + " ";
  }
  return text.substr(0, size);
}

/// A server, a folder, and no proxy between them.
class Download : public testing::Test {
 protected:
  [[nodiscard]] fs::path target() const { return folder_ / "set.tgz"; }
  [[nodiscard]] fs::path part() const { return folder_ / "set.tgz.part"; }
  void get(const std::string& path = "/set.tgz") { download(server_.address(path), target(), {.timeout_seconds = 5}); }
  /// The argument `reason` of the error that getting it throws.
  std::string reason_for(const std::string& path) {
    const auto error = thrown([&] { get(path); });
    return error && error->message() == Message::kDownloadFailed ? argument(*error, "reason") : "no error";
  }
  [[nodiscard]] bool asked_for(const std::string& header) const {
    const auto requests = server_.requests();
    return !requests.empty() && requests.back().find(header) != std::string::npos;
  }

  TemporaryFolder folder_;
  LoopbackServer server_;
  Environment no_proxy_{"no_proxy", "127.0.0.1"};
  std::string text_ = long_text(300'000);
};

TEST_F(Download, GetsAFileAndLeavesNoPart) {
  server_.serve("/set.tgz", {.body = text_});
  get();
  EXPECT_EQ(read_text(target()), text_);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), {}), 1);
}

TEST_F(Download, GetsAnEmptyFileEvenOverAnOldPart) {
  put(part(), "old");
  server_.serve("/set.tgz", {.body = ""});
  get();
  EXPECT_EQ(read_text(target()), "");
}

TEST_F(Download, FollowsRedirects) {
  server_.serve("/moved", {.tag = "\"of the redirect\"", .status = 302, .location = "/set.tgz"});
  server_.serve("/set.tgz", {.body = text_});
  get("/moved");
  EXPECT_EQ(read_text(target()), text_);
}

TEST_F(Download, GoesOnWhereTheConnectionWasCut) {
  server_.serve("/set.tgz", {.body = text_, .cut_after = 100'000});
  get();
  EXPECT_EQ(read_text(target()), text_);
  EXPECT_EQ(server_.requests().size(), 3U);
  EXPECT_TRUE(asked_for("Range: bytes=200000-"));
}

TEST_F(Download, GoesOnInALaterCall) {
  server_.serve("/set.tgz", {.body = text_, .cut_after = 100'000});
  struct Killed : std::exception {};
  const auto stop = [](std::int64_t done, std::int64_t) {
    if (done >= 100'000) {
      throw Killed();
    }
  };
  EXPECT_THROW(download(server_.address("/set.tgz"), target(), {.timeout_seconds = 5, .progress = stop}), Killed);
  EXPECT_FALSE(fs::exists(target()));
  ASSERT_EQ(fs::file_size(part()), 100'000U);
  server_.serve("/set.tgz", {.body = text_});
  get();
  EXPECT_EQ(read_text(target()), text_);
  EXPECT_TRUE(asked_for("Range: bytes=100000-"));
  EXPECT_TRUE(asked_for("If-Range: \"1\""));
}

TEST_F(Download, BeginsAnewWhenTheFileChanged) {
  put(part(), text_.substr(0, 1000));
  put(folder_ / "set.tgz.part.tag", "\"0\"");
  server_.serve("/set.tgz", {.body = text_});
  get();
  EXPECT_EQ(read_text(target()), text_);
  EXPECT_TRUE(asked_for("Range: bytes=1000-"));
}

TEST_F(Download, BeginsAnewWhenTheServerKnowsNoRanges) {
  put(part(), "something old");
  put(folder_ / "set.tgz.part.tag", "\"1\"");
  server_.serve("/set.tgz", {.body = text_, .serves_ranges = false});
  get();
  EXPECT_EQ(read_text(target()), text_);
}

TEST_F(Download, BeginsAnewOverAPartOfUnknownOrigin) {
  put(part(), "something old");
  server_.serve("/set.tgz", {.body = text_});
  get();
  EXPECT_EQ(read_text(target()), text_);
  EXPECT_FALSE(asked_for("Range"));
}

TEST_F(Download, RefusesAnotherPartThanTheOneAskedFor) {
  put(part(), text_.substr(0, 1000));
  put(folder_ / "set.tgz.part.tag", "\"1\"");
  server_.serve("/set.tgz", {.body = text_, .range_shift = 10});
  EXPECT_NE(reason_for("/set.tgz").find("another part"), std::string::npos);
  EXPECT_FALSE(fs::exists(target()));
}

TEST_F(Download, TakesAPartThatWasWholeAlready) {
  put(part(), text_);
  put(folder_ / "set.tgz.part.tag", "\"1\"");
  server_.serve("/set.tgz", {.body = text_});
  get();
  EXPECT_EQ(read_text(target()), text_);
  EXPECT_EQ(server_.requests().size(), 1U);
}

TEST_F(Download, BeginsAnewOverAPartThatIsTooLong) {
  put(part(), text_ + "more");
  put(folder_ / "set.tgz.part.tag", "\"1\"");
  server_.serve("/set.tgz", {.body = text_});
  get();
  EXPECT_EQ(read_text(target()), text_);
}

TEST_F(Download, GivesUpOnAServerThatAlwaysCutsAndCannotGoOn) {
  server_.serve("/set.tgz", {.body = text_, .tag = "", .cut_after = 1000});
  EXPECT_EQ(reason_for("/set.tgz"), "the connection was cut");
}

TEST_F(Download, GivesUpWhenNothingArrives) {
  server_.serve("/set.tgz", {.body = "x", .stalls = std::chrono::milliseconds(1500)});
  const auto error = thrown([&] { download(server_.address("/set.tgz"), target(), {.timeout_seconds = 1}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kDownloadFailed);
  EXPECT_EQ(argument(*error, "reason"), "nothing arrived for 1 s");
}

TEST_F(Download, SaysWhatTheServerAnswered) {
  EXPECT_EQ(reason_for("/missing"), "the server answered 404");
  server_.serve("/circle", {.status = 302, .location = "/circle"});
  EXPECT_EQ(reason_for("/circle"), "the server sends in circles");
  server_.serve("/file", {.status = 302, .location = "file:///etc/passwd"});
  EXPECT_NE(reason_for("/file"), "no error");
  EXPECT_FALSE(fs::exists(target()));
}

TEST_F(Download, SaysWhenThereIsNoServer) {
  const auto reason_of = [&](const std::string& address) {
    const auto error = thrown([&] { download(address, target(), {.timeout_seconds = 5}); });
    return error ? argument(*error, "reason") : "no error";
  };
  EXPECT_EQ(reason_of("http://127.0.0.1:1/set.tgz"), "no connection to the server");
  // RFC 6761: names below .invalid never resolve.
  const Environment no_proxy("http_proxy", std::nullopt);
  EXPECT_NE(reason_of("http://server.invalid/set.tgz").find("cannot be resolved"), std::string::npos);
}

TEST_F(Download, ReportsProgressUpToTheWhole) {
  put(part(), text_.substr(0, 100'000));
  put(folder_ / "set.tgz.part.tag", "\"1\"");
  server_.serve("/set.tgz", {.body = text_});
  std::vector<std::int64_t> done;
  std::int64_t whole = 0;
  download(server_.address("/set.tgz"), target(),
           {.timeout_seconds = 5, .progress = [&](std::int64_t now, std::int64_t total) {
              done.push_back(now);
              whole = std::max(whole, total);
            }});
  EXPECT_EQ(whole, 300'000);
  EXPECT_EQ(done.back(), 300'000);
  EXPECT_GE(done.front(), 100'000);
  EXPECT_TRUE(std::ranges::is_sorted(done));
}

TEST_F(Download, UsesAProxyFromTheEnvironment) {
  const Environment direct("no_proxy", std::nullopt);
  const Environment proxy("http_proxy", server_.address());
  server_.serve("http://flowers.invalid/set.tgz", {.body = text_});
  download("http://flowers.invalid/set.tgz", target(), {.timeout_seconds = 5});
  EXPECT_EQ(read_text(target()), text_);
}

TEST_F(Download, KeepsWhatFitsOnAFullDiskAndGoesOn) {
  server_.serve("/set.tgz", {.body = text_});
  {
    const testing_support::FullDisk full(100'000);
    EXPECT_EQ(message_of([&] { get(); }), Message::kDiskFull);
  }
  EXPECT_FALSE(fs::exists(target()));
  EXPECT_EQ(fs::file_size(part()), 100'000U);
  get();
  EXPECT_EQ(read_text(target()), text_);
  EXPECT_TRUE(asked_for("Range: bytes=100000-"));
}

TEST_F(Download, NeedsPermissionToWrite) {
  if (::geteuid() == 0) {
    GTEST_SKIP() << "root may write everywhere";
  }
  server_.serve("/set.tgz", {.body = text_});
  fs::permissions(folder_.path(), fs::perms::owner_read | fs::perms::owner_exec);
  const auto message = message_of([&] { get(); });
  fs::permissions(folder_.path(), fs::perms::owner_all);
  EXPECT_EQ(message, Message::kNoPermission);
}

}  // namespace
}  // namespace alexnet
