// Several runs on one page.
#include <algorithm>
#include <cmath>
#include <functional>

#include <nlohmann/json.hpp>

#include "alexnet/charts/chart.h"
#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/core/version.h"
#include "alexnet/infer/predictions.h"
#include "alexnet/report/run_report.h"

#include "core/words.h"
#include "report/analysis.h"
#include "report/load_run.h"
#include "report/page.h"
#include "report/paired.h"
#include "report/sections.h"

namespace alexnet::report {
namespace {

using nlohmann::ordered_json;

constexpr double kSignificant = 0.05;
constexpr std::size_t kCardsAKind = 24;

ordered_json or_null(const std::optional<double>& value) { return value ? ordered_json(*value) : ordered_json(); }

/// The runs, by the last part of their folder.
std::vector<std::string> names_of(const std::vector<RunFolder>& runs) {
  std::vector<std::string> names;
  for (const RunFolder& run : runs) {
    const auto path = std::filesystem::absolute(run.path()).lexically_normal();
    auto name = (path.has_filename() ? path : path.parent_path()).filename().string();
    const auto same = std::ranges::count(names, name);
    names.push_back(same > 0 ? fmt::format("{} ({})", name, run.path().string()) : name);
  }
  return names;
}

using Runs = std::vector<LoadedRun>;

bool same_photos(const Runs& runs) {
  return std::ranges::all_of(runs, [&](const LoadedRun& run) {
    return run.record.document.fingerprint == runs.front().record.document.fingerprint;
  });
}

void open_table(std::string& out, std::string_view id, const std::vector<std::string>& names) {
  put(out, "<div class=\"scroll\"><table id=\"{}\">\n<thead><tr><th></th>", id);
  for (const auto& name : names) {
    put(out, "<th scope=\"col\">{}</th>", escaped(name));
  }
  out += "</tr></thead>\n<tbody>\n";
}

void put_row(std::string& out, std::string_view name, const Runs& runs,
             const std::function<std::string(const RunRecord&)>& value) {
  put(out, "<tr><th scope=\"row\">{}</th>", name);
  for (const LoadedRun& run : runs) {
    put(out, "<td>{}</td>", value(run.record));
  }
  out += "</tr>\n";
}

/// Nothing for a run without predictions.
std::string measured(const RunRecord& record, const std::function<std::string()>& value) {
  return record.predictions.empty() ? std::string() : value();
}

std::string ece_of(const RunRecord& record) {
  if (record.output != OutputKind::kProbabilities) {
    return "";
  }
  const auto report = calibration_report_of(record.predictions, record.calibration);
  return percent(report.after ? report.after->ece : report.before.ece);
}

void put_side_by_side(std::string& out, const Runs& runs, const std::vector<std::string>& names, const Say& say) {
  open_section(out, "side", say("Side by side"));
  open_table(out, "runs", names);
  put_row(out, say("top-1"), runs, [&](const RunRecord& r) {
    return measured(r, [&] {
      const Evaluation& e = r.evaluation;
      return fmt::format("<b>{}</b> ({})", percent(e.top1),
                         range_words(e.top1_interval.low, e.top1_interval.high, say.language()));
    });
  });
  put_row(out, say("top-5"), runs,
          [&](const RunRecord& r) { return top5_of(r) ? percent(*top5_of(r)) : std::string(); });
  put_row(out, say("loss"), runs,
          [&](const RunRecord& r) { return measured(r, [&] { return fmt::format("{:.4f}", r.evaluation.loss); }); });
  put_row(out, say("ECE"), runs, [&](const RunRecord& r) { return measured(r, [&] { return ece_of(r); }); });
  put_row(out, say("measured on"), runs, [&](const RunRecord& r) {
    return measured(r, [&] { return say("{} photos of {}", count(r.evaluation.count), say.word(r.part)); });
  });
  put_row(out, say("state"), runs, [&](const RunRecord& r) { return say.word(name_of(r.document.state)); });
  put_row(out, say("best epoch"), runs,
          [&](const RunRecord& r) { return r.document.best ? fmt::to_string(r.document.best->epoch) : std::string(); });
  put_row(out, say("epochs"), runs,
          [&](const RunRecord& r) { return fmt::to_string(r.epochs.empty() ? 0 : r.epochs.back().epoch); });
  put_row(out, say("training time"), runs,
          [&](const RunRecord& r) { return seconds_words(r.document.seconds, say.language()); });
  put_row(out, say("network"), runs, [&](const RunRecord& r) {
    return say("{}: {} parameters, {} trainable, {} multiply-adds a photo", escaped(r.document.network),
               count(r.document.parameters), count(r.document.trainable), count(r.document.macs));
  });
  put_row(out, say("data"), runs, [&](const RunRecord& r) {
    const auto& photos = r.document.photos;
    return escaped(r.document.data_name) + ": " +
           say("{} in {} classes: {} train, {} val, {} test", count(photos[0] + photos[1] + photos[2]),
               r.classes().size(), count(photos[0]), count(photos[1]), count(photos[2]));
  });
  put_row(out, say("machine"), runs, [&](const RunRecord& r) { return escaped(r.document.processor); });
  out += "</tbody></table></div>\n";
  close_section(out);
}

void put_recipes(std::string& out, const Runs& runs, const std::vector<std::string>& names, const Say& say) {
  open_section(out, "recipes", say("What differs"));
  std::string rows;
  for (const RecipeOption& option : recipe_options()) {
    const auto value = [&](const RunRecord& r) {
      return r.recipe ? escaped(option.get(r.recipe->recipe)) : std::string();
    };
    if (std::ranges::any_of(runs, [&](const LoadedRun& run) { return value(run.record) != value(runs[0].record); })) {
      put_row(rows, option.key, runs, value);
    }
  }
  if (rows.empty()) {
    put_paragraph(out, say("Their recipes are the same."));
  } else {
    open_table(out, "recipe-differences", names);
    out += rows + "</tbody></table></div>\n";
  }
  close_section(out);
}

void put_curves_of(std::string& out, const Runs& runs, const std::vector<std::string>& names, const Say& say) {
  open_section(out, "curves", say("Curves"));
  const auto chart_of = [&](const std::string& title, const std::string& y_label, double EpochRow::*member,
                            bool share) {
    charts::LineChart chart{.title = title, .x_label = say("epoch"), .y_label = y_label};
    chart.y_min = 0;
    chart.percent = share;
    if (share) {
      chart.y_max = 1;
      chart.reference = {
          {1.0 / static_cast<double>(std::max<std::size_t>(1, runs[0].record.classes().size())), say("chance")}};
    }
    std::string best;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      charts::Series line{names[i], {}, i % 2 == 1};
      for (const EpochRow& row : runs[i].record.epochs) {
        line.points.emplace_back(row.epoch, row.*member);
      }
      chart.series.push_back(std::move(line));
      if (const EpochRow* row = best_row(runs[i].record.epochs); row != nullptr) {
        best += (best.empty() ? "" : "; ") +
                say("{}: best {}", names[i], share ? percent(row->*member) : fmt::format("{:.4f}", row->*member));
      }
    }
    chart.description = best;
    return chart;
  };
  for (const auto& chart : {chart_of(say("Top-1 on val"), say("top-1"), &EpochRow::val_top1, true),
                            chart_of(say("Loss on val"), say("loss"), &EpochRow::val_loss, false)}) {
    put_chart(
        out, [&](int width, int height) { return charts::to_svg({chart}, width, height); }, 340);
  }
  close_section(out);
}

/// What is needed to show photos of two runs: pictures are the first one's.
struct Duel {
  const RunRecord& first;
  const RunRecord& second;
  const std::string& first_name;
  const std::string& second_name;
  const ReportSource& source;
};

void put_answer(std::string& out, const std::string& name, const RunRecord& record, const PredictionRow& row) {
  put(out, "<li{}><span class=\"what\">{}</span>{}</li>\n", is_right(row) ? " class=\"truth\"" : "",
      fmt::format("{}: {}", escaped(name), escaped(row.predicted)),
      record.output == OutputKind::kProbabilities ? bar(confidence(record, row)) : "");
}

void put_kind(std::string& out, const Duel& duel, std::string_view heading, const std::vector<RowPair>& rows) {
  put(out, "<details{}><summary>{} ({})</summary>\n<ul class=\"cards\">\n", rows.empty() ? "" : " open=\"open\"",
      heading, rows.size());
  std::vector<std::size_t> of_first;
  for (const auto& [a, b] : rows) {
    of_first.push_back(a);
    if (of_first.size() > kCardsAKind) {
      continue;
    }
    const PredictionRow& prediction = duel.first.predictions[a];
    const auto photo = duel.source.shelf.photo(a);
    put(out, "<li class=\"card\">{}<p class=\"file\">{}</p><p>{}</p>\n<ul class=\"values\">\n",
        photo.empty() ? "" : "<div class=\"pictures\">" + photo + "</div>", escaped(prediction.path),
        duel.source.say("is {}", escaped(prediction.label)));
    put_answer(out, duel.first_name, duel.first, prediction);
    put_answer(out, duel.second_name, duel.second, duel.second.predictions[b]);
    out += "</ul></li>\n";
  }
  out += "</ul>\n";
  put_files(out, duel.source, of_first);
  out += "</details>\n";
}

void put_class_changes(std::string& out, const Duel& duel) {
  const auto& a = duel.first.evaluation.classes;
  const auto& b = duel.second.evaluation.classes;
  if (a.size() != b.size()) {
    return;
  }
  put(out,
      "<details><summary>{}</summary>\n<div class=\"scroll\"><table class=\"sortable\">\n<thead><tr>"
      "<th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th>"
      "</tr></thead>\n<tbody>\n",
      duel.source.say("Recall of each class"), duel.source.say("class"), escaped(duel.first_name),
      escaped(duel.second_name), duel.source.say("change"));
  for (std::size_t c = 0; c < a.size(); ++c) {
    put(out,
        "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"number\">{}</td>"
        "<td class=\"number\">{:+.1f}</td></tr>\n",
        escaped(a[c].name), percent(a[c].recall), percent(b[c].recall), 100 * (b[c].recall - a[c].recall));
  }
  out += "</tbody></table></div></details>\n";
}

void put_duel(std::string& out, const Duel& duel, const PairedRows& rows, std::size_t index) {
  open_section(out, fmt::format("pair{}", index),
               duel.source.say("{} against {}", escaped(duel.second_name), escaped(duel.first_name)));
  if (rows.count() == 0) {
    put_paragraph(out, duel.source.say("There is no photo that both runs held out in the same part."));
    close_section(out);
    return;
  }
  put_paragraph(out, duel.source.say("Of {} photos of {} that both held out, {} fixed {} that {} had wrong, and broke "
                                     "{} that it had right; {} are wrong and {} right with both.",
                                     rows.count(), duel.source.say.word(duel.first.part), escaped(duel.second_name),
                                     rows.fixed.size(), escaped(duel.first_name), rows.broken.size(),
                                     rows.both_wrong.size(), rows.both_right.size()));
  const McNemar test =
      mcnemar(static_cast<std::int64_t>(rows.fixed.size()), static_cast<std::int64_t>(rows.broken.size()));
  const auto verdict = test.p < kSignificant ? duel.source.say("The difference is more than chance (p below 0.05).")
                                             : duel.source.say("The difference may well be chance.");
  put_paragraph(
      out, test.exact ? duel.source.say("McNemar's exact test: p = {:.3g}. {}", test.p, verdict)
                      : duel.source.say("McNemar's test: chi-square {:.2f} with one degree of freedom, p = {:.3g}. {}",
                                        *test.statistic, test.p, verdict));
  put_kind(out, duel, duel.source.say("Fixed"), rows.fixed);
  put_kind(out, duel, duel.source.say("Broken"), rows.broken);
  put_kind(out, duel, duel.source.say("Both wrong"), rows.both_wrong);
  put_class_changes(out, duel);
  close_section(out);
}

ordered_json pair_json(const std::string& first, const std::string& second, const PairedRows& rows) {
  const McNemar test =
      mcnemar(static_cast<std::int64_t>(rows.fixed.size()), static_cast<std::int64_t>(rows.broken.size()));
  return {{"first", first},
          {"second", second},
          {"count", rows.count()},
          {"fixed", rows.fixed.size()},
          {"broken", rows.broken.size()},
          {"both_wrong", rows.both_wrong.size()},
          {"both_right", rows.both_right.size()},
          {"mcnemar", {{"exact", test.exact}, {"statistic", or_null(test.statistic)}, {"p", test.p}}}};
}

ordered_json run_json(const std::string& folder, const RunRecord& record) {
  const Evaluation& e = record.evaluation;
  ordered_json json = {
      {"run", folder}, {"state", name_of(record.document.state)}, {"part", record.part}, {"count", e.count}};
  if (!record.predictions.empty()) {
    json["top1"] = e.top1;
    json["top1_interval"] = {e.top1_interval.low, e.top1_interval.high};
    json["top5"] = or_null(top5_of(record));
    json["loss"] = e.loss;
  }
  return json;
}

/// Pictures for the photos that are shown.
void fill(PhotoShelf& shelf, const std::vector<PairedRows>& pairs) {
  for (const PairedRows& rows : pairs) {
    for (const auto* kind : {&rows.fixed, &rows.broken, &rows.both_wrong}) {
      for (std::size_t i = 0; i < std::min(kind->size(), kCardsAKind); ++i) {
        shelf.take((*kind)[i].first, false);
      }
    }
  }
}

}  // namespace

RunReport write_comparison(const std::vector<RunFolder>& runs, const Backend& backend, const std::filesystem::path& to,
                           const RunReportOptions& options) {
  if (runs.size() < 2) {
    throw Error(
        Message::kWrongCall,
        {{"where", "write_comparison"}, {"expected", "two runs or more"}, {"got", fmt::to_string(runs.size())}});
  }
  Runs loaded;
  for (const RunFolder& run : runs) {
    loaded.push_back(
        load_run(run, backend, {.dataset = loaded.empty() ? options.dataset : nullptr, .threads = options.threads}));
    loaded.back().record.model.reset();
  }
  const auto names = names_of(runs);
  const RunRecord& first = loaded.front().record;
  std::vector<PairedRows> pairs;
  for (std::size_t i = 1; i < loaded.size(); ++i) {
    pairs.push_back(paired_rows(first, loaded[i].record));
  }
  const Say say(options.language);
  PhotoShelf shelf(first, loaded.front().photos.dataset, kPictureBytes, say);
  fill(shelf, pairs);
  const ReportSource source{
      .record = first, .shelf = shelf, .say = say, .photos_missing = say.finished(loaded.front().photos.missing)};
  std::vector<std::pair<std::string, std::string>> parts = {
      {"side", say("Side by side")}, {"recipes", say("What differs")}, {"curves", say("Curves")}};
  for (std::size_t i = 1; i < runs.size(); ++i) {
    parts.emplace_back(fmt::format("pair{}", i), say("{} against {}", escaped(names[i]), escaped(names[0])));
  }
  const auto title = say("{} runs compared", runs.size());
  ordered_json json = {{"file", to.string()}, {"runs", ordered_json::array()}, {"pairs", ordered_json::array()}};
  std::string out;
  open_page(out, title, parts, say);
  put(out, "<header id=\"top\">\n<h1>{}</h1>\n", title);
  if (!same_photos(loaded)) {
    put_paragraph(out,
                  say("These runs were not trained on the same photos (their fingerprints differ): their figures do "
                      "not compare. Photo by photo only those are compared that both held out."),
                  "state");
  }
  if (!source.photos_missing.empty()) {
    put_paragraph(out, say("Pictures are left out: {}", escaped(source.photos_missing)), "soft");
  }
  out += "</header>\n";
  put_side_by_side(out, loaded, names, say);
  put_recipes(out, loaded, names, say);
  put_curves_of(out, loaded, names, say);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    json["runs"].push_back(run_json(runs[i].path().string(), loaded[i].record));
  }
  for (std::size_t i = 1; i < runs.size(); ++i) {
    put_duel(out, {first, loaded[i].record, names[0], names[i], source}, pairs[i - 1], i);
    json["pairs"].push_back(pair_json(runs[0].path().string(), runs[i].path().string(), pairs[i - 1]));
  }
  out += "<footer>\n";
  put_paragraph(out,
                say("Written by alexnet {} from the files of the run: run.json, metrics.csv, predictions.csv, "
                    "split.csv, recipe.toml. Nothing is fetched from elsewhere. {} pictures, {} heat maps.",
                    escaped(std::string(version())), shelf.pictures(), shelf.heats()),
                "soft");
  out += "</footer>\n" + shelf.definitions();
  close_page(out);
  write_file_atomically(to, out);
  return {to,
          out.size(),
          shelf.pictures(),
          shelf.heats(),
          source.photos_missing,
          json.dump(-1, ' ', false, ordered_json::error_handler_t::replace)};
}

}  // namespace alexnet::report
