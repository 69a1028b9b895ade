#include "alexnet/data/split.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/random.h"

#include "data/split_csv.h"

namespace alexnet {
namespace {

constexpr std::size_t kParts = 3;
using Shares = std::array<double, kParts>;  // by Part
using Parts = std::vector<std::optional<Part>>;

std::size_t index(Part part) { return static_cast<std::size_t>(part); }

Shares checked_shares(const SplitOptions& options) {
  const Shares shares{options.train, options.val, options.test};
  const bool valid = std::ranges::all_of(shares, [](double s) { return s >= 0 && s <= 1; });
  if (!valid || options.train <= 0 || std::abs(shares[0] + shares[1] + shares[2] - 1) > 1e-6) {
    throw Error(Message::kOptionInvalid,
                {{"where", "split"},
                 {"expected", "shares of train (above 0), val and test that make 1"},
                 {"got", fmt::format("{}, {}, {}", options.train, options.val, options.test)}});
  }
  return shares;
}

/// What the folders say. Where they name no validation photos, training ones are left open; `shares` are then those of
/// the parts that the open photos may go to.
Parts fixed_parts(const Dataset& dataset, Shares& shares) {
  std::array<bool, kParts> fixed{};
  for (const auto& item : dataset.items()) {
    if (item.fixed_part) {
      fixed[index(*item.fixed_part)] = true;
    }
  }
  Parts parts(dataset.size());
  const bool has_val = fixed[index(Part::kVal)];
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto part = dataset.items()[i].fixed_part;
    if (part && (has_val || part != Part::kTrain)) {
      parts[i] = part;
    }
  }
  if (fixed[index(Part::kTest)]) {
    const double rest = shares[0] + shares[1];
    shares = {shares[0] / rest, shares[1] / rest, 0};
  }
  return parts;
}

/// Rows of an earlier split stand, by path, and by content for photos that were renamed.
void apply_existing(const std::filesystem::path& file, const Dataset& dataset, const std::vector<std::string>& hashes,
                    Parts& parts) {
  std::unordered_map<std::string, Part> by_path;
  std::unordered_map<std::string, Part> by_hash;
  for (auto& row : read_split_rows(file)) {
    by_path.emplace(std::move(row.path), row.part);
    by_hash.emplace(std::move(row.sha256), row.part);
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i]) {
      continue;
    }
    if (const auto row = by_path.find(dataset.items()[i].path); row != by_path.end()) {
      parts[i] = row->second;
    } else if (const auto same = by_hash.find(hashes[i]); same != by_hash.end()) {
      parts[i] = same->second;
    }
  }
}

/// Each class fills its quotas: groups of equal photos, in the order of their hash, go where most is missing. Those
/// that folders fixed have no share in them.
void fill_quotas(const Dataset& dataset, const std::vector<std::string>& hashes, const Shares& shares,
                 const Parts& fixed, Parts& parts) {
  std::unordered_map<std::string_view, Part> part_of_hash;  // equal photos stay together, across classes too
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i]) {
      part_of_hash.emplace(hashes[i], *parts[i]);
    }
  }
  std::vector<std::map<std::string_view, std::vector<std::size_t>>> open(dataset.classes().size());
  std::vector<Shares> placed(dataset.classes().size());
  std::vector<double> photos(dataset.classes().size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (fixed[i]) {
      continue;
    }
    const auto label = static_cast<std::size_t>(dataset.items()[i].label);
    photos[label] += 1;
    if (parts[i]) {
      placed[label][index(*parts[i])] += 1;
    } else {
      open[label][hashes[i]].push_back(i);
    }
  }
  for (std::size_t label = 0; label < open.size(); ++label) {
    for (const auto& [hash, group] : open[label]) {
      Shares missing{};  // share x photos of the class - photos placed
      for (std::size_t p = 0; p < kParts; ++p) {
        missing[p] = shares[p] * photos[label] - placed[label][p];
      }
      const auto most = std::ranges::max_element(missing) - missing.begin();
      const auto part = part_of_hash.emplace(hash, static_cast<Part>(most)).first->second;
      placed[label][index(part)] += static_cast<double>(group.size());
      for (const auto item : group) {
        parts[item] = part;
      }
    }
  }
}

/// One permutation of the open photos; the first floor(n x train) train, the others validate.
void cut_shuffled(const SplitOptions& options, Parts& parts) {
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i]) {
      open.push_back(i);
    }
  }
  RandomStream draws(options.seed, Purpose::kSplit);
  const auto order = permutation(static_cast<std::int64_t>(open.size()), draws);
  const auto train = static_cast<std::size_t>(std::floor(static_cast<double>(open.size()) * options.train));
  for (std::size_t k = 0; k < order.size(); ++k) {
    parts[open[static_cast<std::size_t>(order[k])]] = k < train ? Part::kTrain : Part::kVal;
  }
}

/// A part with a share must not come out empty, and every class must be learnt.
void check(const Dataset& dataset, const Split& split, bool wants_val) {
  std::vector<std::size_t> training(dataset.classes().size());
  std::size_t validating = 0;
  for (std::size_t i = 0; i < split.part.size(); ++i) {
    training[static_cast<std::size_t>(dataset.items()[i].label)] += split.part[i] == Part::kTrain ? 1 : 0;
    validating += split.part[i] == Part::kVal ? 1 : 0;
  }
  if (wants_val && validating == 0) {
    throw Error(Message::kTooFewPhotos, {{"where", dataset.root().string()},
                                         {"expected", "enough to keep at least one for validation"},
                                         {"got", fmt::format("{} of {} classes", dataset.size(), training.size())},
                                         {"hint", "add photos to each class"}});
  }
  if (const auto none = std::ranges::find(training, std::size_t{0}); none != training.end()) {
    throw Error(Message::kClassMissingInSplit,
                {{"where", dataset.classes()[static_cast<std::size_t>(none - training.begin())]}, {"got", "train"}});
  }
}

}  // namespace

std::vector<std::size_t> Split::items(Part wanted) const {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] == wanted) {
      out.push_back(i);
    }
  }
  return out;
}

Split make_split(const Dataset& dataset, const std::vector<std::string>& content_hashes, const SplitOptions& options) {
  if (content_hashes.size() != dataset.size()) {
    throw Error(Message::kWrongCall, {{"where", "make_split"},
                                      {"expected", fmt::format("{} content hashes", dataset.size())},
                                      {"got", fmt::format("{}", content_hashes.size())}});
  }
  const bool shuffles = options.mode == SplitOptions::Mode::kShuffle;
  auto quotas = options;
  if (shuffles) {  // what does not train validates
    quotas.val = 1 - quotas.train;
    quotas.test = 0;
  }
  auto shares = checked_shares(quotas);
  const auto fixed = fixed_parts(dataset, shares);
  auto parts = fixed;
  if (!options.existing.empty()) {
    apply_existing(options.existing, dataset, content_hashes, parts);
  }
  if (shuffles) {
    cut_shuffled(options, parts);
  } else {
    fill_quotas(dataset, content_hashes, shares, fixed, parts);
  }
  Split split;
  for (const auto part : parts) {
    split.part.push_back(part.value());
  }
  check(dataset, split, quotas.val > 0);
  return split;
}

}  // namespace alexnet
