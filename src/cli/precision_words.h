#pragma once

#include <string>

#include "alexnet/runtime/precision.h"

#include "cli/console.h"

namespace alexnet::cli {

/// Says at which precision a model is used, unless it was asked for or goes without saying: f32 of a plain model.
void tell_precision(Console& console, const std::string& wish, Precision precision);

}  // namespace alexnet::cli
