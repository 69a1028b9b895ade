#pragma once

#include <filesystem>

namespace alexnet::testing_support {

/// The folder of the project's sources.
std::filesystem::path source_tree();

/// The folder of the tests' fixtures.
std::filesystem::path test_data();

}  // namespace alexnet::testing_support
