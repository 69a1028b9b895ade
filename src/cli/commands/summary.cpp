#include "alexnet/network/summary.h"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "alexnet/models/comparison.h"
#include "alexnet/models/models.h"
#include "alexnet/network/hybrid_summary.h"
#include "alexnet/network/rewrites/towers.h"
#include "alexnet/network/tower_summary.h"

#include "cli/command.h"
#include "cli/options.h"
#include "cli/sources.h"

namespace alexnet::cli {
namespace {

class SummaryCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {
        "summary",
        "look",
        "show a network's layers, shapes, parameters and work",
        "Prints one row a layer: kernel, output shape, parameters and how they arise, multiply-accumulates, receptive "
        "field and memory; then totals. In a narrow terminal optional columns are left out, never cut; a file gets "
        "all of them.",
        {{"alexnet summary tutorial", "the table of the tutorial's network"},
         {"alexnet summary alexnet-2012 --compare torchvision", "the rows in which two networks differ"},
         {"alexnet summary caffenet --definition", "as JSON, to change and to train with --network FILE.json"}}};
  }

  void add_options(CLI::App& app) override {
    add_text(app,
             {"network", "NETWORK|MODEL", "name of a network, a network's JSON file, a model file or a run folder"},
             network_);
    add_whole(app, {"--classes", "N", "number of classes", "the network's own"}, classes_, 1, 1'000'000);
    add_whole(app, {"--batch", "N", "photos a step, for the memory of training"}, batch_, 1, 1'000'000);
    add_text(app, {"--compare", "NETWORK|MODEL", "show the rows that differ from this network", "none"}, other_);
    add_text(app, {"--columns", "A,B,...", "columns to show", "all that fit"}, columns_);
    add_choice(
        app,
        {"--parallel", "none|towers|hybrid", "what each of several devices computes, and what crosses between them"},
        parallel_);
    add_whole(app, {"--ranks", "N", "processes of --parallel hybrid"}, ranks_, 1, 65'536);
    add_flag(app, "--csv", csv_, "print the rows as CSV");
    add_flag(app, "--definition", definition_, "print the network itself as JSON: all options of all layers");
    add_flag(app, "--networks", networks_, "print what the built-in networks are and how they differ, as Markdown");
  }

  int run(Console& console) override {
    if (networks_) {
      console.json() ? console.print_document(models::comparison_json())
                     : console.print_as_it_is(models::comparison_markdown());
      return 0;
    }
    require(network_, "NETWORK", "alexnet summary tutorial");
    const auto network = network_by_name_or_file(network_, classes_);
    if (definition_) {
      console.print_as_it_is(network.to_json() + "\n");
      return 0;
    }
    if (parallel_ != "none") {
      if (csv_ || !other_.empty() || !columns_.empty()) {
        throw Error(Message::kOptionInvalid,
                    {{"where", "--parallel"},
                     {"expected", fmt::format("{} without --compare, --columns and --csv", parallel_)},
                     {"got", "one of them beside it"},
                     {"hint", "alexnet summary " + network_ + " --parallel " + parallel_}});
      }
      parallel_ == "towers" ? show_parts(console, summarize_towers(network, towers_for(network)))
                            : show_parts(console, summarize_hybrid(network, ranks_));
      return 0;
    }
    const auto summary = summarize(network, batch_);
    if (!other_.empty()) {
      compare(console, summary);
    } else if (console.json()) {
      console.print_document(to_json(summary));
    } else if (csv_) {
      console.print_as_it_is(to_csv(summary));
    } else {
      console.print(to_table(summary, {.width = console.out().width, .columns = columns()}));
    }
    return 0;
  }

 private:
  static void show_parts(Console& console, const auto& summary) {
    console.json() ? console.print_document(to_json(summary)) : console.print(to_table(summary, console.out().width));
  }
  void compare(Console& console, const Summary& summary) const;
  [[nodiscard]] std::vector<std::string> columns() const;

  std::string network_;
  std::string other_;
  std::string columns_;
  std::string parallel_ = "none";
  int classes_ = 0;
  int batch_ = 64;
  int ranks_ = 2;
  bool csv_ = false;
  bool definition_ = false;
  bool networks_ = false;
};

void SummaryCommand::compare(Console& console, const Summary& summary) const {
  const auto other = summarize(network_by_name_or_file(other_, classes_), batch_);
  if (console.json()) {
    console.print_document(R"({"schema":"alexnet.comparison","version":1,"networks":[)" + to_json(summary) + "," +
                           to_json(other) + "]}");
  } else {
    console.print(compare_table(summary, other));
  }
}

std::vector<std::string> SummaryCommand::columns() const {
  std::vector<std::string> wanted;
  const auto known = summary_columns();
  for (const auto& column : CLI::detail::split(columns_, ',')) {
    if (column.empty()) {
      continue;
    }
    if (std::find(known.begin(), known.end(), column) == known.end()) {
      throw Error(Message::kUnknownName, {{"kind", "column"},
                                          {"where", column},
                                          {"nearest", nearest_name(column, known)},
                                          {"known", CLI::detail::join(known, ", ")}});
    }
    wanted.push_back(column);
  }
  return wanted;
}

}  // namespace

std::unique_ptr<Command> make_summary_command() { return std::make_unique<SummaryCommand>(); }

}  // namespace alexnet::cli
