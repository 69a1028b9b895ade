#pragma once

#include <string>

/// Completion scripts, made from the commands' Apps.
namespace alexnet::cli {

[[nodiscard]] std::string bash_completion();
[[nodiscard]] std::string zsh_completion();
[[nodiscard]] std::string fish_completion();

}  // namespace alexnet::cli
