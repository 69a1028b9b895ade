#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "alexnet/formats/model_file.h"
#include "alexnet/infer/evaluation.h"

/// Whether a probability means what it says. Source: Guo et al. 2017, "On calibration of modern neural networks".
namespace alexnet {

inline constexpr int kReliabilityBins = 15;
/// Photos that a temperature or a threshold is found on, at least.
inline constexpr std::int64_t kFewestToCalibrate = 20;
/// Share of answers that are right on the photos that a threshold is found on.
inline constexpr double kTrustedPrecision = 0.95;
/// Temperatures lie within [1 / this, this].
inline constexpr double kMostTemperature = 10;

/// Photos whose confidence (the probability of the predicted class) lies in [low, high); 1 belongs to the last bin.
struct ReliabilityBin {
  double low = 0;
  double high = 1;
  std::int64_t count = 0;
  double confidence = 0;  ///< mean; 0 in an empty bin
  double accuracy = 0;    ///< share that is right; 0 in an empty bin
};

struct Reliability {
  /// Expected calibration error: sum over bins of count / photos |accuracy - confidence|.
  double ece = 0;
  double nll = 0;                    ///< mean of -log(probability of the true class)
  std::vector<ReliabilityBin> bins;  ///< kReliabilityBins of equal width
};

/// How sure a model is of a photo, whether it is right, and -log of what it gives to the true class.
struct Answer {
  double confidence = 0;
  bool right = false;
  double loss = 0;
};
[[nodiscard]] Reliability reliability(std::span<const Answer> answers);
/// Of probabilities softmax(scores / temperature). Throws kWrongCall for hinge scores.
[[nodiscard]] Reliability reliability(const PhotoScores& scores, double temperature = 1);

/// What a model learnt about its own confidence; kept in its file as the fact `calibration`.
struct Calibration {
  double temperature = 1;  ///< probabilities are softmax(scores / temperature)
  /// Least confidence of an answer that is to be trusted; below it the photo is unknown. None: no confidence was
  /// enough.
  std::optional<double> threshold = {};
  std::string part = {};    ///< what it was found on: "val"
  std::int64_t photos = 0;  ///< their number
  double nll_before = 0;    ///< on them, with temperature 1
  double nll_after = 0;
};

/// The temperature of the smallest nll on these photos. nll is convex in 1 / temperature: its slope
/// mean(sum over j of p[j] s[j] - s[label]) is bisected. Where no photo is wrong the nll has no smallest value; then
/// the temperature is at least 1, so that a few easy photos do not make the model overconfident.
[[nodiscard]] double fit_temperature(const PhotoScores& scores);

/// The smallest confidence c such that of the photos with confidence >= c a share of at least `precision` is right, and
/// they are kFewestToCalibrate at least; nothing where there is none.
[[nodiscard]] std::optional<double> find_threshold(const PhotoScores& scores, double temperature, double precision);

/// Temperature and threshold found on photos that the model was not trained on; nothing for hinge scores and for fewer
/// than kFewestToCalibrate photos.
[[nodiscard]] std::optional<Calibration> calibrate(const PhotoScores& scores, const std::string& part);

/// The text of the fact.
[[nodiscard]] std::string to_json(const Calibration& calibration);
/// The name of the fact in Model::facts.
inline constexpr const char* kCalibrationFact = "calibration";
/// What the model's fact says; nothing where it has none. Throws kModelInvalid.
[[nodiscard]] std::optional<Calibration> calibration_of(const Model& model);

/// output_values of scores / temperature: what a model with a calibration says.
[[nodiscard]] std::vector<double> calibrated_values(std::span<const double> scores, OutputKind output,
                                                    const std::optional<Calibration>& calibration);

/// How far the confidence of a model can be trusted on photos whose classes are known.
struct CalibrationReport {
  Reliability before;                         ///< with temperature 1
  std::optional<Calibration> calibration;     ///< the model's
  std::optional<Reliability> after = {};      ///< with its temperature
  std::optional<std::int64_t> answered = {};  ///< photos whose confidence reaches its threshold
  std::int64_t answered_right = 0;
};
/// Throws kWrongCall for hinge scores.
[[nodiscard]] CalibrationReport calibration_report(const PhotoScores& scores,
                                                   const std::optional<Calibration>& calibration);
/// From answers with temperature 1 and, of a model with a calibration, with its temperature.
[[nodiscard]] CalibrationReport calibration_report(std::span<const Answer> before, std::span<const Answer> after,
                                                   const std::optional<Calibration>& calibration);
/// JSON object: bins (number), before.{ece, nll, bins[].{low, high, count, confidence, accuracy}}, and of a model with
/// a calibration: temperature, threshold, fitted_on.{part, photos, nll_before, nll_after}, after, answered.{count,
/// share, precision}.
[[nodiscard]] std::string to_json(const CalibrationReport& report);

}  // namespace alexnet
