#include <algorithm>

#include <gtest/gtest.h>

#include "alexnet/data/dataset.h"
#include "alexnet/data/known_sets.h"

#include "data_module/photo_folder.h"
#include "support/temporary_folder.h"

namespace alexnet {
namespace {

using testing_support::Environment;
using testing_support::environment;
using testing_support::TemporaryFolder;

TEST(FetchCifar, UnpacksFolders) {
  const std::filesystem::path archives = environment("ALEXNET_DATA").value_or("");
  if (archives.empty() || !std::filesystem::exists(archives / "cifar10-images.tgz")) {
    GTEST_SKIP() << "ALEXNET_DATA names no folder with cifar10-images.tgz";
  }
  const TemporaryFolder folder;
  const Environment home("ALEXNET_HOME", folder.path().string());
  EXPECT_EQ(fetch(known_set("cifar10")), folder / "cifar10");
  const auto dataset = open_dataset("cifar10");
  // 50,000 in train and 10,000 in test, as published.
  EXPECT_EQ(dataset->size(), 60'000U);
  EXPECT_EQ(dataset->classes().size(), 10U);
  const auto test = std::count_if(dataset->items().begin(), dataset->items().end(),
                                  [](const Item& item) { return item.fixed_part == Part::kTest; });
  EXPECT_EQ(test, 10'000);
}

}  // namespace
}  // namespace alexnet
