#pragma once

#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "charts/text.h"

/// HTML that every page of ours is written with: report, check page, model card. Text that comes from outside passes
/// `escaped`.
namespace alexnet::report {

using charts::detail::escaped;

template <class... Arguments>
void put(std::string& out, fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  fmt::format_to(std::back_inserter(out), text, std::forward<Arguments>(arguments)...);
}

/// From <!DOCTYPE> to the end of <head>: a page that fetches nothing. `title` is plain text; `language` as `lang` names
/// it; `scripts`: those that stand in the page itself may run.
void open_document(std::string& out, std::string_view title, std::string_view language, std::string_view style,
                   bool scripts = false);

/// <h2> with an anchor, inside a new <section>.
void open_section(std::string& out, std::string_view id, std::string_view heading);
void close_section(std::string& out);
void put_paragraph(std::string& out, std::string_view text, std::string_view classes = "");
/// A cell of a table; `heading`: "col" or "row", or empty.
void put_cell(std::string& out, std::string_view text, std::string_view heading = "", bool number = false);
/// A command to type.
[[nodiscard]] std::string command(std::string_view text);
/// A file name that breaks behind its folders first.
[[nodiscard]] std::string breakable(std::string_view file);

}  // namespace alexnet::report
