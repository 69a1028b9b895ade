#pragma once

#include <array>
#include <cstdint>

namespace alexnet::charts {

inline constexpr int kLetterColumns = 5;
inline constexpr int kLetterRows = 9;

/// The pixels of a letter, row by row from the top; bit 4 is the left column. The last two rows are for what hangs
/// below the line.
using Letter = std::array<std::uint8_t, kLetterRows>;

/// Printable ASCII; "?" for anything else.
[[nodiscard]] const Letter& letter_of(char32_t character);

}  // namespace alexnet::charts
