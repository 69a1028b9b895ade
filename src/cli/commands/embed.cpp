#include <filesystem>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/formats/npy.h"
#include "alexnet/registry/registry.h"

#include "cli/command.h"
#include "cli/embedding_arguments.h"
#include "cli/evaluated_photos.h"
#include "cli/options.h"
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
  VectorFiles(const std::filesystem::path& path, std::int64_t columns) {
    auto table = path;
    if (path.extension() == ".npy") {
      numbers_.emplace(path, columns);
      names_.push_back(path.string());
      table.replace_extension(".csv");
    }
    names_.push_back(table.string());
    table_.emplace(table);
    std::string header = numbers_ ? "row,path,class,part" : "path,class,part";
    for (std::int64_t i = 0; !numbers_ && i < columns; ++i) {
      header += fmt::format(",v{}", i);
    }
    table_->write(header + "\n");
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
    embedding_.add_to(app, "whose values are written");
  }

  int run(Console& console) override;

 private:
  void print(Console& console, const std::string& layer, const PartedPhotos& photos, const VectorFiles& files,
             std::int64_t columns, const std::vector<BadPhoto>& skipped) const;

  std::string model_;
  std::string photos_;
  std::string to_ = "photos.npy";
  EmbeddingArguments embedding_;
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
  const auto photos = photos_as_they_are(photos_.empty() ? model_ : photos_, console.sink());
  const auto backend = make_backend(embedding_.backend);
  Embedder embedder(read_model(find_model(model_)), *backend, embedding_.options());
  VectorFiles files(to_, embedder.size());
  const auto skipped = embedding_.embed_all(
      console, embedder, *photos.dataset,
      [&](std::size_t item, std::span<const float> vector) { files.add(facts_csv(photos, item), vector); });
  files.commit();
  print(console, embedder.layer(), photos, files, embedder.size(), skipped);
  return skipped.empty() ? 0 : static_cast<int>(ErrorKind::kBadData);
}

}  // namespace

std::unique_ptr<Command> make_embed_command() { return std::make_unique<EmbedCommand>(); }

}  // namespace alexnet::cli
