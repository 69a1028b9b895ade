#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/data/known_sets.h"

#include "cli/command.h"
#include "cli/dry_run.h"
#include "cli/fetch_progress.h"
#include "cli/options.h"
#include "cli/words.h"
#include "core/text.h"

namespace alexnet::cli {
namespace {

class DataCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {
        "data",
        "data",
        "list or fetch photos that the program knows by name",
        "`list` shows the known sets and where they lie. `fetch` brings one here: from an archive or folder that you "
        "have (--from), from the folder ALEXNET_DATA, from a mirror, or from where it is published. A download that "
        "was cut goes on where it stopped, and a set that is here already is not fetched again.",
        {{"alexnet data list", "the sets, their sizes, and which are here"},
         {"alexnet data fetch flowers17", "17 kinds of flowers, 1,360 photos, 60 MB"},
         {"alexnet data fetch flowers17 --from 17flowers.tgz", "from an archive that you have"}}};
  }

  void add_options(CLI::App& app) override {
    add_choice(app, {"action", "list|fetch", "the action"}, action_);
    add_text(app, {"set", "SET", "name of the set to fetch"}, set_);
    add_text(app,
             {"--from", "ARCHIVE|FOLDER", "archive or folder that you have", "none: it is looked for, then fetched"},
             from_);
    add_text(app, {"--to", "FOLDER", "where the photos go", "the data folder of the program"}, to_);
    add_texts(app,
              {"--mirror", "URL", "address of a folder with the archives, tried first; several may be given", "none"},
              mirrors_);
    add_choice(app, {"--progress", kProgressChoices, "how progress is shown"}, progress_);
    add_dry_run(app, dry_run_);
  }

  int run(Console& console) override {
    if (action_ == "list") {
      list(console);
      return 0;
    }
    require(action_, "list|fetch", "alexnet data list");
    require(set_, "SET", "alexnet data list");
    fetch_set(console);
    return 0;
  }

 private:
  static void list(Console& console);
  void fetch_set(Console& console) const;

  std::string action_;
  std::string set_;
  std::string from_;
  std::string to_;
  std::vector<std::string> mirrors_;
  std::string progress_ = "auto";
  bool dry_run_ = false;
};

void DataCommand::list(Console& console) {
  if (!console.json()) {
    for (const auto& set : known_sets()) {
      const auto folder = find_fetched(set);
      const auto bytes = byte_text(set.bytes);
      const auto facts = set.package.empty() ? fmt::format("{} ({}); network {}", set.summary, bytes, set.network)
                                             : fmt::format("{} ({}, or Debian package {}); network {}", set.summary,
                                                           bytes, set.package, set.network);
      const auto place =
          folder.empty() ? "not here: alexnet data fetch " + set.name : "here: " + printable(folder.string());
      console.print(fmt::format("{:<15} {}\n{:15} {}\n", set.name, facts, "", place));
    }
    return;
  }
  nlohmann::ordered_json document = {{"schema", "alexnet.data"}, {"version", 1}};
  document["sets"] = nlohmann::ordered_json::array();
  for (const auto& set : known_sets()) {
    document["sets"].push_back({{"name", set.name},
                                {"summary", set.summary},
                                {"files", set.files},
                                {"addresses", set.addresses},
                                {"package", set.package},
                                {"network", set.network},
                                {"bytes", set.bytes},
                                {"folder", find_fetched(set).string()}});
  }
  console.print_document(document.dump());
}

void DataCommand::fetch_set(Console& console) const {
  const auto& set = known_set(set_);
  if (dry_run_) {
    const auto plan = plan_fetch(set, {.from = from_, .to = to_, .mirrors = mirrors_});
    const std::vector<std::string> folders(plan.is_there ? 0 : 1, plan.folder.string());
    show_intent(console, "data", {.writes = folders, .fetches = plan.sources});
    return;
  }
  FetchProgress progress(console, progress_mode(progress_, console));
  const auto folder = fetch(set,
                            {.from = from_,
                             .to = to_,
                             .mirrors = mirrors_,
                             .progress = [&](std::string_view file, std::int64_t done,
                                             std::int64_t total) { progress.update(file, done, total); }},
                            console.sink());
  console.clear_live();
  const auto next = "alexnet train " + (to_.empty() ? set.name : shell_word(to_));
  if (console.json()) {
    const nlohmann::ordered_json document = {
        {"schema", "alexnet.fetch"}, {"version", 1}, {"name", set.name}, {"folder", folder.string()}, {"next", next}};
    console.print_document(document.dump());
  } else {
    console.print(fmt::format("{}: {}\nnext: {}\n", set.name, printable(folder.string()), next));
  }
}

}  // namespace

std::unique_ptr<Command> make_data_command() { return std::make_unique<DataCommand>(); }

}  // namespace alexnet::cli
