#include "data/check_copies.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <numeric>
#include <set>
#include <string_view>
#include <thread>

#include <fmt/format.h>

namespace alexnet {
namespace {

struct Pair {
  std::size_t a;
  std::size_t b;
  double difference;
};

/// Sets of photos that belong together.
class Groups {
 public:
  explicit Groups(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }

  std::size_t find(std::size_t i) {
    while (parent_[i] != i) {
      parent_[i] = parent_[parent_[i]];
      i = parent_[i];
    }
    return i;
  }
  void join(std::size_t a, std::size_t b) { parent_[std::max(find(a), find(b))] = std::min(find(a), find(b)); }

 private:
  std::vector<std::size_t> parent_;
};

/// Photos by their content, first ones in the order of paths.
std::map<std::string_view, std::vector<std::size_t>> by_content(const std::vector<PlacedPhoto>& photos) {
  std::map<std::string_view, std::vector<std::size_t>> same;
  for (std::size_t i = 0; i < photos.size(); ++i) {
    if (!photos[i].photo.sha256.empty()) {
      same[photos[i].photo.sha256].push_back(i);
    }
  }
  return same;
}

/// All pairs of `chosen` photos that differ by options.near at most.
std::vector<Pair> near_pairs(const std::vector<PlacedPhoto>& photos, const std::vector<std::size_t>& chosen,
                             const CheckOptions& options) {
  std::vector<Pair> pairs;
  std::mutex mutex;
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < chosen.size(); i = next++) {
      const auto& print = *photos[chosen[i]].photo.print;
      for (std::size_t k = i + 1; k < chosen.size(); ++k) {
        const auto& other = *photos[chosen[k]].photo.print;
        if (!may_be_alike(print, other)) {
          continue;
        }
        if (const double d = difference(print, other); d <= options.near) {
          const std::lock_guard lock(mutex);
          pairs.push_back({chosen[i], chosen[k], d});
        }
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (int t = 1; t < options.threads; ++t) {
      helpers.emplace_back(work);
    }
    work();
  }
  return pairs;
}

/// What a group of copies means.
class Judge {
 public:
  Judge(const std::vector<PlacedPhoto>& photos, std::vector<Finding>& findings)
      : photos_(photos), findings_(findings) {}

  /// `members` in any order; `nearest` and `farthest`: differences of the pairs that made the group, below 0 where all
  /// are equal.
  void judge(std::vector<std::size_t> members, double nearest, double farthest) {
    // Test photos before validation photos before training photos: a leak is mended in the last.
    std::ranges::sort(members, {}, [&](std::size_t i) { return std::pair(-part_of(i), i); });
    std::set<int> parts;
    std::set<std::size_t> classes;
    for (const auto i : members) {
      parts.insert(part_of(i));
      classes.insert(photos_[i].label);
    }
    const auto words = farthest < 0 ? std::string("equal files") : fmt::format("difference {:.1f}", farthest);
    const auto kept = std::ranges::count_if(members, [&](auto i) { return part_of(i) == part_of(members.front()); });
    if (parts.size() > 1) {
      add(FindingKind::kLeak, members, words, static_cast<std::size_t>(kept), nearest);
    }
    if (classes.size() > 1) {
      add(FindingKind::kTwoClasses, members, words, 0, nearest);
    }
    if (parts.size() == 1 && classes.size() == 1) {
      add_within_class(members, words, farthest);
    }
  }

 private:
  [[nodiscard]] int part_of(std::size_t i) const { return photos_[i].part ? static_cast<int>(*photos_[i].part) : 0; }

  void add_within_class(const std::vector<std::size_t>& members, const std::string& words, double farthest) {
    std::map<std::string_view, std::vector<std::size_t>> same;
    for (const auto i : members) {
      same[photos_[i].photo.sha256].push_back(i);
    }
    std::vector<std::size_t> different;
    for (const auto& [hash, equal] : same) {
      different.push_back(equal.front());
      if (equal.size() > 1) {
        add(FindingKind::kDuplicate, equal, "", 1, 0);
      }
    }
    if (different.size() > 1) {
      std::ranges::sort(different);
      add(FindingKind::kNearDuplicate, different, words, 1, -farthest);  // those first that want a look
    }
  }

  void add(FindingKind kind, const std::vector<std::size_t>& members, const std::string& words, std::size_t keep,
           double order) {
    Finding finding{.kind = kind, .detail = words, .keep = keep, .order = order};
    for (const auto i : members) {
      finding.files.push_back(photos_[i].photo.path);
    }
    findings_.push_back(std::move(finding));
  }

  const std::vector<PlacedPhoto>& photos_;
  std::vector<Finding>& findings_;
};

}  // namespace

std::vector<Finding> find_copies(const std::vector<PlacedPhoto>& photos, const CheckOptions& options) {
  Groups groups(photos.size());
  std::vector<std::size_t> chosen;  // one of each content
  for (const auto& [hash, equal] : by_content(photos)) {
    for (const auto i : equal) {
      groups.join(equal.front(), i);
    }
    if (photos[equal.front()].photo.print) {
      chosen.push_back(equal.front());
    }
  }
  struct Range {
    double nearest = 100;
    double farthest = -1;
  };
  std::map<std::size_t, Range> ranges;
  const auto pairs = options.near > 0 ? near_pairs(photos, chosen, options) : std::vector<Pair>{};
  for (const auto& pair : pairs) {
    groups.join(pair.a, pair.b);
  }
  for (const auto& pair : pairs) {
    auto& range = ranges[groups.find(pair.a)];
    range.nearest = std::min(range.nearest, pair.difference);
    range.farthest = std::max(range.farthest, pair.difference);
  }
  std::map<std::size_t, std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < photos.size(); ++i) {
    members[groups.find(i)].push_back(i);
  }
  std::vector<Finding> findings;
  Judge judge(photos, findings);
  for (const auto& [root, group] : members) {
    if (group.size() > 1) {
      const auto found = ranges.find(root);
      judge.judge(group, found == ranges.end() ? -1 : found->second.nearest,
                  found == ranges.end() ? -1 : found->second.farthest);
    }
  }
  return findings;
}

}  // namespace alexnet
