#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/serve/watch_server.h"

#include "cli/command.h"
#include "cli/options.h"
#include "cli/signals.h"

namespace alexnet::cli {
namespace {

class WatchCommand final : public Command {
 public:
  [[nodiscard]] CommandText text() const override {
    return {
        "watch",
        "train",
        "follow trainings in a browser",
        "Serves a page on the loopback address of this machine: a table of the runs, their curves in one chart, the "
        "first filters after each epoch, what two runs differ in, and buttons that save or stop a training or change "
        "its number of epochs. It reads the run folders only, so it works for trainings of other programs, for those "
        "that ended, and for copied folders, and no training waits for it. Ctrl-C ends it.",
        {{"alexnet watch runs", "all runs below runs/"},
         {"alexnet watch runs --once", "their table here, without a browser"},
         {"alexnet watch runs/latest --read-only --port 0", "one run, without buttons, on any free port"}}};
  }

  void add_options(CLI::App& app) override {
    add_texts(app, {"runs", "FOLDER|RUN", "folders of runs, or runs"}, folders_);
    add_whole(app, {"--port", "N", "port of the page; 0: any that is free"}, port_, 0, 65535);
    add_flag(app, "--read-only", read_only_, "without buttons");
    add_flag(app, "--once", once_, "print the table of runs, and end");
  }

  int run(Console& console) override;

 private:
  std::vector<std::string> folders_;
  int port_ = serve::WatchOptions().port;
  bool read_only_ = false;
  bool once_ = false;
};

int WatchCommand::run(Console& console) {
  require(folders_.empty() ? "" : folders_.front(), "FOLDER|RUN", "alexnet watch runs");
  const std::vector<std::filesystem::path> folders(folders_.begin(), folders_.end());
  if (once_) {
    console.json() ? console.print_document(serve::runs_json(folders, true))
                   : console.print(serve::runs_words(folders));
    return 0;
  }
  const EndOnSignal signals;
  serve::WatchServer server({folders, port_, read_only_});
  server.start();
  if (console.json()) {
    console.print_document(nlohmann::ordered_json{
        {"schema", "alexnet.watch_server"}, {"version", 1}, {"address", server.address()}, {"read_only", read_only_}}
                               .dump());
  } else {
    console.print(fmt::format("{}\nCtrl-C ends it.\n", server.address()));
  }
  console.finish();  // the address is wanted now
  signals.wait();
  server.stop();
  return 0;
}

}  // namespace

std::unique_ptr<Command> make_watch_command() { return std::make_unique<WatchCommand>(); }

}  // namespace alexnet::cli
