#include <gtest/gtest.h>

#include "alexnet/core/files.h"
#include "alexnet/data/split.h"

#include "data_module/fake_dataset.h"
#include "data_module/photo_folder.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

using testing_support::argument;
using testing_support::FakeDataset;
using testing_support::put;
using testing_support::TemporaryFolder;
using testing_support::thrown;

FakeDataset three_photos() {
  FakeDataset dataset({"lily, \"wild\"", "玫瑰"});
  dataset.add("lily, \"wild\"/a\nb.jpg", 0, "h0");
  dataset.add("玫瑰/照片 1.jpg", 1, "h1");
  dataset.add("玫瑰/照片 2.jpg", 1, "h2");
  return dataset;
}

TEST(SplitCsv, ComesBackEqual) {
  const TemporaryFolder folder;
  const auto dataset = three_photos();
  const Split split{{Part::kTrain, Part::kVal, Part::kTest}};
  write_split(folder / "split.csv", dataset, split, dataset.hashes());
  EXPECT_EQ(read_split(folder / "split.csv", dataset).part, split.part);
}

TEST(SplitCsv, IsWrittenAsDocumented) {
  const TemporaryFolder folder;
  const auto dataset = three_photos();
  write_split(folder / "split.csv", dataset, {{Part::kTrain, Part::kVal, Part::kTest}}, dataset.hashes());
  EXPECT_EQ(read_text(folder / "split.csv"),
            "path,label,class,part,sha256\n"
            "\"lily, \"\"wild\"\"/a\nb.jpg\",0,\"lily, \"\"wild\"\"\",train,h0\n"
            "玫瑰/照片 1.jpg,1,玫瑰,val,h1\n"
            "玫瑰/照片 2.jpg,1,玫瑰,test,h2\n");
}

TEST(SplitCsv, IsReadWithLineEndsOfWindowsAndWithoutTheLast) {
  const TemporaryFolder folder;
  FakeDataset dataset({"a"});
  dataset.add("a/1.jpg", 0, "h");
  put(folder / "split.csv", "path,label,class,part,sha256\r\na/1.jpg,0,a,val,h");
  EXPECT_EQ(read_split(folder / "split.csv", dataset).part, std::vector{Part::kVal});
}

TEST(SplitCsv, NamesTheLineThatIsWrong) {
  const TemporaryFolder folder;
  FakeDataset dataset({"a"});
  dataset.add("a/1.jpg", 0, "h");
  const std::string head = "path,label,class,part,sha256\n";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "line 1"},
      {"path,label\n", "line 1"},
      {head + "a/1.jpg,0,a,val\n", "line 2"},
      {head + "a/1.jpg,zero,a,val,h\n", "line 2"},
      {head + "a/1.jpg,99999999999,a,val,h\n", "line 2"},
      {head + "a/1.jpg,0,a,dev,h\n", "line 2"},
      {head + "a/1.jpg,0,a,val,h\na/1.jpg,0,a,val,h\n", "line 3"},
      {head + "\"a/1.jpg,0,a,val,h\n", "line 2"},
      {head + "\"a/1.jpg\"x,0,a,val,h\n", "line 2"},
      {head + "\n", "line 2"},
  };
  for (const auto& [text, line] : cases) {
    put(folder / "split.csv", text);
    const auto error = thrown([&] { static_cast<void>(read_split(folder / "split.csv", dataset)); });
    ASSERT_TRUE(error) << text;
    EXPECT_EQ(error->message(), Message::kFileFormat) << text;
    EXPECT_NE(argument(*error, "where").find(line), std::string::npos) << argument(*error, "where");
    EXPECT_NE(argument(*error, "where").find("split.csv"), std::string::npos);
  }
}

TEST(SplitCsv, SaysWhenThePhotosAreOthers) {
  const TemporaryFolder folder;
  const auto dataset = three_photos();
  write_split(folder / "split.csv", dataset, {{Part::kTrain, Part::kVal, Part::kTest}}, dataset.hashes());

  FakeDataset fewer(dataset.classes());
  fewer.add(dataset.items()[0].path, 0, "h0");
  fewer.add(dataset.items()[1].path, 1, "h1");
  auto more = three_photos();
  more.add("玫瑰/new.jpg", 1, "h3");
  FakeDataset moved(dataset.classes());
  for (const auto& item : dataset.items()) {
    moved.add(item.path, 0, "h");
  }
  for (const auto* changed : {&fewer, &more, &moved}) {
    const auto error = thrown([&] { static_cast<void>(read_split(folder / "split.csv", *changed)); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->message(), Message::kDataChanged);
  }
}

TEST(SplitCsv, SaysWhenTheFileIsMissing) {
  const TemporaryFolder folder;
  const auto error = thrown([&] { static_cast<void>(read_split(folder / "split.csv", three_photos())); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kFileMissing);
}

}  // namespace
}  // namespace alexnet
