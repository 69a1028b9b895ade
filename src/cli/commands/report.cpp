#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/registry/registry.h"
#include "alexnet/report/run_report.h"

#include "cli/command.h"
#include "cli/options.h"
#include "cli/words.h"
#include "core/text.h"

namespace alexnet::cli {
namespace {

class ReportCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {
        "report",
        "look",
        "write a page about a run, or compare several",
        "One HTML file that needs no network and no script: result, what to do next, curves, confusion matrix whose "
        "cells open their photos, photos to look at, classes, calibration, data. train writes it at its end and when "
        "it is stopped; this command does it again, also for a run that crashed or is still going on. Every number "
        "comes from the files of the run. The photos are opened again for small pictures. Several runs are put side by "
        "side, "
        "and each behind the first photo by photo: what it fixed, what it broke, and whether that may be chance "
        "(McNemar's test).",
        {{"alexnet report runs/latest", "runs/latest/report.html"},
         {"alexnet report runs/first runs/latest --to both.html", "what the second does better, and what worse"}}};
  }

  void add_options(CLI::App& app) override {
    add_texts(app, {"run", "RUN", "run folders; several are compared with the first"}, runs_);
    add_text(app, {"--to", "FILE", "the page", "RUN/report.html; comparison.html of several runs"}, to_);
    add_text(app, {"--backend", "BACKEND", "what computes; auto is the fastest that is there"}, backend_);
    add_whole(app, {"--threads", "N", "threads that compute", "physical cores that this process may use"}, threads_, 1,
              4096);
  }

  int run(Console& console) override {
    require(runs_.empty() ? "" : runs_.front(), "RUN", "alexnet report runs/latest");
    std::vector<RunFolder> folders;
    for (const auto& run : runs_) {
      folders.push_back(RunFolder::open_to_read(run));
    }
    const auto backend = make_backend(backend_);
    const bool one = folders.size() == 1;
    const auto to = !to_.empty() ? std::filesystem::path(to_)
                    : one        ? folders.front().file(report::kReportFile)
                                 : std::filesystem::path("comparison.html");
    const report::RunReportOptions options{.threads = threads_ > 0 ? threads_ : default_threads(),
                                           .language = console.language()};
    const auto written = one ? report::write_run_report(folders.front(), *backend, to, options)
                             : report::write_comparison(folders, *backend, to, options);
    if (console.json()) {
      nlohmann::ordered_json document = {{"schema", "alexnet.report"}, {"version", 1}};
      document.update(nlohmann::ordered_json::parse(written.json));
      console.print_document(document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
      return 0;
    }
    console.print(fmt::format("{}: {}, {} pictures, {} heat maps\n", printable(to.string()),
                              byte_text(static_cast<std::int64_t>(written.bytes)), written.pictures,
                              written.heat_maps));
    if (!written.photos_missing.empty()) {
      console.print(fmt::format("pictures are left out: {}\n", printable(written.photos_missing)));
    }
    return 0;
  }

 private:
  std::vector<std::string> runs_;
  std::string to_;
  std::string backend_ = "auto";
  int threads_ = 0;
};

}  // namespace

std::unique_ptr<Command> make_report_command() { return std::make_unique<ReportCommand>(); }

}  // namespace alexnet::cli
