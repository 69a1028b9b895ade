#include "alexnet/core/files.h"

#include <csignal>
#include <filesystem>
#include <functional>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "alexnet/core/error.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("alexnet files " + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_;
};

Message message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.message();
  }
  return Message::kCount;
}

TEST_F(Files, AreWrittenWholeOrNotAtAll) {
  const auto path = folder_ / "名 字.txt";
  write_file_atomically(path, "old");
  {
    AtomicFile file(path);
    file.write("half of the new");
  }
  EXPECT_EQ(read_text(path), "old");
  write_file_atomically(path, "new");
  EXPECT_EQ(read_text(path), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(Files, KeepTheOldContentWhenTheDiskIsFull) {
  const auto path = folder_ / "model";
  write_file_atomically(path, "old");
  // A limit on file size stands for a full disk: the kernel answers EFBIG where it would answer ENOSPC.
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4096, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto message = message_of([&] { write_file_atomically(path, std::string(100000, 'x')); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(message, Message::kDiskFull);
  EXPECT_EQ(read_text(path), "old");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(Files, NameWhatIsMissing) {
  EXPECT_EQ(message_of([&] { (void)read_file(folder_ / "none"); }), Message::kFileMissing);
  EXPECT_EQ(message_of([&] { (void)read_file(folder_); }), Message::kReadFailed);
  EXPECT_EQ(message_of([&] { AtomicFile(folder_ / "none" / "file"); }), Message::kFolderMissing);
  write_file_atomically(folder_ / "long", std::string(1000, 'x'));
  EXPECT_EQ(message_of([&] { (void)read_file(folder_ / "long", 10); }), Message::kReadFailed);
}

TEST_F(Files, AppendWholeLines) {
  append_line(folder_ / "log", "one");
  append_line(folder_ / "log", "two");
  EXPECT_EQ(read_text(folder_ / "log"), "one\ntwo\n");
}

TEST(Sha256, GivesThePublishedAnswer) {
  // FIPS 180-2, appendix B.1.
  const std::string text = "abc";
  EXPECT_EQ(sha256(std::as_bytes(std::span(text))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_F(Files, TheHashOfAFileIsThatOfItsBytes) {
  const std::string text(200'000, 'x');  // longer than what is read at once
  write_file_atomically(folder_ / "x", text);
  EXPECT_EQ(sha256_of_file(folder_ / "x"), sha256(std::as_bytes(std::span(text))));
  EXPECT_EQ(message_of([&] { (void)sha256_of_file(folder_ / "nothing"); }), Message::kFileMissing);
}

}  // namespace
}  // namespace alexnet
