#include "report/advice.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/words.h"
#include "report/analysis.h"

namespace alexnet::report {
namespace {

constexpr std::size_t kFilesInCommand = 6;
constexpr int kLeastEpochsToJudge = 4;
constexpr double kFallOfLoss = 0.99;  // a loss below this part of an earlier one has fallen
constexpr int kIdleEpochs = 5;
constexpr double kIdleShare = 0.3;
constexpr std::int64_t kFewTestPhotos = 100;

/// The run's first command line with other options, into a new run folder.
std::string again(const RunRecord& record, const std::vector<std::string>& options) {
  std::vector<std::string> dropped = {"--run", "--progress", "--json", "--verbose"};
  for (const auto& option : options) {
    if (option.starts_with("--")) {
      dropped.push_back(option);
    }
  }
  const auto& line = record.document.command_line;
  std::string words = "alexnet";
  for (std::size_t i = 1; i < line.size(); ++i) {
    const auto name = line[i].substr(0, line[i].find('='));
    if (std::ranges::find(dropped, name) == dropped.end()) {
      words += " " + shell_word(line[i]);
    } else if (name == line[i] && i + 1 < line.size() && !line[i + 1].starts_with("--")) {
      ++i;  // its value
    }
  }
  for (const auto& option : options) {
    words += " " + shell_word(option);
  }
  return words;
}

/// What to type to look at photos: at most kFilesInCommand of them.
std::string look_at(const RunRecord& record, const std::vector<std::size_t>& rows) {
  if (record.root.empty()) {
    return fmt::format("alexnet evaluate {} --csv tables", record.folder);
  }
  std::string words = "alexnet explain " + record.folder;
  for (std::size_t i = 0; i < std::min(rows.size(), kFilesInCommand); ++i) {
    words += " " + shell_word(record.root + "/" + record.predictions[rows[i]].path);
  }
  return words;
}

/// The cell of a pair, where the page surely has it.
std::string anchor_of(const RunRecord& record, const ConfusedPair& pair) {
  return record.classes().size() <= kMostMatrixClasses ? fmt::format("c{}-{}", pair.is, pair.taken_for) : "pairs";
}

std::optional<Advice> unfinished(const RunRecord& record, const Say& say) {
  const auto& document = record.document;
  const auto command = fmt::format("alexnet train --resume {}", record.folder);
  if (document.state == RunState::kStopped) {
    return Advice{
        "stopped", say("Go on where it was stopped."),
        say("{} of {} epochs are trained.", record.epochs.empty() ? 0 : record.epochs.back().epoch, document.epochs),
        command, "curves"};
  }
  if (document.state == RunState::kFailed) {
    return Advice{"failed", say("See to what went wrong, then go on from the last checkpoint."),
                  say("The training ended with: {}", say.finished(document.error)), command, "curves"};
  }
  return std::nullopt;
}

std::optional<Advice> leak(const RunRecord& record, const Say& say) {
  if (record.copies.leaks == 0) {
    return std::nullopt;
  }
  return Advice{"leak", say("Take the copies out: a photo that was trained on measures nothing."),
                say("{} photos of val and test have an equal file in another part; the first is {}.",
                    record.copies.leaks, record.copies.first_leak),
                fmt::format("alexnet check {} --report check.html", shell_word(record.document.data)), "data"};
}

bool is_guessing(const RunRecord& record) {
  const auto classes = static_cast<double>(std::max<std::size_t>(1, record.classes().size()));
  return !record.predictions.empty() &&
         record.evaluation.top1_interval.low <= std::max(1 / classes, majority_of(record).share);
}

std::optional<Advice> guessing(const RunRecord& record, const Say& say) {
  if (!is_guessing(record)) {
    return std::nullopt;
  }
  return Advice{"guessing", say("It has not learnt: look for a learning rate that works."),
                say("Top-1 {} on {}; guessing gives {}, always naming the largest class {}.",
                    percent(record.evaluation.top1), say.word(record.part),
                    percent(1 / static_cast<double>(record.classes().size())), percent(majority_of(record).share)),
                fmt::format("alexnet lr-find {} --network {}", shell_word(record.document.data),
                            shell_word(record.document.network)),
                "curves"};
}

bool has_strong_augmentation(const RunRecord& record) {
  return record.recipe && record.recipe->recipe.crop == CropMode::kRandomResized && record.recipe->recipe.rotation > 0;
}

std::optional<Advice> gap(const RunRecord& record, const Say& say) {
  const EpochRow* best = best_row(record.epochs);
  if (best == nullptr || !(best->train_top1 - best->val_top1 > kWideGap)) {  // NaN of epoch 0
    return std::nullopt;
  }
  const auto evidence =
      say("In the best epoch, {}, top-1 was {} in training and {} on val: {:.0f} points.", best->epoch,
          percent(best->train_top1), percent(best->val_top1), 100 * (best->train_top1 - best->val_top1));
  if (has_strong_augmentation(record)) {
    return Advice{"gap",
                  say("Begin from a network that was trained on many photos: the augmentation is strong already. "
                      "alexnet.safetensors is torchvision's AlexNet, saved as safetensors."),
                  evidence,
                  again(record, {"--network", "torchvision", "--init", "alexnet.safetensors", "--recipe", "fine-tune"}),
                  "curves"};
  }
  return Advice{
      "gap", say("Let it see its training photos in more ways (augmentation), or collect more of them."), evidence,
      again(record, {"--crop", "random-resized", "--rotation", "15", "--brightness", "0.2", "--contrast", "0.2"}),
      "curves"};
}

std::optional<Advice> heavy_pair(const RunRecord& record, const Say& say) {
  const Evaluation& e = record.evaluation;
  const ConfusedPair* heaviest = nullptr;
  std::int64_t most = 0;
  for (const ConfusedPair& pair : e.confused) {
    if (const auto both = pair.count + e.confusion[pair.taken_for][pair.is]; both > most) {
      most = both;
      heaviest = &pair;
    }
  }
  std::int64_t errors = 0;
  for (const ConfusedPair& pair : e.confused) {
    errors += pair.count;
  }
  if (heaviest == nullptr || most < kHeavyPairPhotos ||
      static_cast<double>(most) < kHeavyPair * static_cast<double>(errors)) {
    return std::nullopt;
  }
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < e.photos.size(); ++i) {
    const auto label = static_cast<std::size_t>(e.photos[i].label);
    const auto predicted = static_cast<std::size_t>(e.photos[i].verdict.predicted);
    if (label != predicted && std::min(label, predicted) == std::min(heaviest->is, heaviest->taken_for) &&
        std::max(label, predicted) == std::max(heaviest->is, heaviest->taken_for)) {
      rows.push_back(i);
    }
  }
  return Advice{"pair",
                say("Look at the {} photos that were mixed up between {} and {}.", most, e.classes[heaviest->is].name,
                    e.classes[heaviest->taken_for].name),
                say("They are {} of {} errors ({}).", most, errors,
                    percent(static_cast<double>(most) / static_cast<double>(errors))),
                look_at(record, rows), anchor_of(record, *heaviest)};
}

std::optional<Advice> few_photos(const RunRecord& record, const Say& say) {
  std::vector<std::string> names;
  std::vector<std::string> numbers;
  for (const ClassFacts& fact : class_facts(record)) {
    if (!record.photos.empty() && fact.result.support > 0 && fact.result.recall < kWeakRecall &&
        fact.photos[0] < kFewTrainingPhotos && names.size() < kMostFindings) {
      names.push_back(fact.result.name);
      numbers.push_back(
          say("{}: {} found, {} photos to learn from", fact.result.name, percent(fact.result.recall), fact.photos[0]));
    }
  }
  if (names.empty()) {
    return std::nullopt;
  }
  return Advice{"few-photos", say("Add photos to {}, then train again.", fmt::join(names, say.comma())),
                fmt::format("{}", fmt::join(numbers, "; ")), again(record, {}), "classes"};
}

std::optional<Advice> labels(const RunRecord& record, const Say& say) {
  const auto rows = possible_wrong_labels(record);
  if (rows.size() < kSuspectLabels || record.evaluation.top1 < kTrustedTop1) {
    return std::nullopt;
  }
  return Advice{"labels", say("Check the labels of {} photos.", rows.size()),
                say("{} photos were taken for another class as surely as that class's own photos are; the first is {}.",
                    rows.size(), record.predictions[rows.front()].path),
                fmt::format("alexnet check {} --labels --report labels.html", shell_word(record.document.data)),
                "labels"};
}

bool is_still_falling(const RunRecord& record) {
  const auto& epochs = record.epochs;
  if (!record.done() || epochs.size() < kLeastEpochsToJudge) {
    return false;
  }
  const double last = epochs.back().val_loss;
  const auto earlier = epochs[epochs.size() - kLeastEpochsToJudge + 1].val_loss;  // two epochs before
  const bool least = std::ranges::all_of(epochs, [&](const EpochRow& row) { return row.val_loss >= last; });
  return least && last < kFallOfLoss * earlier;
}

std::optional<Advice> still_falling(const RunRecord& record, const Say& say) {
  if (!is_still_falling(record)) {
    return std::nullopt;
  }
  const auto& epochs = record.epochs;
  return Advice{
      "still-falling", say("Train for longer."),
      say("The loss on val fell from {:.4f} to {:.4f} over the last two epochs, to its least in epoch {}, the last.",
          epochs[epochs.size() - 3].val_loss, epochs.back().val_loss, epochs.back().epoch),
      fmt::format("alexnet train --resume {} --epochs {}", record.folder, 2 * record.document.epochs), "curves"};
}

std::optional<Advice> idle_epochs(const RunRecord& record, const Say& say) {
  const EpochRow* best = best_row(record.epochs);
  const int last = record.epochs.empty() ? 0 : record.epochs.back().epoch;
  if (!record.done() || best == nullptr || !record.recipe || record.recipe->recipe.patience > 0 ||
      last - best->epoch < std::max(kIdleEpochs, static_cast<int>(kIdleShare * last))) {
    return std::nullopt;
  }
  return Advice{
      "idle-epochs", say("Let training end by itself after {} epochs without a better result.", kIdleEpochs),
      say("Epoch {} was the best; the {} epochs behind it brought nothing better.", best->epoch, last - best->epoch),
      again(record, {"--patience", fmt::to_string(kIdleEpochs)}), "curves"};
}

std::optional<Advice> slow_photos(const RunRecord& record, const Say& say) {
  double sum = 0;
  int trained = 0;
  for (const EpochRow& row : record.epochs) {
    sum += row.epoch > 0 ? row.wait_share : 0;
    trained += row.epoch > 0 ? 1 : 0;
  }
  if (trained == 0 || sum / trained <= kLongWait || !record.recipe) {
    return std::nullopt;
  }
  const Recipe& recipe = record.recipe->recipe;
  return Advice{"slow-photos", say("Read photos with more threads and keep more of them in memory."),
                say("Training waited for photos in {} of its time.", percent(sum / trained)),
                again(record, {"--loader-threads", fmt::to_string(2 * loader_threads_for(recipe)), "--cache-mib",
                               fmt::to_string(4 * std::max(recipe.cache_mib, 256))}),
                "data"};
}

std::optional<Advice> few_test_photos(const RunRecord& record, const Say& say) {
  const Evaluation& e = record.evaluation;
  if (e.count == 0 || e.count >= kFewTestPhotos) {
    return std::nullopt;
  }
  return Advice{"few-test-photos", say("Hold more photos back, so that the result is known more exactly."),
                say("With {} photos of {}, top-1 is known to lie from {} only (95 %).", e.count, say.word(record.part),
                    range_words(e.top1_interval.low, e.top1_interval.high, say.language())),
                again(record, {"--split-train", "0.5", "--split-val", "0.2", "--split-test", "0.3"}), "data"};
}

struct WeighedFinding {
  double weight = 0;
  ResultFinding finding;
};

void add_curve_findings(const RunRecord& record, std::vector<WeighedFinding>& all, const Say& say) {
  const EpochRow* best = best_row(record.epochs);
  if (best != nullptr && best->train_top1 - best->val_top1 > kWideGap / 2) {
    const double width = best->train_top1 - best->val_top1;
    all.push_back(
        {2 + 10 * width,
         {"gap",
          say("It knows its training photos better than others: top-1 {} in training, {} on val ({:.0f} points).",
              percent(best->train_top1), percent(best->val_top1), 100 * width),
          "curves"}});
  }
  if (is_still_falling(record)) {
    all.push_back({3, {"still-falling", say("The loss on val was still falling when the training ended."), "curves"}});
  }
  if (best != nullptr) {
    all.push_back({0.4,
                   {"best-epoch",
                    say("The best epoch was {}: top-1 {} and loss {:.4f} on val.", best->epoch, percent(best->val_top1),
                        best->val_loss),
                    "curves"}});
  }
}

void add_class_findings(const RunRecord& record, std::vector<WeighedFinding>& all, const Say& say) {
  const Evaluation& e = record.evaluation;
  if (e.confused.empty()) {
    all.push_back({5, {"all-right", say("All {} photos of {} are right.", e.count, say.word(record.part)), "matrix"}});
    return;
  }
  const ConfusedPair& pair = e.confused.front();
  const auto errors = std::llround(static_cast<double>(pair.count) / pair.share);
  all.push_back({2 + 10 * pair.share,
                 {"pair",
                  say("{} of {} errors are {} taken for {}.", pair.count, errors, e.classes[pair.is].name,
                      e.classes[pair.taken_for].name),
                  anchor_of(record, pair)}});
  const ClassResult* weakest = nullptr;
  const ClassResult* strongest = nullptr;
  for (const ClassResult& result : e.classes) {
    if (result.support > 0) {
      weakest = weakest == nullptr || result.recall < weakest->recall ? &result : weakest;
      strongest = strongest == nullptr || result.recall > strongest->recall ? &result : strongest;
    }
  }
  const auto right = [](const ClassResult& result) {
    return std::llround(result.recall * static_cast<double>(result.support));
  };
  all.push_back({2 + 5 * (e.top1 - weakest->recall),
                 {"weakest-class",
                  say("{} is found least often: {} of {} photos.", weakest->name, right(*weakest), weakest->support),
                  "classes"}});
  all.push_back(
      {0.5,
       {"strongest-class",
        say("{} is found most often: {} of {} photos.", strongest->name, right(*strongest), strongest->support),
        "classes"}});
}

void add_confidence_finding(const RunRecord& record, std::vector<WeighedFinding>& all, const Say& say) {
  const double too_sure = overconfidence(record);
  if (std::abs(too_sure) <= kOverconfident) {
    return;
  }
  const auto sure = percent(record.evaluation.top1 + too_sure);
  const auto right = percent(record.evaluation.top1);
  all.push_back({2 + 15 * std::abs(too_sure),
                 {"calibration",
                  too_sure > 0 ? say("It is too sure: {} confident on average, {} right.", sure, right)
                               : say("It is too modest: {} confident on average, {} right.", sure, right),
                  "calibration"}});
}

}  // namespace

std::vector<Advice> advice_for(const RunRecord& record, const Say& say) {
  std::vector<Advice> all;
  for (const auto rule : {unfinished, leak, guessing, gap, heavy_pair, few_photos, labels, still_falling, slow_photos,
                          idle_epochs, few_test_photos}) {
    if (auto advice = rule(record, say); advice && all.size() < kMostAdvice) {
      all.push_back(std::move(*advice));
    }
  }
  return all;
}

std::vector<ResultFinding> findings_of(const RunRecord& record, const Say& say) {
  std::vector<WeighedFinding> all;
  if (record.copies.leaks > 0) {
    all.push_back({9,
                   {"leak",
                    say("{} photos that it was measured on have a copy in another part: the result is too good.",
                        record.copies.leaks),
                    "data"}});
  }
  if (is_guessing(record)) {
    all.push_back(
        {10, {"guessing", say("It is no better than guessing or always naming the largest class."), "curves"}});
  }
  add_curve_findings(record, all, say);
  if (!record.predictions.empty()) {
    add_class_findings(record, all, say);
    add_confidence_finding(record, all, say);
  }
  std::ranges::stable_sort(all, std::greater<>(), &WeighedFinding::weight);
  std::vector<ResultFinding> findings;
  for (std::size_t i = 0; i < std::min(all.size(), kMostFindings); ++i) {
    findings.push_back(std::move(all[i].finding));
  }
  return findings;
}

}  // namespace alexnet::report
