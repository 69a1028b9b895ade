#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The frame of a page: head, style, navigation, scripts. In assets/, style.css and page.js.
namespace alexnet::report {

[[nodiscard]] std::string_view page_style();
[[nodiscard]] std::string_view page_script();

/// From <!DOCTYPE> to the open <main>; `parts`: anchor and name of each, for the navigation.
void open_page(std::string& out, std::string_view title, const std::vector<std::pair<std::string, std::string>>& parts);
void close_page(std::string& out);

}  // namespace alexnet::report
