#pragma once

#include <string_view>

/// The files of src/serve/watch_page/, put into the program at build.
namespace alexnet::serve {

extern const std::string_view kWatchHtml;
extern const std::string_view kWatchCss;
extern const std::string_view kWatchJs;
extern const std::string_view kLayersJs;
extern const std::string_view kTextsJs;

}  // namespace alexnet::serve
