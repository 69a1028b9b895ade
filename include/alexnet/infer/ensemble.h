#pragma once

#include <span>
#include <string>
#include <vector>

#include "alexnet/formats/model_file.h"
#include "alexnet/infer/evaluation.h"

namespace alexnet {

/// Step of search_weights.
inline constexpr double kWeightStep = 0.05;

/// Several models that answer together: their answers are averaged with weights.
/// Source: Krizhevsky et al. 2012, section 6 (5 and 7 networks), and the authors' program.
class Ensemble {
 public:
  /// What each model says of the same photos, in the same order. Photos that one of them could not read are left out
  /// for all. Throws kWrongCall where photos, labels, numbers of classes or outputs differ, or there is no member.
  explicit Ensemble(std::vector<PhotoScores> members);

  /// The weighted mean (see mean_scores). Throws what weight_shares throws.
  [[nodiscard]] PhotoScores mean(std::span<const double> weights) const;

  /// Weights that suit these photos, one a member, of sum 1. Coordinate search: all begin with 1; in turn each weight
  /// takes the best of 0, 0.05 ... 1 while the others stay, until a whole round changes nothing. Better is more photos
  /// right, then a smaller loss; of equal ones the weight that was there stays, else the smallest is taken. So the
  /// result is never worse than equal weights on these photos, and always the same.
  [[nodiscard]] std::vector<double> search_weights() const;

 private:
  std::vector<PhotoScores> members_;
};

/// Weights divided by their sum; equal ones where there are none. Throws kOptionInvalid unless there is one a member,
/// each finite and not negative, and not all are 0.
[[nodiscard]] std::vector<double> weight_shares(std::span<const double> weights, std::size_t members);

/// Checks that two models answer alike: the same classes in the same order (kClassCountDiffers), and both probabilities
/// or both scores (kOptionInvalid). The names stand in the message.
void check_same_answers(const Model& first, const std::string& first_name, const Model& other,
                        const std::string& other_name);

}  // namespace alexnet
