#include "alexnet/data/split.h"

#include <algorithm>
#include <array>
#include <map>

#include <gtest/gtest.h>

#include "alexnet/core/files.h"
#include "alexnet/core/random.h"

#include "data_module/fake_dataset.h"
#include "support/temporary_folder.h"
#include "support/thrown.h"

namespace alexnet {
namespace {

using testing_support::argument;
using testing_support::FakeDataset;
using testing_support::message_of;
using testing_support::TemporaryFolder;
using testing_support::thrown;

/// The hash that a photo of this name would have.
std::string hash_of(const std::string& name) { return sha256(std::as_bytes(std::span(name.data(), name.size()))); }

/// Classes "0", "1" ... with as many photos as `counts` says, from number `first` on.
FakeDataset classes_of(const std::vector<int>& counts, int first = 0) {
  std::vector<std::string> names;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    names.push_back(std::to_string(c));
  }
  FakeDataset dataset(names);
  for (std::size_t c = 0; c < counts.size(); ++c) {
    for (int i = first; i < first + counts[c]; ++i) {
      const auto path = names[c] + "/" + std::to_string(i) + ".jpg";
      dataset.add(path, static_cast<std::int32_t>(c), hash_of(path));
    }
  }
  return dataset;
}

/// Photos of a class in train, val and test.
std::array<int, 3> shares_of(const Dataset& dataset, const Split& split, std::int32_t label) {
  std::array<int, 3> count{};
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    if (dataset.items()[i].label == label) {
      ++count[static_cast<std::size_t>(split.part[i])];
    }
  }
  return count;
}

std::map<std::string, Part> by_path(const Dataset& dataset, const Split& split) {
  std::map<std::string, Part> parts;
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    parts[dataset.items()[i].path] = split.part[i];
  }
  return parts;
}

using Counts = std::array<int, 3>;

TEST(QuotaSplit, GivesEachClassItsShares) {
  const auto dataset = classes_of({80, 20, 10, 5, 3, 1});
  const auto split = make_split(dataset, dataset.hashes(), {});
  EXPECT_EQ(shares_of(dataset, split, 0), (Counts{56, 12, 12}));  // 70, 15, 15 % of 80
  EXPECT_EQ(shares_of(dataset, split, 1), (Counts{14, 3, 3}));
  EXPECT_EQ(shares_of(dataset, split, 3), (Counts{3, 1, 1}));
  EXPECT_EQ(shares_of(dataset, split, 4), (Counts{2, 1, 0}));
  EXPECT_EQ(shares_of(dataset, split, 5), (Counts{1, 0, 0}));
  const auto ten = shares_of(dataset, split, 2);
  EXPECT_EQ(ten[0], 7);
  EXPECT_EQ(ten[1] + ten[2], 3);
}

TEST(QuotaSplit, DependsOnContentNotOnNamesOrOrder) {
  FakeDataset one({"a", "b"});
  FakeDataset other({"a", "b"});
  for (int i = 0; i < 40; ++i) {
    const auto hash = hash_of(std::to_string(i));
    one.add("first/" + std::to_string(i), i % 2, hash);
  }
  for (int i = 39; i >= 0; --i) {
    other.add("second/" + std::to_string(100 - i), i % 2, hash_of(std::to_string(i)));
  }
  const auto split = make_split(one, one.hashes(), {});
  const auto mirrored = make_split(other, other.hashes(), {});
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_EQ(split.part[i], mirrored.part[39 - i]);
  }
}

TEST(QuotaSplit, PhotosKeepTheirPartWhenOthersAreAdded) {
  const TemporaryFolder folder;
  const auto before = classes_of({20, 10});
  const auto first = make_split(before, before.hashes(), {});
  write_split(folder / "split.csv", before, first, before.hashes());

  const auto after = classes_of({40, 30, 10});
  const auto second = make_split(after, after.hashes(), {.existing = folder / "split.csv"});
  const auto now = by_path(after, second);
  for (const auto& [path, part] : by_path(before, first)) {
    EXPECT_EQ(now.at(path), part) << path;
  }
  EXPECT_EQ(shares_of(after, second, 0), (Counts{28, 6, 6}));  // new photos fill the quotas
  EXPECT_EQ(shares_of(after, second, 2)[0], 7);
}

TEST(QuotaSplit, ARenamedPhotoKeepsItsPart) {
  const TemporaryFolder folder;
  const auto before = classes_of({20, 20});
  const auto first = make_split(before, before.hashes(), {});
  write_split(folder / "split.csv", before, first, before.hashes());
  FakeDataset renamed({"0", "1"});
  for (std::size_t i = 0; i < before.size(); ++i) {
    renamed.add("new " + before.items()[i].path, before.items()[i].label, before.hashes()[i]);
  }
  EXPECT_EQ(make_split(renamed, renamed.hashes(), {.existing = folder / "split.csv"}).part, first.part);
}

TEST(QuotaSplit, KeepsDuplicatesTogetherAcrossClassesToo) {
  FakeDataset dataset({"a", "b"});
  for (int i = 0; i < 60; ++i) {
    const auto hash = hash_of(std::to_string(i / 3));  // each content three times
    dataset.add(std::to_string(i), i % 2, hash);
  }
  const auto split = make_split(dataset, dataset.hashes(), {});
  std::map<std::string, Part> parts;
  for (std::size_t i = 0; i < dataset.size(); ++i) {
    EXPECT_EQ(parts.emplace(dataset.hashes()[i], split.part[i]).first->second, split.part[i]);
  }
}

TEST(QuotaSplit, NewDuplicatesJoinTheOldPhoto) {
  const TemporaryFolder folder;
  const auto before = classes_of({10, 10});
  const auto first = make_split(before, before.hashes(), {});
  write_split(folder / "split.csv", before, first, before.hashes());
  auto after = classes_of({10, 10});
  for (std::size_t i = 0; i < before.size(); ++i) {
    after.add("copy of " + before.items()[i].path, before.items()[i].label, before.hashes()[i]);
  }
  const auto second = make_split(after, after.hashes(), {.existing = folder / "split.csv"});
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(second.part[before.size() + i], first.part[i]);
  }
}

TEST(ShuffleSplit, CutsOnePermutationAsKerasDoes) {
  // spec: split point floor(1360 x (1 - 0.2)) = 1088, 272 validate.
  const auto dataset = classes_of(std::vector<int>(17, 80));
  const SplitOptions options{.mode = SplitOptions::Mode::kShuffle, .train = 0.8, .val = 0.2, .test = 0, .seed = 5};
  const auto split = make_split(dataset, dataset.hashes(), options);
  EXPECT_EQ(split.items(Part::kTrain).size(), 1088U);
  EXPECT_EQ(split.items(Part::kVal).size(), 272U);
  EXPECT_TRUE(split.items(Part::kTest).empty());
  RandomStream draws(5, Purpose::kSplit);
  const auto order = permutation(1360, draws);
  EXPECT_EQ(split.part[static_cast<std::size_t>(order[1087])], Part::kTrain);
  EXPECT_EQ(split.part[static_cast<std::size_t>(order[1088])], Part::kVal);
}

TEST(ShuffleSplit, DependsOnTheSeed) {
  const auto dataset = classes_of({50, 50});
  SplitOptions options{.mode = SplitOptions::Mode::kShuffle, .train = 0.8, .val = 0.2, .test = 0, .seed = 1};
  const auto first = make_split(dataset, dataset.hashes(), options).part;
  EXPECT_EQ(make_split(dataset, dataset.hashes(), options).part, first);
  options.seed = 2;
  EXPECT_NE(make_split(dataset, dataset.hashes(), options).part, first);
}

TEST(ShuffleSplit, RowsOfAnEarlierSplitStand) {
  const TemporaryFolder folder;
  const SplitOptions shuffle{.mode = SplitOptions::Mode::kShuffle, .train = 0.8, .val = 0.2, .test = 0};
  const auto before = classes_of({20, 20});
  const auto first = make_split(before, before.hashes(), shuffle);
  write_split(folder / "split.csv", before, first, before.hashes());
  auto options = shuffle;
  options.existing = folder / "split.csv";
  options.seed = 9;
  const auto after = classes_of({30, 30});
  const auto now = by_path(after, make_split(after, after.hashes(), options));
  for (const auto& [path, part] : by_path(before, first)) {
    EXPECT_EQ(now.at(path), part) << path;
  }
}

FakeDataset with_parts(const std::vector<Part>& parts) {
  FakeDataset dataset({"a", "b"});
  int i = 0;
  for (const auto part : parts) {
    for (int k = 0; k < 20; ++k, ++i) {
      dataset.add(std::to_string(i), i % 2, hash_of(std::to_string(i)), part);
    }
  }
  return dataset;
}

TEST(FixedParts, OverruleBothModes) {
  const auto dataset = with_parts({Part::kTrain, Part::kVal, Part::kTest});
  for (const auto mode : {SplitOptions::Mode::kQuota, SplitOptions::Mode::kShuffle}) {
    const auto split = make_split(dataset, dataset.hashes(), {.mode = mode});
    for (std::size_t i = 0; i < dataset.size(); ++i) {
      EXPECT_EQ(split.part[i], dataset.items()[i].fixed_part);
    }
  }
}

TEST(FixedParts, ValIsTakenFromTrainWhereTheSetBringsOnlyTest) {
  const auto dataset = with_parts({Part::kTrain, Part::kTrain, Part::kTest});
  const auto split = make_split(dataset, dataset.hashes(), {.train = 0.7, .val = 0.3, .test = 0});
  EXPECT_EQ(split.items(Part::kTest).size(), 20U);
  EXPECT_EQ(split.items(Part::kVal).size(), 12U);
  EXPECT_EQ(split.items(Part::kTrain).size(), 28U);
  // 70 : 15 of the 40 that are left: each class of 20 gives 20 x 15 / 85 = 3.5 photos.
  const auto usual = make_split(dataset, dataset.hashes(), {});
  EXPECT_EQ(usual.items(Part::kTest).size(), 20U);
  EXPECT_NEAR(static_cast<double>(usual.items(Part::kVal).size()), 7, 1);
}

TEST(FixedParts, AFolderTrainAloneIsSplitAsIfItHadNoName) {
  const auto dataset = with_parts({Part::kTrain, Part::kTrain});
  const auto split = make_split(dataset, dataset.hashes(), {});
  EXPECT_EQ(split.items(Part::kTrain).size(), 28U);
  EXPECT_EQ(split.items(Part::kVal).size(), 6U);
  EXPECT_EQ(split.items(Part::kTest).size(), 6U);
}

TEST(MakeSplit, NamesAClassThatIsNotTrained) {
  FakeDataset dataset({"a", "b"});
  for (int i = 0; i < 20; ++i) {
    const bool first = i < 10;
    dataset.add(std::to_string(i), first ? 0 : 1, hash_of(std::to_string(i)), first ? Part::kTrain : Part::kVal);
  }
  const auto error = thrown([&] { static_cast<void>(make_split(dataset, dataset.hashes(), {})); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), Message::kClassMissingInSplit);
  EXPECT_EQ(argument(*error, "where"), "b");
}

TEST(MakeSplit, SaysWhenNothingIsLeftToValidate) {
  const auto dataset = classes_of({1, 2});
  const auto split = [&] { static_cast<void>(make_split(dataset, dataset.hashes(), {})); };
  EXPECT_EQ(message_of(split), Message::kTooFewPhotos);
}

TEST(MakeSplit, RefusesSharesThatAreNone) {
  const auto dataset = classes_of({10, 10});
  for (const auto& [train, val, test] :
       std::vector<std::array<double, 3>>{{0, 0.5, 0.5}, {0.5, 0.6, 0.1}, {1.2, -0.2, 0}, {0.5, 0.2, 0.2}}) {
    const SplitOptions options{.train = train, .val = val, .test = test};
    EXPECT_EQ(message_of([&] { static_cast<void>(make_split(dataset, dataset.hashes(), options)); }),
              Message::kOptionInvalid);
  }
}

}  // namespace
}  // namespace alexnet
