// What it was trained on, and how.
#include <algorithm>

#include "alexnet/core/error.h"
#include "alexnet/image/encode.h"
#include "alexnet/image/resize.h"
#include "alexnet/report/augmentation_sheet.h"

#include "core/words.h"
#include "report/photo_sizes.h"
#include "report/sections.h"
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

std::string split_words(const RunRecord& record, const Say& say) {
  if (!record.recipe) {
    return "";
  }
  const Recipe& recipe = record.recipe->recipe;
  const auto shares = fmt::format("{:g} : {:g} : {:g}", recipe.split_train, recipe.split_val, recipe.split_test);
  const auto how =
      recipe.split == SplitOptions::Mode::kQuota
          ? say("Each class by the shares {}, in the order of the photos' content; equal photos stay together.", shares)
          : say("Shuffled by the seed, then cut by the shares {}.", shares);
  return how + say.gap() + say("Folders named train, val and test overrule it.");
}

std::string balance_words(const RunRecord& record, const Say& say) {
  if (record.photos.empty()) {
    return "";
  }
  const auto train = [](const std::array<std::int64_t, 3>& photos) { return photos[0]; };
  const auto [least, most] = std::ranges::minmax_element(record.photos, {}, train);
  const auto name = [&](auto at) {
    return escaped(record.classes()[static_cast<std::size_t>(at - record.photos.begin())]);
  };
  if ((*most)[0] == (*least)[0]) {
    return say("each has {} training photos", (*most)[0]);
  }
  return say("{} with {} training photos, {} with {}", name(most), (*most)[0], name(least), (*least)[0]);
}

std::string copy_words(const RunRecord& record, const Say& say) {
  if (record.photos.empty()) {
    return "";
  }
  const auto check = command("alexnet check " + shell_word(record.document.data));
  if (record.copies.copies == 0) {
    return say("None: no two files of the split are equal.") + say.gap() +
           say("Photos that only look alike: {}", check);
  }
  return say("{} copies; {} photos of val and test have one in another part. Photos that only look alike: {}",
             record.copies.copies, record.copies.leaks, check);
}

std::string skipped_words(const RunRecord& record, const Say& say) {
  const auto& skipped = record.document.skipped;
  if (skipped.empty()) {
    return say("none: each could be read");
  }
  std::string out = say("{} could not be read:", skipped.size()) + "<ul>";
  for (std::size_t i = 0; i < std::min(skipped.size(), kSkippedListed); ++i) {
    put(out, "<li>{}: {}</li>", escaped(skipped[i].path), escaped(say.finished(skipped[i].reason)));
  }
  out += "</ul>";
  return skipped.size() > kSkippedListed ? out + say("and {} more in run.json", skipped.size() - kSkippedListed) : out;
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
    put(out, "<h3>{}</h3>\n", source.say("What the network saw"));
    put_paragraph(
        out,
        source.say("A column is a photo. The first row is as photos are measured, then each augmentation of the recipe "
                   "alone, at last all together in three epochs. alexnet augment draws it larger."),
        "soft");
    put(out, "<img class=\"sheet\" width=\"{}\" height=\"{}\" alt=\"{}\" src=\"data:image/jpeg;base64,{}\"/>\n",
        picture.width, picture.height,
        source.say("Contact sheet of {} photos under {} augmentations.", sheet.items.size(), sheet.rows.size()),
        base64(encode_jpeg(picture, kSheetQuality)));
    // The numbers that were drawn.
    put(out, "<details><summary>{}</summary>\n<table>\n<tbody>\n", source.say("What was drawn, as a table"));
    for (const SheetRow& row : sheet.rows) {
      put(out, "<tr><th scope=\"row\">{}{}</th>", escaped(row.option),
          row.value.empty() ? "" : " = " + escaped(row.value));
      for (const SheetCell& cell : row.cells) {
        put(out, "<td>{}</td>", escaped(source.say.finished(cell.words)));
      }
      out += "</tr>\n";
    }
    out += "</tbody></table></details>\n";
  } catch (const Error& error) {
    put_paragraph(out, source.say("Pictures are left out: {}", escaped(describe(error, source.say.language()).what)),
                  "soft");
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
  open_section(out, "data", source.say("Data"));
  out += "<dl class=\"facts\">\n";
  const auto all = document.photos[0] + document.photos[1] + document.photos[2];
  put_fact(out, source.say("photos"),
           fmt::format("{}: {}", escaped(document.data),
                       source.say("{} in {} classes: {} train, {} val, {} test", count(all), document.classes.size(),
                                  count(document.photos[0]), count(document.photos[1]), count(document.photos[2]))));
  put_fact(out, source.say("split"), split_words(record, source.say));
  put_fact(out, source.say("largest and smallest class"), balance_words(record, source.say));
  const auto sizes = source.dataset == nullptr ? std::nullopt : photo_sizes(*source.dataset);
  put_fact(out, source.say("sizes"), sizes ? size_words(*sizes, source.say) : "");
  put_fact(out, source.say("equal photos"), copy_words(record, source.say));
  put_fact(out, source.say("photos left out"), skipped_words(record, source.say));
  put_fact(out, source.say("fingerprint"), fmt::format("<code>{}</code>", escaped(document.fingerprint)));
  out += "</dl>\n";
  put_sheet(out, source);
  close_section(out);
}

void put_training(std::string& out, const ReportSource& source) {
  const RunDocument& document = source.record.document;
  open_section(out, "training", source.say("How it was trained"));
  out += "<dl class=\"facts\">\n";
  put_fact(out, source.say("command"), command_words(document.command_line));
  for (const auto& line : document.resumed) {
    put_fact(out, source.say("went on by"), command_words(line));
  }
  put_fact(out, source.say("network"),
           source.say("{}: {} parameters, {} trainable, {} multiply-adds a photo", escaped(document.network),
                      count(document.parameters), count(document.trainable), count(document.macs)));
  put_fact(
      out, source.say("machine"),
      source.say("{}, {}, backend {} at {}", escaped(document.processor),
                 document.threads > 0 ? source.say("{} threads", document.threads) : source.say("threads by default"),
                 escaped(document.backend), escaped(document.precision)));
  put_fact(out, source.say("program"), "alexnet " + escaped(document.program_version));
  put_fact(out, source.say("seed"), fmt::to_string(document.seed));
  std::string alarms;
  for (const RunAlarm& alarm : document.alarms) {
    put(alarms, "<li>{}</li>", source.say("epoch {}: {}", alarm.epoch, escaped(source.say.finished(alarm.text))));
  }
  put_fact(out, source.say("what it noticed"), alarms.empty() ? "" : "<ul>" + alarms + "</ul>");
  out += "</dl>\n";
  if (!source.record.recipe_text.empty()) {
    put(out, "<details><summary>{}</summary>\n<pre>{}</pre>\n</details>\n",
        source.say("Its whole recipe, with where each value came from"), escaped(source.record.recipe_text));
  }
  close_section(out);
}

}  // namespace alexnet::report
