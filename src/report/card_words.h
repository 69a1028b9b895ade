#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "alexnet/report/model_card.h"

/// The words of a model card in each language: one table, no other place.
namespace alexnet::report {

enum class CardWord : std::size_t {
  kTitle,
  kTitlePlain,
  kSummary,
  kSummaryPlain,
  kSummaryResult,
  kModel,
  kNetwork,
  kParameters,
  kMacs,
  kInput,
  kInputValue,
  kOutput,
  kOutputProbabilities,
  kOutputScores,
  kProgram,
  kClasses,
  kClassesIntro,
  kClass,
  kTrain,
  kVal,
  kTest,
  kAll,
  kPreparation,
  kSquash,
  kCrop,
  kCut,
  kGrey,
  kColour,
  kOrientation,
  kAsJson,
  kTraining,
  kData,
  kFingerprint,
  kPhotos,
  kPhotosValue,
  kSplit,
  kSplitQuota,
  kSplitShuffle,
  kRecipe,
  kSettings,
  kSeed,
  kEpochs,
  kEpochsValue,
  kUpdates,
  kTime,
  kMachine,
  kMachineValue,
  kResults,
  kResultsIntro,
  kMeasure,
  kValue,
  kInterval,
  kTop1,
  kTop5,
  kLoss,
  kGuessing,
  kMajority,
  kRecall,
  kPrecision,
  kF1,
  kPhotosColumn,
  kCalibration,
  kTemperature,
  kNll,
  kFittedOn,
  kFittedValue,
  kThreshold,
  kNoThreshold,
  kLimits,
  kLimitNames,
  kLimitWeakest,
  kLimitNoneRight,
  kLimitPair,
  kLimitPhotos,
  kLimitPhotosEven,
  kLimitFewTest,
  kLimitVal,
  kLimitNoThreshold,
  kLimitThreshold,
  kLimitAlarm,
  kLimitScores,
  kWeakestItem,
  kUse,
  kToFill,
  kToFillIntro,
  kFillPurpose,
  kFillLicence,
  kFillPhotos,
  kFillContact,
  kFillTraining,
  kFillResults,
  kFillCalibration,
  kListComma,
  kCount
};

/// The text with its {0}, {1} as they are.
[[nodiscard]] std::string_view card_word(CardWord word, CardLanguage language);

template <class... Arguments>
[[nodiscard]] std::string card_words(CardWord word, CardLanguage language, const Arguments&... arguments) {
  return fmt::format(fmt::runtime(card_word(word, language)), arguments...);
}

}  // namespace alexnet::report
