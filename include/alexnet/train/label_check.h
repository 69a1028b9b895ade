#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "alexnet/data/check.h"
#include "alexnet/data/dataset.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/infer/evaluation.h"
#include "alexnet/runtime/backend.h"

/// Which photos of a set are likely in the wrong class: each is judged by a classifier that has not seen it.
namespace alexnet {

/// A photo whose class the others of its class speak against.
struct SuspectLabel {
  std::size_t item = 0;
  std::int32_t given = 0;
  std::int32_t proposed = 0;
  double probability = 0;        ///< of the proposed class
  double given_probability = 0;  ///< of the given one
};

struct LabelCheck {
  std::int64_t photos = 0;                  ///< that were judged
  double top1 = 0;                          ///< share of the photos whose given class was the most likely one
  double wrong_share = 0;                   ///< expected share of wrong labels (see judge_labels)
  std::vector<SuspectLabel> suspects = {};  ///< most suspect first
  std::vector<BadPhoto> skipped = {};
  std::string features = {};  ///< what the classifier looked at, in words
};

/// Confident learning over probabilities that come from classifiers which had not seen the photo. With y the given
/// class and p the probabilities of a photo:
///   t[j]    = mean of p[j] over the photos of class j
///   l       = the class of largest p[l] among those with p[l] >= t[l]; a photo with none of these is left out of C
///   C[y][l] = number of such photos
///   wrong   = 1 - sum_j n[j] C[j][j] / sum_l C[j][l] / sum_j n[j],   n[j] photos of class j
/// Suspect are those of C beside its diagonal, by the margin p[y] - p[l], the smallest first.
/// A weak classifier makes confident mistakes, and `wrong` too large.
/// Source: Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset Labels", equations
/// 1 to 3 and section 4.
[[nodiscard]] LabelCheck judge_labels(const std::vector<std::int32_t>& labels,
                                      const std::vector<std::vector<double>>& probabilities);

/// A network whose scores are features of a photo, with its weights.
struct FeatureModel {
  Model model;
  std::string words;  ///< "conv1 to pool5 of bvlc.safetensors"
};

/// Features of pretrained weights. Of a model of ours, the input of its last dense layer; of another safetensors file,
/// the output of the layer in front of the first whose parameters it lacks, in that of `networks` which most of its
/// tensors fit. Maps are averaged in 3 x 3 cells. Do not use a model that was trained on the photos that are to be
/// checked: it knows their labels by heart. Throws what read_model and read_fitting_weights throw.
[[nodiscard]] FeatureModel pretrained_features(const std::filesystem::path& model_or_weights,
                                               const std::vector<Network>& networks);
/// Features that need no weights: patches of the photos as filters (patch_model).
[[nodiscard]] FeatureModel patch_features(const Dataset& dataset);

struct LabelCheckOptions {
  int folds = 5;
  int threads = 0;  ///< of the computation; 0 = the backend's default
  std::uint64_t seed = 1;
  /// Photos, by path, that are copies of each other: they are judged by the same classifier, which saw none of them.
  std::vector<std::vector<std::string>> copies = {};
};

/// Makes features of each photo and of its mirror image, and trains a linear classifier (softmax) on those of all folds
/// but one, for each fold; the photos of that fold are judged by it. Classes are spread evenly over the folds. Repeats.
/// Memory: 8 bytes a feature and photo. Nothing when `progress` ended it.
/// Throws kTooFewPhotos where fewer than two classes or fewer photos than folds can be read.
[[nodiscard]] std::optional<LabelCheck> check_labels(const Dataset& dataset, const FeatureModel& features,
                                                     const Backend& backend, const LabelCheckOptions& options = {},
                                                     const EvaluationProgress& progress = {});

/// The copies that a check of the folder found, for LabelCheckOptions.
[[nodiscard]] std::vector<std::vector<std::string>> copies_in(const CheckResult& result);
/// Puts what was found into the result of a check of the same folder, as findings kWrongLabel.
void add_to(CheckResult& result, const LabelCheck& labels, const Dataset& dataset);

}  // namespace alexnet
