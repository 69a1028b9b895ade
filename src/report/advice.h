#pragma once

#include <string>
#include <vector>

#include "core/say.h"
#include "report/run_record.h"

/// What a run says about itself, and what to do about it. Every rule looks at the record alone.
namespace alexnet::report {

/// Something to do: at most kMostAdvice of them, the most urgent first.
struct Advice {
  std::string rule;      ///< its name, for tests and scripts: "gap"
  std::string text;      ///< what to do
  std::string evidence;  ///< the numbers that say so
  std::string command;   ///< exactly what to type
  std::string anchor;    ///< where the page shows it: "curves"
};
inline constexpr std::size_t kMostAdvice = 5;
[[nodiscard]] std::vector<Advice> advice_for(const RunRecord& record, const Say& say = Say());

/// A sentence about the result; kMostFindings of them, the most important first.
struct ResultFinding {
  std::string rule;
  std::string text;
  std::string anchor;
};
inline constexpr std::size_t kMostFindings = 3;
[[nodiscard]] std::vector<ResultFinding> findings_of(const RunRecord& record, const Say& say = Say());

// From where on a rule speaks.
inline constexpr double kWideGap = 0.20;    ///< train less val, in shares
inline constexpr double kHeavyPair = 0.10;  ///< of all errors, both ways together
inline constexpr std::int64_t kHeavyPairPhotos = 4;
inline constexpr double kWeakRecall = 0.50;
inline constexpr std::int64_t kFewTrainingPhotos = 30;
inline constexpr double kLongWait = 0.20;
inline constexpr double kOverconfident = 0.05;
inline constexpr std::size_t kSuspectLabels = 3;
inline constexpr double kTrustedTop1 = 0.75;  ///< a network that is often wrong says little about labels

}  // namespace alexnet::report
