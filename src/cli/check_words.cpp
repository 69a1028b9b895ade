#include "cli/check_words.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/data/dataset.h"

#include "cli/words.h"
#include "core/text.h"
#include "core/translation.h"

namespace alexnet::cli {
namespace {

/// "1 photo" or "1,360 photos".
std::string count_words(std::int64_t count, const char* one, const char* many) {
  return fmt::format(fmt::runtime(count == 1 ? one : many), with_commas(count));
}

bool in_parts(const CheckResult& result) {
  return std::ranges::any_of(result.parts, [](std::int64_t count) { return count > 0; });
}

/// "1,360 photos in 17 classes, 58.4 MB: flowers17 (train 952, val 204, test 204; quarantine/ with 3 files passed
/// over)"
std::string what_was_looked_at(const CheckResult& result) {
  std::vector<std::string> more;
  if (in_parts(result)) {
    more.push_back(fmt::format("train {}, val {}, test {}", with_commas(result.parts[0]), with_commas(result.parts[1]),
                               with_commas(result.parts[2])));
  }
  if (result.quarantined > 0) {
    more.push_back(
        fmt::format("quarantine/ with {} passed over", count_words(result.quarantined, "{} file", "{} files")));
  }
  return fmt::format("{} in {}, {}: {}{}\n", count_words(result.photos, "{} photo", "{} photos"),
                     count_words(static_cast<std::int64_t>(result.classes.size()), "{} class", "{} classes"),
                     byte_text(result.bytes), printable(result.folder.string()),
                     more.empty() ? "" : fmt::format(" ({})", fmt::join(more, "; ")));
}

std::string leak_share(const CheckResult& result) {
  const auto test = result.parts[static_cast<std::size_t>(Part::kTest)];
  return test == 0 ? std::string()
                   : fmt::format("{} of {} test photos ({})", result.leaked_test, test,
                                 percent(static_cast<double>(result.leaked_test) / static_cast<double>(test)));
}

/// The files of a case and what was seen.
std::string example_words(const Finding& finding, Language language) {
  constexpr std::size_t kShown = 2;
  const auto shown = std::min(finding.files.size(), kShown);
  const std::vector<std::string> first(finding.files.begin(),
                                       finding.files.begin() + static_cast<std::ptrdiff_t>(shown));
  auto words = fmt::format("{}", fmt::join(first, is_about_copies(finding.kind) ? " = " : ", "));
  if (finding.files.size() > kShown) {
    words += fmt::format(" and {} more", finding.files.size() - kShown);
  }
  words = retold(words, language);
  return printable(finding.detail.empty() ? words : fmt::format("{} ({})", words, retold(finding.detail, language)));
}

std::string kind_row(const CheckResult& result, const FindingText& text, int width, Language language) {
  const auto cases = result.of(text.kind);
  auto example = example_words(cases.front(), language);
  if (text.kind == FindingKind::kLeak && !leak_share(result).empty()) {
    example = retold(leak_share(result), language) + ", " + example;
  }
  const auto gravity = pad_right(translated(name_of(text.gravity), language), 8);
  const auto row = fmt::format("  {}{:<16}{:>6}  {}", gravity, text.name,
                               with_commas(static_cast<std::int64_t>(cases.size())), example);
  return (width > 0 ? fitted(row, width) : row) + "\n";
}

/// The most suspect labels, and how many are expected.
std::string label_rows(const CheckResult& result, int width) {
  constexpr std::size_t kShown = 10;
  if (!result.labels) {
    return {};
  }
  const auto& labels = *result.labels;
  const auto cases = result.of(FindingKind::kWrongLabel);
  std::string out;
  if (!cases.empty()) {
    out = fmt::format("likely wrong labels, {} of {}\n  {:>11}  {}\n", std::min(kShown, cases.size()),
                      with_commas(static_cast<std::int64_t>(cases.size())), "probability", "looks like, but is");
    for (const auto& finding : cases.first(std::min(kShown, cases.size()))) {
      const auto row = fmt::format("  {:>11}  {}, {}", percent(finding.probability), printable(finding.proposed),
                                   printable(finding.files.front()));
      out += (width > 0 ? fitted(row, width) : row) + "\n";
    }
  }
  return out +
         wrapped(fmt::format(
                     "labels: about {} of {} are expected to be wrong ({}), too many where the classifier is weak: it "
                     "gave photos that it had not seen their own class in {} of cases, by {}",
                     with_commas(std::llround(labels.wrong_share * static_cast<double>(labels.photos))),
                     with_commas(labels.photos), percent(labels.wrong_share), percent(labels.top1), labels.features),
                 width) +
         "\n";
}

std::string advice_rows(const CheckResult& result, int width) {
  std::string out;
  for (const auto& text : finding_texts()) {
    if (!result.of(text.kind).empty() && text.gravity != Gravity::kNote) {
      out += fmt::format("  {:<16}{}\n", text.name, wrapped(text.advice, width, 18));
    }
  }
  return out.empty() ? out : "what to do\n" + out;
}

}  // namespace

std::string check_words(const CheckResult& result, int width, Language language) {
  std::string out = what_was_looked_at(result);
  for (const auto& text : finding_texts()) {
    if (!result.of(text.kind).empty()) {
      out += kind_row(result, text, width, language);
    }
  }
  out += label_rows(result, width);
  out += advice_rows(result, width);
  if (result.options.near > 0) {
    out += wrapped(fmt::format("near copies: difference of {} of 100 at most (--near); a mirrored photo is no copy",
                               short_number(result.options.near)),
                   width) +
           "\n";
  }
  out += result.has_errors()       ? "a training on this folder would go wrong: see the errors\n"
         : result.findings.empty() ? "nothing was found\n"
                                   : "no error was found\n";
  return out;
}

std::string check_json(const CheckResult& result) {
  nlohmann::ordered_json document = {{"schema", "alexnet.check"},
                                     {"version", 1},
                                     {"folder", result.folder.string()},
                                     {"photos", result.photos},
                                     {"classes", result.classes},
                                     {"bytes", result.bytes},
                                     {"parts", nullptr},
                                     {"quarantined", result.quarantined},
                                     {"near", result.options.near},
                                     {"min_side", result.options.min_side},
                                     {"leaked_test", result.leaked_test},
                                     {"errors", result.has_errors()}};
  if (in_parts(result)) {
    document["parts"] = {{"train", result.parts[0]}, {"val", result.parts[1]}, {"test", result.parts[2]}};
  }
  document["labels"] = nullptr;
  if (result.labels) {
    document["labels"] = {{"photos", result.labels->photos},
                          {"top1", result.labels->top1},
                          {"wrong_share", result.labels->wrong_share},
                          {"features", result.labels->features}};
  }
  document["findings"] = nlohmann::ordered_json::array();
  for (const auto& finding : result.findings) {
    const auto& text = text_of(finding.kind);
    document["findings"].push_back({{"kind", text.name},
                                    {"gravity", name_of(text.gravity)},
                                    {"files", finding.files},
                                    {"detail", finding.detail},
                                    {"advice", text.advice}});
    if (finding.kind == FindingKind::kWrongLabel) {
      document["findings"].back().update({{"given", finding.given},
                                          {"given_probability", finding.given_probability},
                                          {"proposed", finding.proposed},
                                          {"probability", finding.probability}});
    }
  }
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string fix_words(const FixOutcome& outcome, bool undo, const std::string& folder, const std::string& list) {
  const auto files = [](std::int64_t count) { return count_words(count, "{} file", "{} files"); };
  const auto hidden = outcome.moved - outcome.relabelled;
  std::string out;
  if (hidden > 0 || outcome.relabelled == 0) {
    const auto where = printable(folder);
    out += fmt::format("{} moved {}\n", files(hidden),
                       undo ? "back from " + where + "/quarantine" : "to " + where + "/quarantine");
  }
  if (outcome.relabelled > 0) {
    out +=
        fmt::format("{} moved {}\n", files(outcome.relabelled), undo ? "back to the class before" : "to another class");
  }
  if (outcome.before > 0) {
    out += count_words(outcome.before, "{} file was there already\n", "{} files were there already\n");
  }
  if (outcome.asked > 0) {
    out +=
        fmt::format("{} with `ask` left alone: write `quarantine` (or `relabel`, where there is a `to`) to move them\n",
                    count_words(outcome.asked, "{} row", "{} rows"));
  }
  if (!outcome.missing.empty()) {
    out += fmt::format("{} in neither place; first: {}\n", files(static_cast<std::int64_t>(outcome.missing.size())),
                       printable(outcome.missing.front()));
  }
  if (!outcome.in_the_way.empty()) {
    out +=
        fmt::format("{} not moved, as there is one of that name; first: {}\n",
                    files(static_cast<std::int64_t>(outcome.in_the_way.size())), printable(outcome.in_the_way.front()));
  }
  if (!undo && outcome.moved + outcome.before > 0) {
    out += fmt::format("undo: alexnet check {} --undo {}\n", shell_word(folder), shell_word(list));
  }
  return out;
}

std::string fix_json(const FixOutcome& outcome, bool undo, const std::string& folder) {
  const nlohmann::ordered_json document = {{"schema", "alexnet.fix"},    {"version", 1},
                                           {"folder", folder},           {"action", undo ? "undo" : "apply"},
                                           {"moved", outcome.moved},     {"relabelled", outcome.relabelled},
                                           {"before", outcome.before},   {"asked", outcome.asked},
                                           {"missing", outcome.missing}, {"in_the_way", outcome.in_the_way}};
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace alexnet::cli
