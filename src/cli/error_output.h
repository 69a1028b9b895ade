#pragma once

#include <exception>
#include <string>

#include "cli/console.h"

namespace alexnet::cli {

/// Says an error in the form `error: what: where` / `expected ..., got ...` / `hint: ...` on standard error, or with
/// JSON as document `alexnet.error` on standard output. Returns the exit status.
int report_error(Console& console, const std::exception_ptr& error, const std::string& command);

}  // namespace alexnet::cli
