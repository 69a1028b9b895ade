#include <algorithm>
#include <cstring>

#include <gtest/gtest.h>

#include "cli/trained_fixture.h"

namespace alexnet::testing {
namespace {

using CliEmbed = TrainedTest;

TEST_F(CliEmbed, WritesATableForNumpyAndWhichPhotoEachRowIs) {
  const Workplace w;
  const auto outcome = alexnet({"embed", "run", "--to", (w / "v.npy").string(), "--json"}, here());
  const auto document = outcome.json();
  EXPECT_EQ(document["schema"], "alexnet.embed");
  EXPECT_EQ(document["rows"], 48);
  EXPECT_EQ(document["columns"], 84);  // units of LeNet-5's dense layer before the last
  const auto numbers = read(w / "v.npy");
  EXPECT_NE(numbers.find("'shape': (48, 84)"), std::string::npos);
  EXPECT_EQ(numbers.size(), 128U + 48 * 84 * 4);
  const auto rows = read(w / "v.csv");
  EXPECT_TRUE(rows.starts_with("row,path,class,part\n0,daisy/10.png,daisy,t")) << rows;
  EXPECT_EQ(std::ranges::count(rows, '\n'), 49);
}

TEST_F(CliEmbed, WritesOneCsvWithTheSameNumbers) {
  const Workplace w;
  ASSERT_EQ(alexnet({"embed", "run", "photos", "--to", (w / "v.npy").string()}, here()).status, 0);
  const auto outcome = alexnet({"embed", "run", "photos", "--to", (w / "v2.csv").string()}, here());
  EXPECT_NE(outcome.out.find("48 photos of photos as 84 numbers each"), std::string::npos) << outcome.out;
  const auto table = read(w / "v2.csv");
  EXPECT_TRUE(table.starts_with("path,class,part,v0,v1,"));
  const std::string start = "\ndaisy/10.png,daisy,,";
  const auto row = table.find(start);
  ASSERT_NE(row, std::string::npos);
  const auto numbers = read(w / "v.npy");
  float first = 0;
  std::memcpy(&first, numbers.data() + 128, 4);
  EXPECT_EQ(std::strtof(table.c_str() + row + start.size(), nullptr), first);
}

TEST_F(CliEmbed, TakesAFolderWithoutClassesAndPassesOverBrokenPhotos) {
  const Workplace w;
  write(w / "flat/a.png", tiny_photo(0, 1));
  write(w / "flat/b.png", std::string("no picture at all"));
  write(w / "flat/sub/c.png", tiny_photo(1, 1));
  const auto outcome =
      alexnet({"embed", "run", (w / "flat").string(), "--to", (w / "v.npy").string(), "--layer", "pool1"}, here());
  EXPECT_EQ(outcome.status, 3);
  EXPECT_NE(outcome.err.find("1 of 3 photos"), std::string::npos) << outcome.err;
  EXPECT_EQ(read(w / "v.csv"), "row,path,class,part\n0,a.png,,\n1,sub/c.png,,\n");
}

TEST_F(CliEmbed, SaysWhatIsWrong) {
  EXPECT_EQ(alexnet({"embed", "run", "--to", "v.png"}, here()).status, 2);
  EXPECT_EQ(alexnet({"embed", "run/model.safetensors", "--to", "v.npy"}, here()).status, 2);
  const auto outcome = alexnet({"embed", "run", "--to", "v.npy", "--layer", "fc9"}, here());
  EXPECT_NE(outcome.err.find("no such layer: fc9"), std::string::npos) << outcome.err;
  EXPECT_EQ(alexnet({"embed", "run", "--to", "nowhere/v.npy"}, here()).status, 3);
}

}  // namespace
}  // namespace alexnet::testing
