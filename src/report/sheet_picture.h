#pragma once

#include <vector>

#include "alexnet/report/augmentation_sheet.h"

namespace alexnet::report {

/// The rows below each other, each with its name on the left and the words of each cell below it. Small pictures are
/// enlarged by a whole number.
[[nodiscard]] Image sheet_picture(const std::vector<SheetRow>& rows);

}  // namespace alexnet::report
