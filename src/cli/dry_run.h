#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/console.h"

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's name
class App;
}

namespace alexnet::cli {

/// What a command would do to files and the network, in place of doing it.
struct Intent {
  std::vector<std::string> writes = {};   ///< files and folders
  std::vector<std::string> fetches = {};  ///< files and addresses, in the order of trial
  std::vector<std::pair<std::string, std::string>> moves = {};
};

/// --dry-run, for commands that write or fetch.
void add_dry_run(CLI::App& app, bool& value);

/// Prints it: a line each, or document `alexnet.dry_run`. Returns exit status 0.
int show_intent(Console& console, const std::string& command, const Intent& intent);

}  // namespace alexnet::cli
