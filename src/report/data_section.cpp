// What it was trained on, and how.
#include <algorithm>

#include "alexnet/core/error.h"
#include "alexnet/image/encode.h"
#include "alexnet/image/resize.h"
#include "alexnet/report/augmentation_sheet.h"

#include "core/words.h"
#include "report/sections.h"
#include "report/texts.h"
#include "report/thumbnails.h"

namespace alexnet::report {
namespace {

constexpr std::size_t kSkippedListed = 20;
constexpr int kSheetPhotos = 5;
constexpr int kSheetWidth = 900;
constexpr int kSheetQuality = 75;

void put_fact(std::string& out, std::string_view name, std::string_view value) {
  if (!value.empty()) {
    put(out, "<div><dt>{}</dt><dd>{}</dd></div>\n", name, value);
  }
}

std::string split_words(const RunRecord& record) {
  if (!record.recipe) {
    return "";
  }
  const Recipe& recipe = record.recipe->recipe;
  const auto shares = fmt::format("{:g} : {:g} : {:g}", recipe.split_train, recipe.split_val, recipe.split_test);
  return fmt::format(recipe.split == SplitOptions::Mode::kQuota ? fmt::runtime(texts::kDataSplitQuota)
                                                                : fmt::runtime(texts::kDataSplitShuffle),
                     shares) +
         ". " + texts::kDataSplitFolders;
}

std::string balance_words(const RunRecord& record) {
  if (record.photos.empty()) {
    return "";
  }
  const auto train = [](const std::array<std::int64_t, 3>& photos) { return photos[0]; };
  const auto [least, most] = std::ranges::minmax_element(record.photos, {}, train);
  const auto name = [&](auto at) {
    return escaped(record.classes()[static_cast<std::size_t>(at - record.photos.begin())]);
  };
  if ((*most)[0] == (*least)[0]) {
    return fmt::format(texts::kDataBalanceEqual, (*most)[0]);
  }
  return fmt::format(texts::kDataBalanceWords, name(most), (*most)[0], name(least), (*least)[0]);
}

std::string size_words(const PhotoShelf& shelf) {
  auto sizes = shelf.sizes();
  if (sizes.empty()) {
    return "";
  }
  std::ranges::sort(sizes, {}, [](const std::pair<int, int>& s) { return s.first * s.second; });
  const auto& [w0, h0] = sizes.front();
  const auto& [w1, h1] = sizes[sizes.size() / 2];
  const auto& [w2, h2] = sizes.back();
  return fmt::format(texts::kDataSizesWords, w0, h0, w2, h2, w1, h1, sizes.size());
}

std::string copy_words(const RunRecord& record) {
  if (record.photos.empty()) {
    return "";
  }
  const auto check = command("alexnet check " + shell_word(record.document.data));
  if (record.copies.copies == 0) {
    return fmt::format("{}. {}", texts::kDataCopiesNone, fmt::format(texts::kDataCopiesNear, check));
  }
  return fmt::format(texts::kDataCopiesWords, record.copies.copies, record.copies.leaks, check);
}

std::string skipped_words(const RunRecord& record) {
  const auto& skipped = record.document.skipped;
  if (skipped.empty()) {
    return texts::kDataSkippedNone;
  }
  std::string out = fmt::format(texts::kDataSkippedWords, skipped.size()) + "<ul>";
  for (std::size_t i = 0; i < std::min(skipped.size(), kSkippedListed); ++i) {
    put(out, "<li>{}: {}</li>", escaped(skipped[i].path), escaped(skipped[i].reason));
  }
  out += "</ul>";
  return skipped.size() > kSkippedListed ? out + fmt::format(texts::kDataMore, skipped.size() - kSkippedListed) : out;
}

/// Nothing where the photos or the recipe are not there.
void put_sheet(std::string& out, const ReportSource& source) {
  const RunRecord& record = source.record;
  if (source.dataset == nullptr || !record.recipe || !record.model) {
    return;
  }
  try {
    const auto sheet = augmentation_sheet(*source.dataset, record.model->network, record.recipe->recipe, kSheetPhotos);
    Image picture = sheet.picture;
    if (picture.width > kSheetWidth) {
      picture = resize(picture, kSheetWidth, picture.height * kSheetWidth / picture.width);
    }
    put(out, "<h3>{}</h3>\n", texts::kSheet);
    put_paragraph(out, texts::kSheetNote, "soft");
    put(out, "<img class=\"sheet\" width=\"{}\" height=\"{}\" alt=\"{}\" src=\"data:image/jpeg;base64,{}\"/>\n",
        picture.width, picture.height, fmt::format(texts::kSheetAlt, sheet.items.size(), sheet.rows.size()),
        base64(encode_jpeg(picture, kSheetQuality)));
    // The numbers that were drawn.
    put(out, "<details><summary>{}</summary>\n<table>\n<tbody>\n", texts::kSheetTable);
    for (const SheetRow& row : sheet.rows) {
      put(out, "<tr><th scope=\"row\">{}{}</th>", escaped(row.option),
          row.value.empty() ? "" : " = " + escaped(row.value));
      for (const SheetCell& cell : row.cells) {
        put(out, "<td>{}</td>", escaped(cell.words));
      }
      out += "</tr>\n";
    }
    out += "</tbody></table></details>\n";
  } catch (const Error& error) {
    put_paragraph(out, fmt::format(texts::kPhotosMissing, escaped(describe(error).what)), "soft");
  }
}

std::string command_words(const std::vector<std::string>& line) {
  std::string words = "alexnet";
  for (std::size_t i = 1; i < line.size(); ++i) {
    words += " " + shell_word(line[i]);
  }
  return command(words);
}

}  // namespace

void put_data(std::string& out, const ReportSource& source) {
  const RunRecord& record = source.record;
  const RunDocument& document = record.document;
  open_section(out, "data", texts::kNavData);
  out += "<dl class=\"facts\">\n";
  const auto all = document.photos[0] + document.photos[1] + document.photos[2];
  put_fact(out, texts::kDataSource,
           fmt::format("{}: {}", escaped(document.data),
                       fmt::format(texts::kDataCounts, count(all), document.classes.size(), count(document.photos[0]),
                                   count(document.photos[1]), count(document.photos[2]))));
  put_fact(out, texts::kDataSplit, split_words(record));
  put_fact(out, texts::kDataBalance, balance_words(record));
  put_fact(out, texts::kDataSizes, size_words(source.shelf));
  put_fact(out, texts::kDataCopies, copy_words(record));
  put_fact(out, texts::kDataSkipped, skipped_words(record));
  put_fact(out, texts::kDataFingerprint, fmt::format("<code>{}</code>", escaped(document.fingerprint)));
  out += "</dl>\n";
  put_sheet(out, source);
  close_section(out);
}

void put_training(std::string& out, const ReportSource& source) {
  const RunDocument& document = source.record.document;
  open_section(out, "training", texts::kNavTraining);
  out += "<dl class=\"facts\">\n";
  put_fact(out, texts::kTrainingCommand, command_words(document.command_line));
  for (const auto& line : document.resumed) {
    put_fact(out, texts::kTrainingResumed, command_words(line));
  }
  put_fact(out, texts::kTrainingNetwork,
           fmt::format(texts::kTrainingNetworkWords, escaped(document.network), count(document.parameters),
                       count(document.trainable), count(document.macs)));
  put_fact(out, texts::kTrainingMachine,
           fmt::format(texts::kTrainingMachineWords, escaped(document.processor),
                       document.threads > 0 ? fmt::format(texts::kTrainingThreads, document.threads)
                                            : texts::kTrainingThreadsDefault,
                       escaped(document.backend)));
  put_fact(out, texts::kTrainingProgram, "alexnet " + escaped(document.program_version));
  put_fact(out, texts::kTrainingSeed, fmt::to_string(document.seed));
  std::string alarms;
  for (const RunAlarm& alarm : document.alarms) {
    put(alarms, "<li>{}</li>", fmt::format(texts::kTrainingAlarm, alarm.epoch, escaped(alarm.text)));
  }
  put_fact(out, texts::kTrainingAlarms, alarms.empty() ? "" : "<ul>" + alarms + "</ul>");
  out += "</dl>\n";
  if (!source.record.recipe_text.empty()) {
    put(out, "<details><summary>{}</summary>\n<pre>{}</pre>\n</details>\n", texts::kTrainingRecipe,
        escaped(source.record.recipe_text));
  }
  close_section(out);
}

}  // namespace alexnet::report
