// Each error about photos and folders, provoked: see provoked_errors.h.
#include <array>

#include "cli/provoked_errors.h"

namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;
using ProvokedData = ProvokedError;

std::vector<std::byte> photo() { return tiny_photo(0, 1); }

TEST_F(ProvokedData, FileMissing) { expect_error(Message::kFileMissing, {"summary", "nothing.json"}); }

TEST_F(ProvokedData, FolderMissing) { expect_error(Message::kFolderMissing, {"train", "nowhere"}); }

TEST_F(ProvokedData, FolderFlat) { expect_error(Message::kFolderFlat, {"train", "photos/rose"}); }

TEST_F(ProvokedData, FolderEmpty) {
  fs::create_directories(own_ / "empty");
  expect_error(Message::kFolderEmpty, {"train", "empty"});
}

TEST_F(ProvokedData, ClassEmpty) {
  fs::create_directories(own_ / "photos/violet");
  expect_error(Message::kClassEmpty, training());
}

TEST_F(ProvokedData, OneClass) {
  write(own_ / "one/rose/1.png", photo());
  expect_error(Message::kOneClass, {"train", "one"});
}

TEST_F(ProvokedData, ClassMissing) {
  // Violets to be measured, and none to learn from.
  fs::create_directories(own_ / "parts");
  fs::rename(own_ / "photos", own_ / "parts/train");
  write(own_ / "parts/val/rose/1.png", tiny_photo(1, 70));
  write(own_ / "parts/val/violet/1.png", tiny_photo(2, 71));
  auto words = training();
  words[1] = "parts";
  expect_error(Message::kClassMissingInSplit, words);
}

TEST_F(ProvokedData, TooFewPhotos) { expect_error(Message::kTooFewPhotos, training({"--batch", "1000"})); }

TEST_F(ProvokedData, PhotoUnreadable) {
  auto bytes = photo();
  for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 8; ++i) {
    bytes[i] ^= std::byte{0xFF};  // in the packed pixels
  }
  write(own_ / "broken.png", bytes);
  expect_error(Message::kPhotoUnreadable, {"predict", model(), "broken.png"});
}

TEST_F(ProvokedData, PhotoTruncated) {
  const auto bytes = photo();
  write(own_ / "half.png", std::span(bytes).first(bytes.size() / 2));
  expect_error(Message::kPhotoTruncated, {"predict", model(), "half.png"});
}

TEST_F(ProvokedData, PhotoEmpty) {
  write(own_ / "empty.png", std::string());
  expect_error(Message::kPhotoEmpty, {"predict", model(), "empty.png"});
}

TEST_F(ProvokedData, PhotoNotPicture) {
  write(own_ / "letter.jpg", std::string("this is a letter, not a photo"));
  expect_error(Message::kPhotoNotPicture, {"predict", model(), "letter.jpg"});
}

TEST_F(ProvokedData, PhotoTooLarge) {
  // The head of a BMP would do, but it must be a kind that is read: a PNG that says it is 60,000 pixels each way. The
  // checksum of its head, over "IHDR" and 13 bytes, is worked out by zlib's crc32, as is that of the empty IDAT behind
  // it.
  constexpr std::array<unsigned char, 45> kHead = {0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A, 0,    0, 0,    13,
                                                   'I',  'H', 'D', 'R', 0,    0,    0xEA, 0x60, 0,    0, 0xEA, 0x60,
                                                   8,    0,   0,   0,   0,    0xA5, 0xB9, 0x2A, 0x9E, 0, 0,    0,
                                                   0,    'I', 'D', 'A', 'T',  0x35, 0xAF, 0x06, 0x1E};
  write(own_ / "large.png", std::as_bytes(std::span(kHead)));
  expect_error(Message::kPhotoTooLarge, {"predict", model(), "large.png"});
}

TEST_F(ProvokedData, PhotoFormat) {
  write(own_ / "telephone.heic", std::string("\0\0\0\x18"
                                             "ftypheic\0\0\0\0mif1heic",
                                             24));
  expect_error(Message::kPhotoFormatUnsupported, {"predict", model(), "telephone.heic"});
}

TEST_F(ProvokedData, ClassCount) {
  fs::rename(own_ / "photos/rose", own_ / "photos/violet");
  expect_error(Message::kClassCountDiffers, {"evaluate", model(), "photos"});
}

TEST_F(ProvokedData, FileFormat) {
  write(own_ / "weights.csv", std::string("class,weight\nviolet,2\n"));
  expect_error(Message::kFileFormat, training({"--class-weights", "weights.csv"}));
}

TEST_F(ProvokedData, DataChanged) {
  ASSERT_EQ(alexnet(training(), here()).status, 0);
  write(own_ / "photos/rose/10.png", tiny_photo(1, 999));
  expect_error(Message::kDataChanged, {"train", "--resume", "new", "--epochs", "2"});
}

TEST_F(ProvokedData, ChecksumWrong) {
  // The flowers' names with other photos in them.
  for (int i = 1; i <= 1360; ++i) {
    const auto number = std::to_string(i);
    write(own_ / ("jpg/image_" + std::string(4 - number.size(), '0') + number + ".jpg"), std::string("no flower"));
  }
  auto setting = here();
  setting.environment["ALEXNET_HOME"] = (own_ / "home").string();
  expect_error(Message::kChecksumWrong, {"data", "fetch", "flowers17", "--from", "jpg"}, setting);
}

TEST_F(ProvokedData, ArchiveInvalid) {
  write(own_ / "17flowers.tgz", std::string("<html>moved</html>"));
  auto setting = here();
  setting.environment["ALEXNET_HOME"] = (own_ / "home").string();
  expect_error(Message::kArchiveInvalid, {"data", "fetch", "flowers17", "--from", "17flowers.tgz"}, setting);
}

/// Nobody is asked: every address is looked for behind a port of this machine where nothing listens.
Setting without_network(Setting setting, const fs::path& home) {
  for (const auto* name : {"http_proxy", "https_proxy", "all_proxy"}) {
    setting.environment[name] = "http://127.0.0.1:9";
  }
  setting.environment["ALEXNET_HOME"] = home.string();
  return setting;
}

TEST_F(ProvokedData, DownloadFailed) {
  expect_error(Message::kDownloadFailed, {"data", "fetch", "mnist"}, without_network(here(), own_ / "home"));
}

TEST_F(ProvokedData, SourceFailed) {
  expect_said(Message::kWarnSourceFailed, {"data", "fetch", "mnist", "--mirror", "http://127.0.0.1:9/mnist"},
              without_network(here(), own_ / "home"));
}

TEST_F(ProvokedData, PhotosSkipped) {
  const auto bytes = photo();
  write(own_ / "photos/daisy/half.png", std::span(bytes).first(bytes.size() / 2));
  expect_said(Message::kWarnPhotosSkipped, training());
}

TEST_F(ProvokedData, FewPhotos) {
  write(own_ / "photos/violet/only.png", tiny_photo(1, 900));
  expect_said(Message::kWarnFewPhotos, training());
}

TEST_F(ProvokedData, Leak) {
  ASSERT_EQ(alexnet(training(), here()).status, 0);
  fs::create_directories(own_ / "parts");
  fs::rename(own_ / "photos", own_ / "parts/train");
  fs::create_directories(own_ / "parts/test/rose");
  fs::copy(own_ / "parts/train/rose/10.png", own_ / "parts/test/rose/copy.png");
  expect_said(Message::kWarnLeak, {"similar", "new", "parts/train/rose/10.png", "--photos", "parts"});
}

}  // namespace
}  // namespace alexnet::testing
