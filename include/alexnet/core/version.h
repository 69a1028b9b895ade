#pragma once

#include <string_view>

namespace alexnet {

/// "0.1.0", from CMake's project version.
[[nodiscard]] std::string_view version();

}  // namespace alexnet
