#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/say.h"

/// The frame of a page: head, style, navigation, scripts. Styles and scripts stand in assets/.
namespace alexnet::report {

enum class PageKind { kReport, kCard, kCheck };

/// The style of all pages and that of one kind.
[[nodiscard]] std::string page_style(PageKind kind);
[[nodiscard]] std::string_view page_script();

/// From <!DOCTYPE> to the open <main>; `parts`: anchor and name of each, for the navigation.
void open_page(std::string& out, std::string_view title, const std::vector<std::pair<std::string, std::string>>& parts,
               const Say& say);
void close_page(std::string& out);

}  // namespace alexnet::report
