#pragma once

#include <array>

/// Every sentence of a report, as a format string. What stands in braces is filled in; names are escaped before.
namespace alexnet::report::texts {

// Columns of tables
inline constexpr std::array kEpochColumns = {"epoch",     "train loss", "train top-1", "val loss", "val top-1",
                                             "val top-5", "rate",       "seconds",     "photos/s", "best"};
inline constexpr std::array kPairColumns = {"true class", "taken for", "photos", "of its class", "of all errors"};
inline constexpr std::array kBinColumns = {"photos", "confidence", "right"};
inline constexpr const char* kBestSoFar = "best so far";
inline constexpr const char* kEpoch = "epoch";
inline constexpr const char* kAxisTop1 = "top-1";
inline constexpr const char* kAxisLoss = "loss";
inline constexpr const char* kAxisRate = "rate";
inline constexpr const char* kChanceLine = "chance";
inline constexpr const char* kRate = "Learning rate";
inline constexpr const char* kRateAlt = "Of each epoch's last step; at most {}, at last {}.";

// Head of the page
inline constexpr const char* kTitle = "{}: {}";
inline constexpr const char* kHeadline = "{} tells {} classes of {} apart";
inline constexpr const char* kTask =
    "Trained on {} photos; {} others chose the best epoch, and the figures below come from {} that it had never seen.";
inline constexpr const char* kTaskVal =
    "Trained on {} photos; {} others chose the best epoch, and the figures below come from those same photos, so they "
    "are "
    "somewhat too good. There is no test part.";
inline constexpr const char* kTaskInterim =
    "Being trained on {} photos. The figures below are of the best model so far, on the {} photos of val that choose "
    "it; "
    "the test part is looked at once, at the end.";
inline constexpr const char* kTaskNothing =
    "To be trained on {} photos. There is no measured epoch with a saved model yet.";
inline constexpr const char* kStateRunning =
    "This training is still going on, or it was killed. This page shows how far it had come when the page was written.";
inline constexpr const char* kStateStopped = "This training was stopped. It can go on: {}";
inline constexpr const char* kStateFailed = "This training ended with an error: {}";
inline constexpr const char* kTop1 = "top-1 on {} {} photos";
inline constexpr const char* kTop5 = "top-5";
inline constexpr const char* kInterval = "95 % interval {}";
inline constexpr const char* kTop5Plain = "of 5 classes or fewer it is always 100 %";
inline constexpr const char* kChance = "guessing";
inline constexpr const char* kMajority = "always \"{}\", the largest class: {}";
inline constexpr const char* kTime = "training time";
inline constexpr const char* kPhotosASecond = "{} photos a second";
inline constexpr const char* kBestEpoch = "best epoch";
inline constexpr const char* kOfEpochs = "of {}; top-1 {} on val";
inline constexpr const char* kFindings = "What stands out";
inline constexpr const char* kFooter =
    "Written by alexnet {} from the files of the run: run.json, metrics.csv, predictions.csv, split.csv, recipe.toml. "
    "Nothing is fetched from elsewhere. {} pictures, {} heat maps.";
inline constexpr const char* kPhotosMissing = "Pictures are left out: {}";
inline constexpr const char* kShelfFull = "Some pictures are left out: a report holds {} MB of them at most.";

// Names of the parts
inline constexpr const char* kNavAdvice = "What to do next";
inline constexpr const char* kNavCurves = "Curves";
inline constexpr const char* kNavMatrix = "Confusion matrix";
inline constexpr const char* kNavLists = "Photos to look at";
inline constexpr const char* kNavClasses = "Classes";
inline constexpr const char* kNavCalibration = "Calibration";
inline constexpr const char* kNavData = "Data";
inline constexpr const char* kNavTraining = "How it was trained";

// Pictures, cards and lists of files
inline constexpr const char* kAltPhoto = "photo {}, class {}";
inline constexpr const char* kAltHeat = "where the evidence for {} lies in {}";
inline constexpr const char* kIs = "is {}";
inline constexpr const char* kIsRight = "is {}: right";
inline constexpr const char* kIsTaken = "is {}, taken for {}";
inline constexpr const char* kTruth = "{} (true)";
inline constexpr const char* kNoPicture = "no picture";
inline constexpr const char* kFiles = "File list ({})";
inline constexpr const char* kFilesMore = "... and {} more in predictions.csv";
inline constexpr const char* kCopy = "Copy the file list";
inline constexpr const char* kCopied = "Copied";
inline constexpr const char* kMoreCards = "{} of {} are shown; the file list has more.";
inline constexpr const char* kClose = "close";

// Advice
inline constexpr const char* kNoAdvice = "No rule found anything to do.";
inline constexpr const char* kWhere = "see";

// Curves
inline constexpr const char* kNoEpochs = "No epoch was measured yet.";
inline constexpr const char* kStopDone = "It ended because all {} epochs were trained.";
inline constexpr const char* kStopPatience = "It ended because {} epochs brought nothing better (patience {}).";
inline constexpr const char* kStopStopped = "It was stopped after epoch {} of {}.";
inline constexpr const char* kStopFailed = "It ended with an error after epoch {} of {}.";
inline constexpr const char* kStopRunning = "Epoch {} of {} was the last when this page was written.";
inline constexpr const char* kMarkDone = "end: all trained";
inline constexpr const char* kMarkPatience = "end: patience";
inline constexpr const char* kMarkStopped = "stopped";
inline constexpr const char* kMarkFailed = "failed";
inline constexpr const char* kMarkRunning = "so far";
inline constexpr const char* kCurvesNote =
    "Every point is one epoch; nothing is smoothed. Training values are running means while the weights changed, with "
    "dropout and augmentation: they are not measured as val is. Epoch 0 is the untrained network.";
inline constexpr const char* kCurvesTable = "All epochs as a table";

// Confusion matrix
inline constexpr const char* kMatrixNote =
    "A row is a true class, a column what it was taken for. Each cell has the number of photos and its share of the "
    "row; "
    "choose one to see its photos.";
inline constexpr const char* kMatrixBlock =
    "Of {} classes the {} with most errors are shown; the pairs below hold every class.";
inline constexpr const char* kMatrixAlt = "Confusion matrix of {} photos of {}: {} are right, {} are wrong.";
inline constexpr const char* kMatrixTruth = "true class";
inline constexpr const char* kMatrixOthers = "others";
inline constexpr const char* kCellLabel = "{} photos of {} taken for {}";
inline constexpr const char* kCellRightLabel = "{} photos of {}, right";
inline constexpr const char* kPairs = "All mixed-up pairs";
inline constexpr const char* kPairsCut = "The {} pairs with most photos of {}.";
inline constexpr const char* kHeatNote =
    "Right of a photo: Grad-CAM of layer {} for the class that it was taken for, yellow where the evidence lies.";
inline constexpr const char* kValuesNote =
    "Bars show probabilities with the temperature {:.3f}, as alexnet predict does.";
inline constexpr const char* kValuesRawNote = "Bars show probabilities as the network gives them, without temperature.";
inline constexpr const char* kScoresNote = "The network gives scores, no probabilities.";

// Lists
inline constexpr const char* kListPairs = "Most confused pairs";
inline constexpr const char* kListPairsNote = "Which classes are taken for which, most photos first.";
inline constexpr const char* kPairHeading = "{} taken for {}: {} photos, {} of all errors";
inline constexpr const char* kListSure = "Confidently wrong";
inline constexpr const char* kListSureNote = "Wrong photos, the most confident first ({} wrong photos in all).";
inline constexpr const char* kListUnsure = "Least certain";
inline constexpr const char* kListUnsureNote = "Right or wrong, smallest confidence first.";
inline constexpr const char* kListLoss = "Highest loss";
inline constexpr const char* kListLossNote = "Photos whose true class got the smallest probability.";
inline constexpr const char* kListLucky = "Right by luck";
inline constexpr const char* kListLuckyNote = "Right, but the next class was less than 5 points behind ({} photos).";
inline constexpr const char* kListLabels = "Possible wrong labels";
inline constexpr const char* kListLabelsNote =
    "Photos that were taken for another class as surely as that class's own photos are where they are right, while "
    "their "
    "label got less than 5 % ({} photos). Look at them before you believe either side.";
inline constexpr const char* kListEmpty = "There is none.";
inline constexpr const char* kListUnknown = "Not known: predictions.csv of this run is older than that column.";

// Classes
inline constexpr const char* kClassesNote =
    "Of {} photos of {}. The interval belongs to recall (95 %, Wilson). The same numbers: {} beside this page.";
inline constexpr const char* kColumnClass = "class";
inline constexpr const char* kColumnPhotos = "{} photos";
inline constexpr const char* kColumnPrecision = "precision";
inline constexpr const char* kColumnRecall = "recall";
inline constexpr const char* kColumnInterval = "its interval";
inline constexpr const char* kColumnF1 = "F1";
inline constexpr const char* kColumnConfidence = "mean confidence";
inline constexpr const char* kColumnScore = "mean score";
inline constexpr const char* kColumnTaken = "most often taken for";
inline constexpr const char* kColumnExamples = "examples";
inline constexpr const char* kMeanRow = "mean of the classes";

// Calibration
inline constexpr const char* kCalibrationScores =
    "This network gives scores (hinge loss), no probabilities: there is nothing to calibrate.";
inline constexpr const char* kCalibrationFitted =
    "The temperature {:.3f} was fitted on {} photos of {}; the figures below are of {} photos of {}.";
inline constexpr const char* kCalibrationSame =
    "The temperature {:.3f} was fitted on {} photos of {}, the very photos that the figures below are of: with "
    "temperature they are no fair measure.";
inline constexpr const char* kCalibrationNone =
    "The model has no temperature: it is fitted at the end of a training, on {} photos of val or more.";
inline constexpr const char* kCalibrationOld =
    "The model has the temperature {:.3f}, but predictions.csv of this run is older than the columns that hold its "
    "values: the figures below are without it.";
inline constexpr const char* kCalibrationBefore = "without temperature";
inline constexpr const char* kCalibrationAfter = "with temperature";
inline constexpr const char* kCalibrationEce = "ECE";
inline constexpr const char* kCalibrationNll = "NLL";
inline constexpr const char* kReliability = "Reliability";
inline constexpr const char* kReliabilityAlt =
    "Of answers with a given confidence, the share that is right. ECE {} without temperature{}.";
inline constexpr const char* kReliabilityAltAfter = ", {} with it";
inline constexpr const char* kReliabilityIdeal = "as sure as right";
inline constexpr const char* kReliabilityX = "confidence (mean of the bin)";
inline constexpr const char* kReliabilityY = "right";
inline constexpr const char* kCounts = "Photos in each bin";
inline constexpr const char* kCountsAlt = "How many photos have which confidence; most lie in the bin from {}.";
inline constexpr const char* kCountsX = "confidence";
inline constexpr const char* kCountsY = "photos";
inline constexpr const char* kBinsTable = "All bins as a table";
inline constexpr const char* kAnswered =
    "From {} confidence on, {} of {} photos are answered and {} of those are right; the others are better called "
    "unknown "
    "(alexnet predict --min-confidence auto).";
inline constexpr const char* kEceMeaning =
    "ECE is the mean distance of confidence and accuracy over {} bins of equal width, NLL the mean of -log of the true "
    "class's probability; for both, less is better.";

// Data
inline constexpr const char* kDataSource = "photos";
inline constexpr const char* kDataCounts = "{} in {} classes: {} train, {} val, {} test";
inline constexpr const char* kDataSplit = "split";
inline constexpr const char* kDataSplitQuota =
    "each class by the shares {}, in the order of the photos' content; equal photos stay together";
inline constexpr const char* kDataSplitShuffle = "shuffled by the seed, then cut by the shares {}";
inline constexpr const char* kDataSplitFolders = "Folders named train, val and test overrule it.";
inline constexpr const char* kDataFingerprint = "fingerprint";
inline constexpr const char* kDataBalance = "largest and smallest class";
inline constexpr const char* kDataBalanceWords = "{} with {} training photos, {} with {}";
inline constexpr const char* kDataBalanceEqual = "each has {} training photos";
inline constexpr const char* kDataSizes = "sizes";
inline constexpr const char* kDataSizesWords =
    "from {} x {} to {} x {} pixels, half of them up to {} x {} (of the {} photos opened for this page)";
inline constexpr const char* kDataCopies = "equal photos";
inline constexpr const char* kDataCopiesNone = "none: no two files of the split are equal";
inline constexpr const char* kDataCopiesWords =
    "{} copies; {} photos of val and test have one in another part. Photos that only look alike: {}";
inline constexpr const char* kDataCopiesNear = "Photos that only look alike: {}";
inline constexpr const char* kDataSkipped = "photos left out";
inline constexpr const char* kDataSkippedNone = "none: each could be read";
inline constexpr const char* kDataSkippedWords = "{} could not be read:";
inline constexpr const char* kDataMore = "and {} more in run.json";
inline constexpr const char* kSheet = "What the network saw";
inline constexpr const char* kSheetNote =
    "A column is a photo. The first row is as photos are measured, then each augmentation of the recipe alone, at last "
    "all "
    "together in three epochs. alexnet augment draws it larger.";
inline constexpr const char* kSheetTable = "What was drawn, as a table";
inline constexpr const char* kSheetAlt = "Contact sheet of {} photos under {} augmentations.";

// How it was trained
inline constexpr const char* kTrainingCommand = "command";
inline constexpr const char* kTrainingResumed = "went on by";
inline constexpr const char* kTrainingNetwork = "network";
inline constexpr const char* kTrainingNetworkWords = "{}: {} parameters, {} trainable, {} multiply-adds a photo";
inline constexpr const char* kTrainingMachine = "machine";
inline constexpr const char* kTrainingMachineWords = "{}, {}, backend {}";
inline constexpr const char* kTrainingThreads = "{} threads";
inline constexpr const char* kTrainingThreadsDefault = "threads by default";
inline constexpr const char* kTrainingProgram = "program";
inline constexpr const char* kTrainingSeed = "seed";
inline constexpr const char* kTrainingAlarms = "what it noticed";
inline constexpr const char* kTrainingAlarm = "epoch {}: {}";
inline constexpr const char* kTrainingRecipe = "Its whole recipe, with where each value came from";

// Several runs
inline constexpr const char* kCompareTitle = "{} runs compared";
inline constexpr const char* kCompareOther =
    "These runs were not trained on the same photos (their fingerprints differ): their figures do not compare. Photo "
    "by "
    "photo only those are compared that both held out.";
inline constexpr const char* kNavSide = "Side by side";
inline constexpr const char* kNavRecipes = "What differs";
inline constexpr const char* kNavPair = "{} against {}";
inline constexpr const char* kRecipesSame = "Their recipes are the same.";
inline constexpr const char* kRowState = "state";
inline constexpr const char* kRowTop1 = "top-1";
inline constexpr const char* kRowMeasured = "measured on";
inline constexpr const char* kRowMeasuredWords = "{} photos of {}";
inline constexpr const char* kRowLoss = "loss";
inline constexpr const char* kRowEce = "ECE";
inline constexpr const char* kRowEpochs = "epochs";
inline constexpr const char* kRowData = "data";
inline constexpr const char* kCurveTop1 = "Top-1 on val";
inline constexpr const char* kCurveLoss = "Loss on val";
inline constexpr const char* kCurveBest = "{}: best {}";
inline constexpr const char* kPairNone = "There is no photo that both runs held out in the same part.";
inline constexpr const char* kPairCounts =
    "Of {} photos of {} that both held out, {} fixed {} that {} had wrong, and broke {} that it had right; {} are "
    "wrong and "
    "{} right with both.";
inline constexpr const char* kPairExact = "McNemar's exact test: p = {:.3g}. {}";
inline constexpr const char* kPairChi = "McNemar's test: chi-square {:.2f} with one degree of freedom, p = {:.3g}. {}";
inline constexpr const char* kPairDiffers = "The difference is more than chance (p below 0.05).";
inline constexpr const char* kPairMayBeChance = "The difference may well be chance.";
inline constexpr const char* kPairFixed = "Fixed";
inline constexpr const char* kPairBroken = "Broken";
inline constexpr const char* kPairBothWrong = "Both wrong";
inline constexpr const char* kPairSays = "{}: {}";
inline constexpr const char* kPairClasses = "Recall of each class";
inline constexpr const char* kPairChange = "change";

// Findings
inline constexpr const char* kFindingLeak =
    "{} photos that it was measured on have a copy in another part: the result is too good.";
inline constexpr const char* kFindingGuessing = "It is no better than guessing or always naming the largest class.";
inline constexpr const char* kFindingGap =
    "It knows its training photos better than others: top-1 {} in training, {} on val ({:.0f} points).";
inline constexpr const char* kFindingStillFalling = "The loss on val was still falling when the training ended.";
inline constexpr const char* kFindingBest = "The best epoch was {}: top-1 {} and loss {:.4f} on val.";
inline constexpr const char* kFindingAllRight = "All {} photos of {} are right.";
inline constexpr const char* kFindingPair = "{} of {} errors are {} taken for {}.";
inline constexpr const char* kFindingWeakest = "{} is found least often: {} of {} photos.";
inline constexpr const char* kFindingStrongest = "{} is found most often: {} of {} photos.";
inline constexpr const char* kFindingTooSure = "It is too sure: {} confident on average, {} right.";
inline constexpr const char* kFindingTooUnsure = "It is too modest: {} confident on average, {} right.";

// Advice and its evidence
inline constexpr const char* kAdviceStopped = "Go on where it was stopped.";
inline constexpr const char* kEvidenceStopped = "{} of {} epochs are trained.";
inline constexpr const char* kAdviceFailed = "See to what went wrong, then go on from the last checkpoint.";
inline constexpr const char* kEvidenceFailed = "The training ended with: {}";
inline constexpr const char* kAdviceLeak = "Take the copies out: a photo that was trained on measures nothing.";
inline constexpr const char* kEvidenceLeak =
    "{} photos of val and test have an equal file in another part; the first is {}.";
inline constexpr const char* kAdviceGuessing = "It has not learnt: look for a learning rate that works.";
inline constexpr const char* kEvidenceGuessing =
    "Top-1 {} on {}; guessing gives {}, always naming the largest class {}.";
inline constexpr const char* kAdviceGapAugment =
    "Let it see its training photos in more ways (augmentation), or collect more of them.";
inline constexpr const char* kAdviceGapPretrained =
    "Begin from a network that was trained on many photos: the augmentation is strong already. alexnet.safetensors is "
    "torchvision's AlexNet, saved as safetensors.";
inline constexpr const char* kEvidenceGap =
    "In the best epoch, {}, top-1 was {} in training and {} on val: {:.0f} points.";
inline constexpr const char* kAdvicePair = "Look at the {} photos that were mixed up between {} and {}.";
inline constexpr const char* kEvidencePair = "They are {} of {} errors ({}).";
inline constexpr const char* kAdviceFewPhotos = "Add photos to {}, then train again.";
inline constexpr const char* kEvidenceFewPhotos = "{}: {} found, {} photos to learn from";
inline constexpr const char* kAdviceLabels = "Check the labels of {} photos.";
inline constexpr const char* kEvidenceLabels =
    "{} photos were taken for another class as surely as that class's own photos are; the first is {}.";
inline constexpr const char* kAdviceStillFalling = "Train for longer.";
inline constexpr const char* kEvidenceStillFalling =
    "The loss on val fell from {:.4f} to {:.4f} over the last two epochs, to its least in epoch {}, the last.";
inline constexpr const char* kAdviceIdle = "Let training end by itself after {} epochs without a better result.";
inline constexpr const char* kEvidenceIdle = "Epoch {} was the best; the {} epochs behind it brought nothing better.";
inline constexpr const char* kAdviceSlowPhotos = "Read photos with more threads and keep more of them in memory.";
inline constexpr const char* kEvidenceSlowPhotos = "Training waited for photos in {} of its time.";
inline constexpr const char* kAdviceFewTest = "Hold more photos back, so that the result is known more exactly.";
inline constexpr const char* kEvidenceFewTest = "With {} photos of {}, top-1 is known to lie from {} only (95 %).";

}  // namespace alexnet::report::texts
