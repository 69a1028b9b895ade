#pragma once

#include <string>

#include "alexnet/core/messages.h"
#include "alexnet/data/check.h"
#include "alexnet/data/fix_list.h"

namespace alexnet::cli {

/// The summary of a check: what was looked at, a line a kind with its number and worst case, then what to do. `width`:
/// columns of the terminal, 0 = no limit.
[[nodiscard]] std::string check_words(const CheckResult& result, int width, Language language);
/// Document `alexnet.check`.
[[nodiscard]] std::string check_json(const CheckResult& result);

/// What was moved; `undo` tells the direction, `list` is the fix list's file.
[[nodiscard]] std::string fix_words(const FixOutcome& outcome, bool undo, const std::string& folder,
                                    const std::string& list);
/// Document `alexnet.fix`.
[[nodiscard]] std::string fix_json(const FixOutcome& outcome, bool undo, const std::string& folder);

}  // namespace alexnet::cli
