#include "alexnet/report/augmentation_sheet.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/random.h"
#include "alexnet/data/loader.h"
#include "alexnet/data/mixup.h"

#include "report/sheet_picture.h"

namespace alexnet::report {
namespace {

constexpr std::uint32_t kEpoch = 1;
constexpr std::uint32_t kEpochsOfAll = 3;

struct Step {
  std::string option;
  Augmentation augmentation;
};

/// Each augmentation that is on, alone.
std::vector<Step> steps_of(const Augmentation& all) {
  std::vector<Step> steps;
  const auto add = [&](bool on, const char* option, const Augmentation& alone) {
    if (on) {
      steps.push_back({option, alone});
    }
  };
  add(all.crop != CropMode::kCentre, "crop",
      {.crop = all.crop, .crop_share = all.crop_share, .crop_area = all.crop_area});
  add(all.rotation > 0, "rotation", {.rotation = all.rotation});
  add(all.flip, "flip", {.flip = true, .crop_share = all.crop_share});
  add(all.brightness > 0, "brightness", {.brightness = all.brightness});
  add(all.contrast > 0, "contrast", {.contrast = all.contrast});
  add(all.saturation > 0, "saturation", {.saturation = all.saturation});
  add(all.cutout > 0, "cutout", {.cutout = all.cutout});
  add(all.mixup > 0, "mixup", {.mixup = all.mixup});
  add(all.colour_noise.strength > 0, "color_noise", {.colour_noise = all.colour_noise});
  return steps;
}

std::string crop_words(const SheetCell& cell, const Image& source) {
  const PixelBox& part = cell.draw.part;
  if (part.width == 0) {
    return fmt::format("from {}, {} on", cell.draw.cut.left, cell.draw.cut.top);
  }
  const double area = static_cast<double>(part.width) * part.height / source.width / source.height;
  return fmt::format("{:.0f} % of the area, {}x{}", 100 * area, part.width, part.height);
}

std::string words_of(const std::string& option, const SheetCell& cell, const Image& source) {
  const PhotoDraw& draw = cell.draw;
  if (option == "crop") {
    return crop_words(cell, source);
  }
  if (option == "flip") {
    return draw.cut.flipped ? "mirrored" : "not mirrored";
  }
  if (option == "rotation") {
    return fmt::format("{:+.1f} degrees", draw.rotation);
  }
  for (const auto& [name, factor] : {std::pair{"brightness", draw.brightness}, std::pair{"contrast", draw.contrast},
                                     std::pair{"saturation", draw.saturation}}) {
    if (option == name) {
      return fmt::format("times {:.2f}", factor);
    }
  }
  if (option == "cutout") {
    return fmt::format("{}x{} at {}, {}", draw.hole.width, draw.hole.height, draw.hole.left, draw.hole.top);
  }
  if (option == "mixup") {
    return cell.mixed ? fmt::format("{:.0f} %, {:.0f} % of photo {}", 100 * cell.mixed->share,
                                    100 * (1 - cell.mixed->share), cell.mixed->photo + 1)
                      : "alone";
  }
  if (option == "color_noise") {
    return fmt::format("{:+.0f} {:+.0f} {:+.0f}", cell.colour_offset[0], cell.colour_offset[1], cell.colour_offset[2]);
  }
  return "";
}

class SheetMaker {
 public:
  SheetMaker(const Dataset& dataset, const Network& network, const Recipe& recipe, int photos)
      : dataset_(dataset),
        recipe_(recipe),
        geometry_(geometry_for(recipe, network)),
        all_(augmentation_for(recipe, network)) {
    choose(photos);
  }

  AugmentationSheet make() {
    AugmentationSheet sheet;
    sheet.items = items_;
    sheet.rows.push_back(row("none", {}, kEpoch));
    for (const Step& step : steps_of(all_)) {
      sheet.rows.push_back(row(step.option, step.augmentation, kEpoch));
    }
    for (std::uint32_t epoch = kEpoch; epoch < kEpoch + kEpochsOfAll; ++epoch) {
      sheet.rows.push_back(row("all", all_, epoch));
    }
    sheet.picture = sheet_picture(sheet.rows);
    return sheet;
  }

 private:
  /// The first photos of a seeded order that can be read.
  void choose(int photos) {
    RandomStream draws(recipe_.seed, Purpose::kShuffle, kEpoch);
    std::string reason;
    for (const std::int64_t place : permutation(static_cast<std::int64_t>(dataset_.size()), draws)) {
      if (items_.size() == static_cast<std::size_t>(photos)) {
        return;
      }
      const auto item = static_cast<std::size_t>(place);
      try {
        photos_.push_back(dataset_.load(item, geometry_.apply_orientation));
        items_.push_back(item);
      } catch (const Error& error) {
        reason = describe(error).what;  // `alexnet check` lists such photos
      }
    }
    if (items_.empty()) {
      throw Error(Message::kTooFewPhotos,
                  {{"where", dataset_.name()}, {"expected", "a photo that can be read"}, {"got", reason}});
    }
  }

  SheetRow row(const std::string& option, const Augmentation& augmentation, std::uint32_t epoch) {
    Loader loader(dataset_, items_,
                  {.geometry = geometry_,
                   .augmentation = augmentation,
                   .batch = static_cast<int>(items_.size()),
                   .seed = recipe_.seed});
    loader.start(epoch);
    const LoadedBatch& loaded = *loader.next();
    if (!loaded.bad.empty()) {  // it could be read a moment ago
      throw Error(Message::kReadFailed, {{"where", loaded.bad.front().path}, {"reason", loaded.bad.front().reason}});
    }
    SheetRow made{.option = option, .value = "", .epoch = epoch, .cells = {}};
    if (option != "none" && option != "all") {
      made.value = recipe_option(option).get(recipe_);
    }
    std::vector<Image> sources;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const Image& source = sources.emplace_back(augmentation_source(photos_[i], geometry_, augmentation));
      SheetCell cell{.picture = picture_of(loaded, i)};
      cell.draw = draw_photo(geometry_, augmentation, source.width, source.height,
                             {recipe_.seed, epoch, static_cast<std::uint32_t>(i)});
      add_colour(loaded.batch.photos[i], augmentation.colour_noise, cell);
      made.cells.push_back(std::move(cell));
    }
    note_mixes(augmentation, made);
    for (std::size_t i = 0; i < items_.size(); ++i) {
      made.cells[i].words = words_of(option, made.cells[i], sources[i]);
    }
    return made;
  }

  [[nodiscard]] Image picture_of(const LoadedBatch& loaded, std::size_t row) const {
    Image picture(geometry_.width, geometry_.height, geometry_.channels);
    const auto all = loaded.batch.input.as<std::uint8_t>();
    const auto bytes = picture.pixels.size();
    std::ranges::copy(all.subspan(row * bytes, bytes), picture.pixels.begin());
    return picture;
  }

  /// Adds what Normalize would, back in grey levels of red, green and blue.
  static void add_colour(const PhotoFacts& facts, const ColourNoise& noise, SheetCell& cell) {
    if (noise.strength == 0) {
      return;
    }
    for (std::size_t c = 0; c < 3; ++c) {
      cell.colour_offset[c] = facts.colour_offset[noise.blue_first ? 2 - c : c] / noise.scale;
      for (std::size_t i = c; i < cell.picture.pixels.size(); i += 3) {
        const double value = std::round(cell.picture.pixels[i] + cell.colour_offset[c]);
        cell.picture.pixels[i] = static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
      }
    }
  }

  void note_mixes(const Augmentation& augmentation, SheetRow& made) const {
    if (augmentation.mixup == 0) {
      return;
    }
    const auto count = static_cast<int>(items_.size());
    for (const MixedPair& pair : mixed_pairs(augmentation.mixup, count, recipe_.seed, made.epoch, 0)) {
      const auto first = static_cast<std::size_t>(pair.first);
      const auto second = static_cast<std::size_t>(pair.second);
      made.cells[first].mixed = SheetMix{.photo = second, .share = pair.share};
      made.cells[second].mixed = SheetMix{.photo = first, .share = pair.share};
    }
  }

  const Dataset& dataset_;
  const Recipe& recipe_;
  Geometry geometry_;
  Augmentation all_;
  std::vector<std::size_t> items_;
  std::vector<Image> photos_;
};

}  // namespace

AugmentationSheet augmentation_sheet(const Dataset& dataset, const Network& network, const Recipe& recipe, int photos) {
  return SheetMaker(dataset, network, recipe, photos).make();
}

}  // namespace alexnet::report
