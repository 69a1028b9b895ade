#pragma once

#include <cstdint>
#include <span>

#include "alexnet/runtime/update_rule.h"

namespace alexnet::reference {

/// One step of one parameter. `rate` and `decay` carry the parameter's own multipliers, `t` counts steps from 1, and
/// `slots` are those of slots_of(rule), in that order.
template <class T>
void update(const UpdateRule& rule, double rate, double decay, std::int64_t t, std::span<T> w, std::span<const T> g,
            std::span<const std::span<T>> slots);

}  // namespace alexnet::reference
