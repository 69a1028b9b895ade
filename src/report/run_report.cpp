#include "alexnet/report/run_report.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/core/version.h"

#include "report/analysis.h"
#include "report/load_run.h"
#include "report/page.h"
#include "report/sections.h"

namespace alexnet::report {
namespace {

using nlohmann::ordered_json;

/// Pictures in the order of their worth.
void fill(PhotoShelf& shelf, const RunRecord& record) {
  const CellRows cells = rows_with_cards(record);
  const auto take = [&](std::vector<std::size_t> rows, std::size_t most, bool heat) {
    rows.resize(std::min(rows.size(), most));
    for (const std::size_t row : rows) {
      shelf.take(row, heat && !is_right(record.predictions[row]));
    }
  };
  const auto all = record.predictions.size();
  take(confidently_wrong(record), kListed, true);
  take(possible_wrong_labels(record), kListed, true);
  take(highest_loss(record), kListed, true);
  take(least_certain(record), kListed, true);
  take(lucky(record), kListed, false);
  take(cells.wrong, all, true);
  take(cells.right, all, false);
}

std::vector<std::pair<std::string, std::string>> parts_of(const RunRecord& record, const Say& say) {
  std::vector<std::pair<std::string, std::string>> parts = {{"advice", say("What to do next")},
                                                            {"curves", say("Curves")}};
  if (!record.predictions.empty()) {
    parts.insert(parts.end(), {{"matrix", say("Confusion matrix")},
                               {"lists", say("Photos to look at")},
                               {"classes", say("Classes")},
                               {"calibration", say("Calibration")}});
  }
  parts.insert(parts.end(), {{"data", say("Data")}, {"training", say("How it was trained")}});
  return parts;
}

std::string page_of(const ReportSource& source) {
  const RunRecord& record = source.record;
  std::string out;
  open_page(out, fmt::format("{}: {}", record.document.data_name, record.document.network),
            parts_of(record, source.say), source.say);
  put_overview(out, source);
  put_advice(out, source);
  put_curves(out, source);
  if (!record.predictions.empty()) {
    put_matrix(out, source);
    put_lists(out, source);
    put_classes(out, source);
    put_calibration(out, source);
  }
  put_data(out, source);
  put_training(out, source);
  out += "<footer>\n";
  put_paragraph(out,
                source.say("Written by alexnet {} from the files of the run: run.json, metrics.csv, predictions.csv, "
                           "split.csv, recipe.toml. Nothing is fetched from elsewhere. {} pictures, {} heat maps.",
                           escaped(std::string(version())), source.shelf.pictures(), source.shelf.heats()),
                "soft");
  if (source.shelf.full()) {
    put_paragraph(out,
                  source.say("Some pictures are left out: a report holds {} MB of them at most.",
                             static_cast<double>(kPictureBytes) / 1e6),
                  "soft");
  }
  out += "</footer>\n" + source.shelf.definitions();
  close_page(out);
  return out;
}

/// For programs: its texts are English.
std::string json_of(const ReportSource& source, const std::filesystem::path& to) {
  const RunRecord& record = source.record;
  const Evaluation& e = record.evaluation;
  ordered_json json = {
      {"file", to.string()}, {"state", name_of(record.document.state)}, {"part", record.part},
      {"count", e.count},    {"findings", ordered_json::array()},       {"advice", ordered_json::array()}};
  if (!record.predictions.empty()) {
    json["top1"] = e.top1;
    json["top1_interval"] = {e.top1_interval.low, e.top1_interval.high};
    const auto top5 = top5_of(record);
    json["top5"] = top5 ? ordered_json(*top5) : ordered_json();
    json["loss"] = e.loss;
  }
  for (const ResultFinding& finding : findings_of(record)) {
    json["findings"].push_back({{"rule", finding.rule}, {"text", finding.text}});
  }
  for (const Advice& advice : advice_for(record)) {
    json["advice"].push_back(
        {{"rule", advice.rule}, {"text", advice.text}, {"evidence", advice.evidence}, {"command", advice.command}});
  }
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

RunReport write_run_report(const RunFolder& run, const Backend& backend, const std::filesystem::path& to,
                           const RunReportOptions& options) {
  auto [record, photos] = load_run(run, backend, options);
  const Say say(options.language);
  PhotoShelf shelf(record, photos.dataset, kPictureBytes, say);
  if (record.model && photos.dataset != nullptr && !record.predictions.empty()) {
    try {
      Model model = *record.model;
      record.model->weights.clear();
      shelf.explain_with(std::move(model), backend, options.threads, kMostHeatMaps);
    } catch (const Error& error) {
      if (error.message() != Message::kNoConvolution) {
        throw;
      }
    }
    fill(shelf, record);
  }
  ReportSource source{.record = record,
                      .shelf = shelf,
                      .say = say,
                      .photos_missing = say.finished(photos.missing),
                      .dataset = photos.dataset,
                      .classes_file = to.stem().string() + "-classes.csv",
                      .advice = advice_for(record, say),
                      .findings = findings_of(record, say)};
  const auto page = page_of(source);
  write_file_atomically(to, page);
  if (!record.predictions.empty()) {
    write_file_atomically(to.parent_path() / source.classes_file, class_facts_csv(record));
  }
  return {to, page.size(), shelf.pictures(), shelf.heats(), photos.missing, json_of(source, to)};
}

}  // namespace alexnet::report
