#pragma once

#include <string>

#include "alexnet/core/messages.h"

namespace alexnet::cli {

/// The manual page alexnet(1), made from the commands' Apps.
[[nodiscard]] std::string man_page(Language language);

}  // namespace alexnet::cli
