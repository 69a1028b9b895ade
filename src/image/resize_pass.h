#pragma once

#include "alexnet/image/image.h"

#include "image/resize_windows.h"

namespace alexnet::detail {

/// Each row of `in` from row `first_row` on, `rows` of them, resized along x.
[[nodiscard]] Image resize_along_x(const Image& in, int first_row, int rows, const ResizeWindows& windows);
/// Resized along y; row 0 of `in` is row `first_row` of the picture that the windows count in.
[[nodiscard]] Image resize_along_y(const Image& in, int first_row, const ResizeWindows& windows);

}  // namespace alexnet::detail
