#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace alexnet::testing {

/// Copies into the empty folder `place` what `make` leaves in a folder given to it: made by the first process of tests
/// that asks for `name` after a build, and kept beside the tests' program for the others, since ctest runs each test in
/// a process of its own. Files that name the folder where they were made name `place` in the copy. Where `make` failed
/// (a fatal failure of GoogleTest), nothing is kept.
void made_once(const std::string& name, const std::filesystem::path& place,
               const std::function<void(const std::filesystem::path& folder)>& make);

}  // namespace alexnet::testing
