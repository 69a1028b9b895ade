#include <filesystem>
#include <numeric>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/formats/npy.h"
#include "alexnet/infer/embedding.h"
#include "alexnet/registry/registry.h"

#include "cli/command.h"
#include "cli/dry_run.h"
#include "cli/evaluated_photos.h"
#include "cli/options.h"
#include "cli/progress_mode.h"
#include "cli/sources.h"
#include "cli/words.h"
#include "core/text.h"

namespace alexnet::cli {
namespace {

/// "path,class,part" of a photo.
std::string facts_csv(const PartedPhotos& photos, std::size_t item) {
  const auto& [path, label, fixed] = photos.dataset->items()[item];
  const auto& part = photos.parts[item];
  return fmt::format("{},{},{}", csv_field(path), csv_field(photos.dataset->classes()[static_cast<std::size_t>(label)]),
                     part ? name_of(*part) : "");
}

/// The file that --to names, and beside a .npy the CSV file that says which photo each row is.
class VectorFiles {
 public:
  VectorFiles(const std::filesystem::path& path, std::int64_t columns) : names_(names(path)) {
    if (names_.size() > 1) {
      numbers_.emplace(path, columns);
    }
    table_.emplace(names_.back());
    std::string header = numbers_ ? "row,path,class,part" : "path,class,part";
    for (std::int64_t i = 0; !numbers_ && i < columns; ++i) {
      header += fmt::format(",v{}", i);
    }
    table_->write(header + "\n");
  }

  /// The files that it writes for a name, the table last.
  [[nodiscard]] static std::vector<std::string> names(std::filesystem::path path) {
    if (path.extension() != ".npy") {
      return {path.string()};
    }
    const auto numbers = path.string();
    return {numbers, path.replace_extension(".csv").string()};
  }

  void add(const std::string& facts, std::span<const float> vector) {
    if (numbers_) {
      numbers_->add(vector);
      table_->write(fmt::format("{},{}\n", rows_, facts));
    } else {
      table_->write(fmt::format("{},{}\n", facts, fmt::join(vector, ",")));
    }
    ++rows_;
  }

  void commit() {
    if (numbers_) {
      numbers_->commit();
    }
    table_->commit();
  }

  [[nodiscard]] std::int64_t rows() const { return rows_; }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  std::optional<NpyWriter> numbers_;
  std::optional<AtomicFile> table_;
  std::vector<std::string> names_;
  std::int64_t rows_ = 0;
};

class EmbedCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {"embed",
            "use",
            "write photos as vectors, by what a layer makes of them",
            "Writes one vector a photo, for search, clustering or other programs. FILE.npy is a table of f32 that "
            "numpy.load reads, with FILE.csv beside it that says which photo each row is; FILE.csv alone holds path, "
            "class, part and the numbers. The folder may have class folders or none. A photo that cannot be read has "
            "no row; it is named, and the exit status is 3.",
            {{"alexnet embed runs/latest photos --to photos.npy", "the input of the last dense layer"},
             {"alexnet embed runs/latest photos --layer pool1 --to photos.csv", "another layer, as a table"}}};
  }

  void add_options(CLI::App& app) override {
    add_text(app, {"model", "MODEL|RUN", "model file or run folder"}, model_);
    add_text(app, {"photos", "FOLDER|RUN|SET", "photos", "those of the RUN"}, photos_);
    add_text(app, {"--to", "FILE", "FILE.npy or FILE.csv"}, to_);
    add_text(app, {"--layer", "LAYER", "whose values are written", "the input of the last dense layer"},
             options_.layer);
    add_text(app, {"--backend", "BACKEND", "what computes; auto is the fastest that is there"}, backend_);
    add_whole(app, {"--threads", "N", "threads that compute", "physical cores that this process may use"},
              options_.threads, 1, 4096);
    add_choice(app, {"--progress", kProgressChoices, "how progress is shown"}, progress_);
    add_dry_run(app, dry_run_);
  }

  int run(Console& console) override;

 private:
  void print(Console& console, const std::string& layer, const PartedPhotos& photos, const VectorFiles& files,
             std::int64_t columns, const std::vector<BadPhoto>& skipped) const;

  std::string model_;
  std::string photos_;
  std::string to_ = "photos.npy";
  std::string backend_ = "auto";
  std::string progress_ = "auto";
  bool dry_run_ = false;
  EmbeddingOptions options_;
};

void EmbedCommand::print(Console& console, const std::string& layer, const PartedPhotos& photos,
                         const VectorFiles& files, std::int64_t columns, const std::vector<BadPhoto>& skipped) const {
  if (!skipped.empty()) {
    console.log(Severity::kWarning, Message::kWarnPhotosSkipped,
                {{"count", fmt::format("{} of {} photos", skipped.size(), photos.dataset->size())},
                 {"first", skipped.front().reason},
                 {"where", "they have no row"}});
  }
  if (!console.json()) {
    console.print(fmt::format("{} photos of {} as {} numbers each, by layer {}: {}\n", with_commas(files.rows()),
                              printable(photos.name), with_commas(columns), layer,
                              printable(fmt::format("{}", fmt::join(files.names(), ", ")))));
    return;
  }
  nlohmann::ordered_json document = {{"schema", "alexnet.embed"},
                                     {"version", 1},
                                     {"model", model_},
                                     {"layer", layer},
                                     {"data", photos.name},
                                     {"rows", files.rows()},
                                     {"columns", columns},
                                     {"files", files.names()},
                                     {"skipped", nlohmann::ordered_json::array()}};
  for (const auto& photo : skipped) {
    document["skipped"].push_back({{"file", photo.path}, {"reason", photo.reason}});
  }
  console.print_document(document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

int EmbedCommand::run(Console& console) {
  require(model_, "MODEL|RUN", "alexnet embed runs/latest photos --to photos.npy");
  if (!to_.ends_with(".npy") && !to_.ends_with(".csv")) {
    throw Error(Message::kOptionInvalid,
                {{"where", "--to"}, {"expected", "a file that ends in .npy or .csv"}, {"got", to_}});
  }
  if (photos_.empty() && !is_run(model_)) {
    require("", "FOLDER|RUN|SET", "alexnet embed " + shell_word(model_) + " photos --to photos.npy");
  }
  options_.threads = options_.threads > 0 ? options_.threads : default_threads();
  const auto photos = photos_as_they_are(photos_.empty() ? model_ : photos_, console.sink());
  const auto backend = make_backend(backend_);
  Embedder embedder(read_model(find_model(model_)), *backend, options_);
  if (dry_run_) {
    return show_intent(console, "embed", {.writes = VectorFiles::names(to_)});
  }
  VectorFiles files(to_, embedder.size());
  std::vector<std::size_t> items(photos.dataset->size());
  std::iota(items.begin(), items.end(), std::size_t{0});
  const auto mode = progress_mode(progress_, console);
  Pace pace;
  const auto skipped = embedder.embed(
      *photos.dataset, items,
      [&](std::size_t item, std::span<const float> vector) { files.add(facts_csv(photos, item), vector); },
      [&](std::int64_t seen, std::int64_t all) {
        show_count(console, mode, pace, seen, all);
        return true;
      });
  files.commit();
  print(console, embedder.layer(), photos, files, embedder.size(), skipped);
  return skipped.empty() ? 0 : static_cast<int>(ErrorKind::kBadData);
}

}  // namespace

std::unique_ptr<Command> make_embed_command() { return std::make_unique<EmbedCommand>(); }

}  // namespace alexnet::cli
