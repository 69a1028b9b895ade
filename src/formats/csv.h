#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace alexnet {

/// A number as the shortest text that reads back to the same bits; NaN is an empty field.
[[nodiscard]] std::string csv_number(double value);

/// The number of a field; NaN of an empty one. Throws kFileFormat naming `where` and the line.
[[nodiscard]] double csv_value(std::string_view field, const std::string& where, std::size_t line);

/// The rows of a CSV text of numbers, without the header line; an empty field is NaN. A last line without its line feed
/// was cut while it was written and is passed over. Throws kFileFormat naming `where` and the line when the header is
/// not `header`, a row has another number of fields, or a field is no number.
[[nodiscard]] std::vector<std::vector<double>> parse_number_rows(std::string_view text, std::string_view header,
                                                                 const std::string& where);

}  // namespace alexnet
