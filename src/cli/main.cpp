#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/error_output.h"
#include "cli/signals.h"

int main(int argc, char** argv) {
  using namespace alexnet::cli;
  const SignalThread signals;
  // A limit on the size of files is then an error that can be told, as a full disk is.
  std::signal(SIGXFSZ, SIG_IGN);
  Console console(std::vector<std::string>(argv + 1, argv + std::max(argc, 1)));
  const auto& arguments = console.arguments();
  try {
    const int status = dispatch(arguments, console);
    console.finish();
    return status;
  } catch (...) {
    const auto command = find_command(arguments);
    return report_error(console, std::current_exception(), command == arguments.end() ? "" : *command);
  }
}
