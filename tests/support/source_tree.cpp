#include "support/source_tree.h"

namespace alexnet::testing_support {

std::filesystem::path source_tree() { return ALEXNET_SOURCE; }

std::filesystem::path test_data() { return source_tree() / "tests" / "data"; }

}  // namespace alexnet::testing_support
