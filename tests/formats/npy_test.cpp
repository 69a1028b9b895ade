#include "alexnet/formats/npy.h"

#include <bit>
#include <cstring>

#include <gtest/gtest.h>

#include "alexnet/core/error.h"

#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

using testing_support::message_of;
using testing_support::TemporaryFolder;

TEST(Npy, HasTheBytesOfVersion1) {
  const TemporaryFolder folder;
  NpyWriter writer(folder / "a.npy", 3);
  writer.add(std::vector<float>{1, 2, 3});
  writer.add(std::vector<float>{-0.5, 0, 1e9F});
  EXPECT_EQ(writer.rows(), 2);
  writer.commit();
  const std::string text = read_text(folder / "a.npy");
  // numpy.lib.format: magic, version, length of the header in 2 bytes little-endian, so that the data begin at a
  // multiple of 64
  const std::string dict = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
  EXPECT_EQ(text.substr(0, 10), std::string("\x93NUMPY\x01\x00\x76\x00", 10));
  EXPECT_EQ(text.substr(10, 118), dict + std::string(117 - dict.size(), ' ') + "\n");
  ASSERT_EQ(text.size(), 128U + 2 * 3 * 4);
  float last = 0;
  std::memcpy(&last, text.data() + 128 + 5 * 4, 4);
  EXPECT_EQ(last, 1e9F);
  EXPECT_EQ(text.substr(128, 4), std::string("\x00\x00\x80\x3f", 4));  // 1.0f
}

TEST(Npy, AppearsOnlyWhenItIsWhole) {
  const TemporaryFolder folder;
  {
    NpyWriter writer(folder / "a.npy", 2);
    writer.add(std::vector<float>{1, 2});
    EXPECT_EQ(message_of([&] { writer.add(std::vector<float>{1}); }), Message::kWrongCall);
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder / "."));
}

}  // namespace
}  // namespace alexnet
