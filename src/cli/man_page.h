#pragma once

#include <string>

namespace alexnet::cli {

/// The manual page alexnet(1), made from the commands' Apps.
[[nodiscard]] std::string man_page();

}  // namespace alexnet::cli
