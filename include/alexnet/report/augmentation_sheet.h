#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "alexnet/data/augmentation.h"
#include "alexnet/data/dataset.h"
#include "alexnet/network/network.h"
#include "alexnet/train/recipe.h"

namespace alexnet::report {

/// What a photo was mixed with.
struct SheetMix {
  std::size_t photo = 0;  ///< its place in the sheet
  float share = 1;        ///< of the photo itself
};

/// A photo as a network reads it, and what was drawn for it.
struct SheetCell {
  Image picture;
  PhotoDraw draw = {};
  std::optional<SheetMix> mixed = {};
  std::array<double, 3> colour_offset = {};  ///< added to red, green and blue, in grey levels
  std::string words = {};                    ///< the numbers that the row is about
};

struct SheetRow {
  std::string option;  ///< key of the recipe; "none": as photos are measured; "all": as they train
  std::string value;   ///< of that key; empty for "none" and "all"
  std::uint32_t epoch = 1;
  std::vector<SheetCell> cells;  ///< one a photo
};

struct AugmentationSheet {
  std::vector<std::size_t> items;  ///< of the data set
  std::vector<SheetRow> rows;
  Image picture;
};

/// A contact sheet of what training shows a network: some photos as they are measured, under each augmentation of the
/// recipe alone, and under all of them in three epochs. Photos are chosen by the recipe's seed; those that cannot be
/// read are left out. Rows are made by the Loader, so that they are what a training on these photos alone would see,
/// colour noise added (but not its shrinking) and grey levels held within 0..255. Equal input, equal bytes.
/// Throws kOptionInvalid (recipe against network), kTooFewPhotos where no photo can be read.
[[nodiscard]] AugmentationSheet augmentation_sheet(const Dataset& dataset, const Network& network, const Recipe& recipe,
                                                   int photos);

}  // namespace alexnet::report
