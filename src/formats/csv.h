#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace alexnet {

/// A number as the shortest text that reads back to the same bits; NaN is an empty field.
[[nodiscard]] std::string csv_number(double value);

/// The records of a CSV text (RFC 4180), without the header line. A last line without its line feed was cut while it
/// was written and is passed over. Throws kFileFormat naming `where` and the line when the header is not `header` or a
/// record has another number of fields.
[[nodiscard]] std::vector<std::vector<std::string>> parse_csv(std::string_view text, std::string_view header,
                                                              const std::string& where);

}  // namespace alexnet
