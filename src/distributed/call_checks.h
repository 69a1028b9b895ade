#pragma once

#include <cstddef>

namespace alexnet::distributed {

/// `whole` is `size` parts as long as `part`. Throws kWrongCall naming the function.
void check_parts(const char* function, std::size_t whole, std::size_t part, int size);
/// A rank of the group. Throws kWrongCall.
void check_root(const char* function, int root, int size);

}  // namespace alexnet::distributed
