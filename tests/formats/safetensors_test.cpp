#include "alexnet/formats/safetensors.h"

#include <cstring>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"

#include "support/full_disk.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

using testing::HasSubstr;
using testing_support::argument;
using testing_support::FullDisk;
using testing_support::message_of;
using testing_support::TemporaryFolder;
using testing_support::thrown;

/// A file made by hand from the format's description: length, header, data.
std::vector<std::byte> file_of(const std::string& header, std::size_t data_bytes) {
  std::vector<std::byte> bytes(8 + header.size() + data_bytes);
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::byte>(header.size() >> (8 * i));
  }
  std::memcpy(bytes.data() + 8, header.data(), header.size());
  for (std::size_t i = 0; i < data_bytes; ++i) {
    bytes[8 + header.size() + i] = static_cast<std::byte>(i);
  }
  return bytes;
}

std::string refusal(const std::string& header, std::size_t data_bytes) {
  const auto error = thrown([&] { (void)parse_safetensors(file_of(header, data_bytes), "x"); });
  return error ? error->what() : "";
}

TEST(Safetensors, ReadsAFileMadeByHand) {
  const auto bytes = file_of(
      R"({"__metadata__":{"a":"b"},"t":{"dtype":"U8","shape":[2,3],"data_offsets":[0,6]}, )"
      R"("empty":{"dtype":"F32","shape":[0,4],"data_offsets":[0,0]},"one":{"dtype":"I8","shape":[],"data_offsets":[6,7]}})",
      7);
  const SafetensorsFile file = parse_safetensors(bytes, "x");
  EXPECT_EQ(file.metadata, (std::map<std::string, std::string>{{"a", "b"}}));
  ASSERT_EQ(file.tensors.size(), 3U);
  const std::vector<std::uint8_t> values = {0, 1, 2, 3, 4, 5};
  EXPECT_EQ(file.tensors.at("t"), Tensor::of<std::uint8_t>({2, 3}, values));
  EXPECT_EQ(file.tensors.at("empty").shape(), (Shape{0, 4}));
  EXPECT_EQ(file.tensors.at("one").as<std::int8_t>()[0], 6);
}

TEST(Safetensors, ComesBackAsItWasWritten) {
  const TemporaryFolder folder;
  const std::vector<float> floats = {1.5F, -0.0F, std::numeric_limits<float>::infinity()};
  const std::vector<double> doubles = {0.1};
  const std::vector<std::uint8_t> bytes = {1, 2, 3};
  const Tensor a = Tensor::of<std::uint8_t>({3}, bytes);
  const Tensor b = Tensor::of<float>({3, 1}, floats);
  const Tensor c = Tensor::of<double>({1}, doubles);
  const std::map<std::string, std::string> metadata = {{"key", "值 \"quoted\""}};
  write_safetensors(folder / "a", {{"a", &a}, {"b", &b}, {"c", &c}}, metadata);
  write_safetensors(folder / "b", {{"a", &a}, {"b", &b}, {"c", &c}}, metadata);
  EXPECT_EQ(read_text(folder / "a"), read_text(folder / "b"));

  const SafetensorsFile file = read_safetensors(folder / "a");
  EXPECT_EQ(file.metadata, metadata);
  EXPECT_EQ(file.tensors.at("a"), a);
  EXPECT_EQ(file.tensors.at("b"), b);
  EXPECT_EQ(file.tensors.at("c"), c);
  const auto whole = read_file(folder / "a");
  EXPECT_EQ(parse_safetensors(whole, "x").tensors, file.tensors);
  // The data begin at a multiple of 8 and the widest elements come first, so that every tensor is aligned.
  EXPECT_EQ(static_cast<std::size_t>(whole[0]) % 8, 0U);
  EXPECT_THAT(read_text(folder / "a"), HasSubstr(R"("data_offsets":[0,8],"dtype":"F64")"));
}

TEST(Safetensors, SaysHowManyBytesAreMissingWhereverItIsCut) {
  const TemporaryFolder folder;
  const Tensor tensor(ElementType::kF32, {5});
  write_safetensors(folder / "whole", {{"weight", &tensor}}, {});
  const std::string whole = read_text(folder / "whole");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write_file_atomically(folder / "cut", whole.substr(0, size));
    const auto error = thrown([&] { (void)read_safetensors(folder / "cut"); });
    ASSERT_TRUE(error) << size;
    EXPECT_EQ(error->message(), Message::kModelTruncated) << size;
    EXPECT_EQ(argument(*error, "got"), std::to_string(size));
    EXPECT_EQ(argument(*error, "where"), (folder / "cut").string());
  }
  write_file_atomically(folder / "cut", whole.substr(0, whole.size() - 1));
  const auto error = thrown([&] { (void)read_safetensors(folder / "cut"); });
  EXPECT_EQ(argument(*error, "expected"), std::to_string(whole.size()));
}

TEST(Safetensors, RefusesHostileHeaders) {
  const auto tensor = [](const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return R"({"t":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
  };
  EXPECT_THAT(refusal("", 0), HasSubstr("no JSON"));
  EXPECT_THAT(refusal("[]", 0), HasSubstr("no JSON object"));
  EXPECT_THAT(refusal("{\"t\":3}", 0), HasSubstr("\"t\""));
  EXPECT_THAT(refusal(R"({"__metadata__":{}})", 1), HasSubstr("follow its last tensor"));
  EXPECT_THAT(refusal(R"({"__metadata__":{"a":1}})", 0), HasSubstr("__metadata__"));
  EXPECT_THAT(refusal(R"({"__metadata__":["a"]})", 0), HasSubstr("__metadata__"));
  EXPECT_THAT(refusal(tensor("F8", "[1]", "[0,1]"), 1), HasSubstr("element type F8"));
  EXPECT_THAT(refusal(tensor("F32", "[1]", "[0,3]"), 3), HasSubstr("do not fit its shape"));
  EXPECT_THAT(refusal(tensor("F32", "[-1]", "[0,4]"), 4), HasSubstr("lacks"));
  EXPECT_THAT(refusal(tensor("F32", "[1]", "[4,0]"), 4), HasSubstr("do not fit its shape"));
  EXPECT_THAT(refusal(tensor("F32", "[1]", "[0,4,8]"), 4), HasSubstr("lacks"));
  EXPECT_THAT(refusal(tensor("U8", "[4294967296,4294967296]", "[0,0]"), 0), HasSubstr("do not fit its shape"));
  EXPECT_THAT(refusal(tensor("F32", "[4611686018427387904]", "[0,0]"), 0), HasSubstr("do not fit its shape"));
  EXPECT_THAT(refusal(tensor("U8", "[1]", "[1,2]"), 2), HasSubstr("ends at 0"));
  EXPECT_THAT(refusal(tensor("U8", "[1]", "[0,1]"), 2), HasSubstr("1 bytes follow"));
  const std::string twice = R"("t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]})";
  EXPECT_THAT(refusal("{" + twice + "," + twice + "}", 1), HasSubstr("stands twice"));
  EXPECT_THAT(refusal(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                      R"("b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
                      3),
              HasSubstr("begins at 1"));
  EXPECT_THAT(refusal(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                      R"("b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}})",
                      5),
              HasSubstr("not aligned"));
  EXPECT_THAT(refusal("{\"t\":" + std::string(100000, '['), 0), HasSubstr("nested too deep"));
}

TEST(Safetensors, RefusesAHeaderLengthBeforeItAllocates) {
  std::vector<std::byte> bytes(16, std::byte{0xff});
  EXPECT_EQ(message_of([&] { (void)parse_safetensors(bytes, "x"); }), Message::kModelInvalid);
  const std::string jpeg = "\xff\xd8\xff\xe0 a photo, not a model";
  EXPECT_EQ(message_of([&] { (void)parse_safetensors(std::as_bytes(std::span(jpeg)), "x"); }), Message::kModelInvalid);
}

TEST(Safetensors, NamesAFileThatIsNotThere) {
  const TemporaryFolder folder;
  EXPECT_EQ(message_of([&] { (void)read_safetensors(folder / "none"); }), Message::kFileMissing);
  EXPECT_EQ(message_of([&] { (void)read_safetensors(folder.path()); }), Message::kFileMissing);
}

TEST(Safetensors, KeepsTheOldFileWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  const Tensor small(ElementType::kF32, {5});
  const Tensor large(ElementType::kF32, {50000});
  const auto path = folder / "model.safetensors";
  write_safetensors(path, {{"t", &small}}, {});
  {
    const FullDisk disk(4096);
    EXPECT_EQ(message_of([&] { write_safetensors(path, {{"t", &large}}, {}); }), Message::kDiskFull);
  }
  EXPECT_EQ(read_safetensors(path).tensors.at("t"), small);
}

}  // namespace
}  // namespace alexnet
