#include "alexnet/data/known_sets.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "alexnet/core/error.h"

#include "data/base_folders.h"
#include "data/known_layout.h"

namespace alexnet {
namespace {

const std::vector<std::string> kIdxFiles = {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
                                            "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"};

std::vector<std::string> below(const std::string& base, const std::vector<std::string>& files) {
  std::vector<std::string> addresses;
  std::ranges::transform(files, std::back_inserter(addresses), [&](const auto& file) { return base + file; });
  return addresses;
}

std::vector<KnownSet> make_known_sets() {
  return {
      {.name = "flowers17",
       .summary = "1,360 photos of 17 kinds of flowers",
       .files = {"17flowers.tgz"},
       .addresses = {"https://www.robots.ox.ac.uk/~vgg/data/flowers/17/17flowers.tgz"},
       .package = "",
       .network = "tutorial",
       .bytes = 60'000'000},
      {.name = "fashion-mnist",
       .summary = "70,000 grey pictures of 10 kinds of clothes, 28x28",
       .files = kIdxFiles,
       .addresses = below("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/", kIdxFiles),
       .package = "dataset-fashion-mnist",
       .network = "lenet5",
       .bytes = 30'878'551},
      {.name = "mnist",
       .summary = "70,000 grey pictures of handwritten digits, 28x28",
       .files = kIdxFiles,
       .addresses = below("https://ossci-datasets.s3.amazonaws.com/mnist/", kIdxFiles),
       .package = "",
       .network = "lenet5",
       .bytes = 11'594'722},
      {.name = "cifar10",
       .summary = "60,000 colour pictures of 10 kinds of animals and vehicles, 32x32",
       .files = {"cifar-10-binary.tar.gz"},
       .addresses = {"https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"},
       .package = "",
       .network = "cifar10-quick",
       .bytes = 170'052'171},
  };
}

}  // namespace

const std::vector<KnownSet>& known_sets() {
  static const auto sets = make_known_sets();
  return sets;
}

const KnownSet& known_set(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& set : known_sets()) {
    if (set.name == name) {
      return set;
    }
    names.push_back(set.name);
  }
  throw Error(Message::kUnknownName, {{"kind", "data set"},
                                      {"where", std::string(name)},
                                      {"known", fmt::format("{}", fmt::join(names, ", "))},
                                      {"nearest", nearest_name(name, names)}});
}

std::filesystem::path data_home() {
  if (auto home = from_environment("ALEXNET_HOME"); !home.empty()) {
    return home;
  }
  return base_folder("XDG_DATA_HOME", ".local/share") / "alexnet";
}

std::filesystem::path find_fetched(const KnownSet& set) {
  const auto& layout = layout_of(set);
  for (const auto& folder : {data_home() / set.name, package_folder(set)}) {
    if (!folder.empty() && layout.is_complete(folder)) {
      return folder;
    }
  }
  return {};
}

}  // namespace alexnet
