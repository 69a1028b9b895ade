#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/files.h"
#include "alexnet/image/encode.h"
#include "alexnet/report/augmentation_sheet.h"

#include "cli/command.h"
#include "cli/dry_run.h"
#include "cli/options.h"
#include "cli/recipe_arguments.h"
#include "cli/sources.h"
#include "core/text.h"

namespace alexnet::cli {
namespace {

using nlohmann::ordered_json;
using report::SheetCell;
using report::SheetRow;

ordered_json to_value(const PixelBox& box) {
  if (box.width == 0) {
    return nullptr;
  }
  return {{"left", box.left}, {"top", box.top}, {"width", box.width}, {"height", box.height}};
}

ordered_json to_value(const SheetCell& cell) {
  const PhotoDraw& draw = cell.draw;
  ordered_json value = {{"part", to_value(draw.part)},
                        {"left", draw.cut.left},
                        {"top", draw.cut.top},
                        {"flipped", draw.cut.flipped},
                        {"rotation", draw.rotation},
                        {"brightness", draw.brightness},
                        {"contrast", draw.contrast},
                        {"saturation", draw.saturation},
                        {"hole", to_value(draw.hole)},
                        {"mixed_with", nullptr},
                        {"color_offset", cell.colour_offset}};
  if (cell.mixed) {
    value["mixed_with"] = {{"photo", cell.mixed->photo}, {"share", cell.mixed->share}};
  }
  return value;
}

ordered_json to_value(const SheetRow& row) {
  ordered_json cells = ordered_json::array();
  for (const SheetCell& cell : row.cells) {
    cells.push_back(to_value(cell));
  }
  return {{"option", row.option},
          {"value", row.value.empty() ? ordered_json(nullptr) : ordered_json(row.value)},
          {"epoch", row.epoch},
          {"photos", std::move(cells)}};
}

class AugmentCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {"augment",
            "data",
            "draw what a training shows the network",
            "Writes a picture of some photos: as they are measured, under each augmentation of the recipe alone, and "
            "under all of them in three epochs, with the numbers drawn below. What it shows is made by the code that "
            "training reads photos with. Nothing is trained.",
            {{"alexnet augment photos", "what recipe quick does to photos, in augment.png"},
             {"alexnet augment photos --crop random-resized --rotation 15 --to sheet.png", "before training so"},
             {"alexnet augment photos --recipe tutorial --json", "the numbers drawn, too"}}};
  }

  void add_options(CLI::App& app) override {
    add_text(app, {"data", "FOLDER|SET", "photos to show, in class folders or a list of them (CSV)"}, data_);
    add_text(app, {"--to", "FILE", "the picture (PNG)"}, to_);
    add_text(app, {"--recipe", "RECIPE|FILE", "how to train: a name or a TOML file"}, recipe_);
    add_text(app,
             {"--network", "NETWORK", "network that would read the photos, by name or from a JSON file",
              "the one that suits the set; tutorial for a folder"},
             network_);
    add_whole(app, {"--photos", "N", "photos to show, chosen by the seed"}, photos_, 1, 64);
    add_dry_run(app, dry_run_);
    add_recipe_options(app, settings_);
  }

  int run(Console& console) override;

 private:
  [[nodiscard]] std::string document(const report::AugmentationSheet& sheet, const Dataset& dataset,
                                     const Network& network, const Recipe& recipe) const;

  std::string data_;
  std::string to_ = "augment.png";
  std::string recipe_ = kDefaultRecipe;
  std::string network_;
  int photos_ = 4;
  bool dry_run_ = false;
  RecipeSettings settings_;
};

std::string AugmentCommand::document(const report::AugmentationSheet& sheet, const Dataset& dataset,
                                     const Network& network, const Recipe& recipe) const {
  ordered_json photos = ordered_json::array();
  for (const std::size_t item : sheet.items) {
    const Item& photo = dataset.items()[item];
    photos.push_back({{"file", photo.path}, {"class", dataset.classes()[static_cast<std::size_t>(photo.label)]}});
  }
  ordered_json rows = ordered_json::array();
  for (const SheetRow& row : sheet.rows) {
    rows.push_back(to_value(row));
  }
  const ordered_json document = {
      {"schema", "alexnet.augment"}, {"version", 1},          {"file", to_},         {"data", data_},
      {"network", network.name()},   {"recipe", recipe.name}, {"seed", recipe.seed}, {"photos", std::move(photos)},
      {"rows", std::move(rows)}};
  return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

int AugmentCommand::run(Console& console) {
  require(data_, "FOLDER|SET", "alexnet augment photos");
  const Recipe recipe = resolve_recipe(recipe_, recipe_settings_from_environment(), settings_).recipe;
  const Network network = network_by_name_or_file(network_.empty() ? network_that_suits(data_) : network_, 0);
  const auto dataset = open_dataset(data_, console.sink());
  if (dry_run_) {
    return show_intent(console, "augment", {.writes = {to_}});
  }
  const auto sheet = report::augmentation_sheet(*dataset, network, recipe, photos_);
  AtomicFile file(to_);
  file.write(encode_png(sheet.picture));
  file.commit();
  if (console.json()) {
    console.print_document(document(sheet, *dataset, network, recipe));
    return 0;
  }
  std::string on;
  for (const SheetRow& row : sheet.rows) {
    if (!row.value.empty()) {
      on += fmt::format("  {} {}\n", row.option, row.value);
    }
  }
  console.print(fmt::format("{}: {} photos as {} reads them, recipe {}\n{}", printable(to_), sheet.items.size(),
                            network.name(), printable(recipe.name), on.empty() ? "  no augmentation is on\n" : on));
  return 0;
}

}  // namespace

std::unique_ptr<Command> make_augment_command() { return std::make_unique<AugmentCommand>(); }

}  // namespace alexnet::cli
