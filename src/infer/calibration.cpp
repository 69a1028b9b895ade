#include "alexnet/infer/calibration.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"
#include "alexnet/infer/predictor.h"

namespace alexnet {
namespace {

using nlohmann::ordered_json;

constexpr int kHalvings = 50;  // of an interval of length 10: to 1e-14

void check_probabilities(const PhotoScores& scores, const char* where) {
  if (scores.output != OutputKind::kProbabilities) {
    throw Error(Message::kWrongCall,
                {{"where", where}, {"expected", "scores of a network of probabilities"}, {"got", "hinge scores"}});
  }
}

std::vector<double> scaled(std::span<const double> scores, double factor) {
  std::vector<double> result(scores.begin(), scores.end());
  for (double& score : result) {
    score *= factor;
  }
  return result;
}

std::vector<Answer> answers_of(const PhotoScores& scores, double temperature) {
  std::vector<Answer> answers;
  answers.reserve(scores.scores.size());
  for (std::size_t i = 0; i < scores.scores.size(); ++i) {
    const Verdict verdict = judge(scaled(scores.scores[i], 1 / temperature), scores.labels[i], scores.output);
    answers.push_back({verdict.value, verdict.predicted == scores.labels[i], verdict.loss});
  }
  return answers;
}

/// d nll / d (1 / temperature): mean(sum over j of p[j] s[j] - s[label]) with p = softmax(s / temperature)
double slope(const PhotoScores& scores, double inverse) {
  double sum = 0;
  for (std::size_t i = 0; i < scores.scores.size(); ++i) {
    const std::vector<double>& s = scores.scores[i];
    const std::vector<double> p = output_values(scaled(s, inverse), scores.output);
    sum += std::inner_product(s.begin(), s.end(), p.begin(), 0.0) - s[static_cast<std::size_t>(scores.labels[i])];
  }
  return sum / static_cast<double>(std::max<std::size_t>(1, scores.scores.size()));
}

ordered_json reliability_json(const Reliability& reliability) {
  ordered_json bins = ordered_json::array();
  for (const ReliabilityBin& bin : reliability.bins) {
    bins.push_back({{"low", bin.low},
                    {"high", bin.high},
                    {"count", bin.count},
                    {"confidence", bin.confidence},
                    {"accuracy", bin.accuracy}});
  }
  return {{"ece", reliability.ece}, {"nll", reliability.nll}, {"bins", bins}};
}

ordered_json or_null(const std::optional<double>& value) { return value ? ordered_json(*value) : ordered_json(); }

}  // namespace

Reliability reliability(const PhotoScores& scores, double temperature) {
  check_probabilities(scores, "reliability");
  return reliability(answers_of(scores, temperature));
}

Reliability reliability(std::span<const Answer> answers) {
  Reliability result;
  for (int b = 0; b < kReliabilityBins; ++b) {
    result.bins.push_back({static_cast<double>(b) / kReliabilityBins, static_cast<double>(b + 1) / kReliabilityBins});
  }
  const auto photos = static_cast<double>(std::max<std::size_t>(1, answers.size()));
  for (const Answer& answer : answers) {
    const int bin = std::clamp(static_cast<int>(answer.confidence * kReliabilityBins), 0, kReliabilityBins - 1);
    ReliabilityBin& found = result.bins[static_cast<std::size_t>(bin)];
    ++found.count;
    found.confidence += answer.confidence;
    found.accuracy += answer.right ? 1 : 0;
    result.nll += answer.loss / photos;
  }
  for (ReliabilityBin& bin : result.bins) {
    result.ece += std::abs(bin.accuracy - bin.confidence) / photos;  // sums so far: count |accuracy - confidence|
    const auto count = static_cast<double>(std::max<std::int64_t>(1, bin.count));
    bin.confidence /= count;
    bin.accuracy /= count;
  }
  return result;
}

double fit_temperature(const PhotoScores& scores) {
  check_probabilities(scores, "fit_temperature");
  const std::vector<Answer> answers = answers_of(scores, 1);
  const bool all_right = std::ranges::all_of(answers, &Answer::right);
  double low = 1 / kMostTemperature;  // of 1 / temperature
  double high = all_right ? 1 : kMostTemperature;
  if (slope(scores, low) >= 0) {
    return 1 / low;
  }
  if (slope(scores, high) <= 0) {
    return 1 / high;
  }
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (slope(scores, middle) < 0 ? low : high) = middle;
  }
  return 2 / (low + high);
}

std::optional<double> find_threshold(const PhotoScores& scores, double temperature, double precision) {
  check_probabilities(scores, "find_threshold");
  std::vector<Answer> answers = answers_of(scores, temperature);
  std::ranges::sort(answers, std::greater<>(), &Answer::confidence);
  std::optional<double> threshold;
  std::int64_t right = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    right += answers[i].right ? 1 : 0;
    if (i + 1 < answers.size() && answers[i + 1].confidence == answers[i].confidence) {
      continue;  // photos of equal confidence are answered together
    }
    const auto answered = static_cast<std::int64_t>(i) + 1;
    if (answered >= kFewestToCalibrate && static_cast<double>(right) >= precision * static_cast<double>(answered)) {
      threshold = answers[i].confidence;
    }
  }
  return threshold;
}

std::optional<Calibration> calibrate(const PhotoScores& scores, const std::string& part) {
  const auto photos = static_cast<std::int64_t>(scores.scores.size());
  if (scores.output != OutputKind::kProbabilities || photos < kFewestToCalibrate) {
    return std::nullopt;
  }
  const double temperature = fit_temperature(scores);
  return Calibration{.temperature = temperature,
                     .threshold = find_threshold(scores, temperature, kTrustedPrecision),
                     .part = part,
                     .photos = photos,
                     .nll_before = reliability(scores).nll,
                     .nll_after = reliability(scores, temperature).nll};
}

std::string to_json(const Calibration& calibration) {
  const ordered_json fact = {{"temperature", calibration.temperature},
                             {"threshold", or_null(calibration.threshold)},
                             {"threshold_precision", kTrustedPrecision},
                             {"part", calibration.part},
                             {"photos", calibration.photos},
                             {"nll_before", calibration.nll_before},
                             {"nll_after", calibration.nll_after}};
  return fact.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::optional<Calibration> calibration_of(const Model& model) {
  const auto fact = model.facts.find(kCalibrationFact);
  if (fact == model.facts.end()) {
    return std::nullopt;
  }
  Calibration calibration;
  try {
    const auto json = nlohmann::json::parse(fact->second);
    calibration.temperature = json.at("temperature").get<double>();
    if (!json.at("threshold").is_null()) {
      calibration.threshold = json.at("threshold").get<double>();
    }
    calibration.part = json.at("part").get<std::string>();
    calibration.photos = json.at("photos").get<std::int64_t>();
    calibration.nll_before = json.at("nll_before").get<double>();
    calibration.nll_after = json.at("nll_after").get<double>();
  } catch (const nlohmann::json::exception&) {
    calibration.temperature = 0;
  }
  if (!(calibration.temperature > 0 && std::isfinite(calibration.temperature))) {
    throw Error(Message::kModelInvalid,
                {{"where", model.network.name()}, {"reason", "its \"fact/calibration\" is not as it should be"}});
  }
  return calibration;
}

std::vector<double> calibrated_values(std::span<const double> scores, OutputKind output,
                                      const std::optional<Calibration>& calibration) {
  if (!calibration || output != OutputKind::kProbabilities) {
    return output_values(scores, output);
  }
  return output_values(scaled(scores, 1 / calibration->temperature), output);
}

CalibrationReport calibration_report(const PhotoScores& scores, const std::optional<Calibration>& calibration) {
  check_probabilities(scores, "calibration_report");
  return calibration_report(answers_of(scores, 1),
                            calibration ? answers_of(scores, calibration->temperature) : std::vector<Answer>(),
                            calibration);
}

CalibrationReport calibration_report(std::span<const Answer> before, std::span<const Answer> after,
                                     const std::optional<Calibration>& calibration) {
  CalibrationReport report{reliability(before), calibration};
  if (!calibration) {
    return report;
  }
  report.after = reliability(after);
  if (calibration->threshold) {
    report.answered = 0;
    for (const Answer& answer : after) {
      const bool answered = answer.confidence >= *calibration->threshold;
      *report.answered += answered ? 1 : 0;
      report.answered_right += answered && answer.right ? 1 : 0;
    }
  }
  return report;
}

std::string to_json(const CalibrationReport& report) {
  ordered_json json = {{"bins", kReliabilityBins}, {"before", reliability_json(report.before)}};
  if (report.calibration) {
    const Calibration& c = *report.calibration;
    json["temperature"] = c.temperature;
    json["threshold"] = or_null(c.threshold);
    json["fitted_on"] = {
        {"part", c.part}, {"photos", c.photos}, {"nll_before", c.nll_before}, {"nll_after", c.nll_after}};
    json["after"] = reliability_json(*report.after);
  }
  if (report.answered) {
    std::int64_t photos = 0;
    for (const ReliabilityBin& bin : report.before.bins) {
      photos += bin.count;
    }
    const auto share = [](std::int64_t part, std::int64_t whole) {
      return whole > 0 ? ordered_json(static_cast<double>(part) / static_cast<double>(whole)) : ordered_json();
    };
    json["answered"] = {{"count", *report.answered},
                        {"share", share(*report.answered, photos)},
                        {"precision", share(report.answered_right, *report.answered)}};
  }
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace alexnet
