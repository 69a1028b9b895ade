#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// UTF-8 text in a terminal, numbers as people read them, fields of CSV files.
namespace alexnet {

/// Takes the first character off `text`, which is not empty; nothing (and one byte taken) where it is not UTF-8.
[[nodiscard]] std::optional<char32_t> take_character(std::string_view& text);

/// Valid UTF-8 without control characters: what a name may be made of.
[[nodiscard]] bool is_plain_text(std::string_view text);
/// For messages: control characters (a file name may hold an escape sequence) and bytes that are no UTF-8 become "?".
[[nodiscard]] std::string printable(std::string_view text);

/// Columns that text takes in a terminal: 2 for Chinese, Japanese and Korean characters and emoji, 0 for marks that
/// combine, 1 for others (a byte that is no UTF-8 counts as one column).
[[nodiscard]] int display_width(std::string_view text);
/// Spaces on the left or right up to `width` columns.
[[nodiscard]] std::string pad_left(std::string_view text, int width);
[[nodiscard]] std::string pad_right(std::string_view text, int width);
/// Appends `piece`. Where that would leave a space between two Chinese characters, it goes: "应为 " and "整数".
void append_closed(std::string& text, std::string_view piece);
/// The longest front part of `text` that fits `width` columns; whole characters only.
[[nodiscard]] std::string fitted(std::string_view text, int width);
/// Takes what stays on one line off a word without spaces: all of it, but Chinese may be broken at each character.
[[nodiscard]] std::string_view take_piece(std::string_view& word);
/// Lines of at most `width` columns, broken at spaces and between Chinese characters (a longer word stays whole),
/// without a line feed at the end; 0 = one line. Each line after the first begins with `indent` spaces, and the first
/// leaves room for as many.
[[nodiscard]] std::string wrapped(std::string_view text, int width, int indent = 0);

/// Lines of as many fields each as a table, two spaces between its columns; `to_the_right`: which of them are numbers.
[[nodiscard]] std::string aligned(const std::vector<std::vector<std::string>>& lines,
                                  const std::vector<bool>& to_the_right);

/// "60,965,224"
[[nodiscard]] std::string with_commas(std::int64_t number);
/// At most four digits: "0.75", "2e-5".
[[nodiscard]] std::string short_number(double number);
/// "243.9 MB" (powers of 1000)
[[nodiscard]] std::string byte_text(std::int64_t bytes);

/// A field of a CSV file, quoted where it must be (RFC 4180).
[[nodiscard]] std::string csv_field(const std::string& text);

}  // namespace alexnet
