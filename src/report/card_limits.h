#pragma once

#include <string>
#include <vector>

#include "alexnet/report/model_card.h"

#include "core/say.h"

namespace alexnet::report {

/// What the model cannot do, in sentences drawn from its own figures.
[[nodiscard]] std::vector<std::string> limits_of(const CardFacts& facts, const Say& say);

}  // namespace alexnet::report
