#include "alexnet/infer/ensemble.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"

namespace alexnet {
namespace {

constexpr int kSteps = 20;  // of kWeightStep, from 0 to 1

/// The members without the photos that one of them skipped.
std::vector<PhotoScores> in_common(std::vector<PhotoScores> members) {
  std::map<std::size_t, BadPhoto> skipped;
  for (const PhotoScores& member : members) {
    for (const BadPhoto& photo : member.skipped) {
      skipped.emplace(photo.item, photo);
    }
  }
  for (PhotoScores& member : members) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < member.items.size(); ++i) {
      if (!skipped.contains(member.items[i])) {
        member.items[kept] = member.items[i];
        member.labels[kept] = member.labels[i];
        std::swap(member.scores[kept], member.scores[i]);
        ++kept;
      }
    }
    member.items.resize(kept);
    member.labels.resize(kept);
    member.scores.resize(kept);
    member.skipped.clear();
    for (const auto& [item, photo] : skipped) {
      member.skipped.push_back(photo);
    }
  }
  return members;
}

std::size_t classes_of(const PhotoScores& member) { return member.scores.empty() ? 0 : member.scores.front().size(); }

/// How good an ensemble is on photos.
struct Merit {
  std::int64_t right = 0;
  double loss = 0;
};

Merit merit_of(const PhotoScores& scores) {
  Merit merit;
  for (std::size_t i = 0; i < scores.items.size(); ++i) {
    const Verdict verdict = judge(scores.scores[i], scores.labels[i], scores.output);
    merit.right += verdict.predicted == scores.labels[i] ? 1 : 0;
    merit.loss += verdict.loss;
  }
  return merit;
}

bool is_better(const Merit& a, const Merit& b) { return a.right != b.right ? a.right > b.right : a.loss < b.loss; }

}  // namespace

Ensemble::Ensemble(std::vector<PhotoScores> members) : members_(in_common(std::move(members))) {
  const auto differs = [this](const PhotoScores& member) {
    const PhotoScores& first = members_.front();
    return member.items != first.items || member.labels != first.labels || member.output != first.output ||
           classes_of(member) != classes_of(first);
  };
  if (members_.empty() || std::ranges::any_of(members_, differs)) {
    throw Error(Message::kWrongCall, {{"where", "Ensemble"},
                                      {"expected", "members that saw the same photos and give the same kind of scores"},
                                      {"got", members_.empty() ? "no member" : "others"}});
  }
}

PhotoScores Ensemble::mean(std::span<const double> weights) const {
  const std::vector<double> share = weight_shares(weights, members_.size());
  PhotoScores result = members_.front();
  std::vector<std::vector<double>> rows(members_.size());
  for (std::size_t photo = 0; photo < result.items.size(); ++photo) {
    for (std::size_t m = 0; m < members_.size(); ++m) {
      rows[m] = members_[m].scores[photo];
    }
    result.scores[photo] = mean_scores(rows, share, result.output);
  }
  return result;
}

std::vector<double> Ensemble::search_weights() const {
  std::vector<double> weights(members_.size(), 1.0);
  Merit best = merit_of(mean(weights));
  for (bool changed = true; changed;) {
    changed = false;
    for (double& weight : weights) {
      double kept = weight;
      for (int step = 0; step <= kSteps; ++step) {
        weight = step * kWeightStep;
        if (std::ranges::all_of(weights, [](double w) { return w == 0; })) {
          continue;
        }
        const Merit merit = merit_of(mean(weights));
        if (is_better(merit, best)) {
          best = merit;
          kept = weight;
          changed = true;
        }
      }
      weight = kept;
    }
  }
  return weight_shares(weights, members_.size());
}

std::vector<double> weight_shares(std::span<const double> weights, std::size_t members) {
  std::vector<double> shares(weights.begin(), weights.end());
  if (shares.empty()) {
    shares.assign(members, 1.0);
  }
  const bool good = std::ranges::all_of(shares, [](double w) { return std::isfinite(w) && w >= 0; });
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  if (shares.size() != members || !good || !(sum > 0)) {
    throw Error(Message::kOptionInvalid,
                {{"where", "weights"},
                 {"expected", fmt::format("a weight of 0 or more for each of {} models, not all 0", members)},
                 {"got", fmt::format("{}", fmt::join(weights, ","))}});
  }
  for (double& share : shares) {
    share /= sum;
  }
  return shares;
}

void check_same_answers(const Model& first, const std::string& first_name, const Model& other,
                        const std::string& other_name) {
  const auto reject = [&](Message message, std::string expected, std::string got) {
    throw Error(message, {{"where", other_name},
                          {"expected", fmt::format("{}, as in {}", expected, first_name)},
                          {"got", std::move(got)},
                          {"hint", "models answer together only where they were trained on the same classes"}});
  };
  if (other.network.classes() != first.network.classes()) {
    reject(Message::kClassCountDiffers, fmt::format("{} classes", first.network.classes()),
           fmt::format("{}", other.network.classes()));
  }
  const auto [a, b] = std::ranges::mismatch(first.classes, other.classes);
  if (a != first.classes.end() && b != other.classes.end()) {  // a model may have no names
    reject(Message::kClassCountDiffers, fmt::format("class {} to be {}", a - first.classes.begin(), *a), *b);
  }
  if (other.network.output() != first.network.output()) {
    const auto words = [](OutputKind output) {
      return output == OutputKind::kProbabilities ? "probabilities" : "hinge scores";
    };
    reject(Message::kOptionInvalid, words(first.network.output()), words(other.network.output()));
  }
}

}  // namespace alexnet
