#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

/// Services over HTTP, as a library.
namespace alexnet::serve {

struct WatchOptions {
  /// Run folders, and folders that hold some.
  std::vector<std::filesystem::path> folders;
  int port = 8765;  ///< 0: any that is free
  /// Without buttons; control.json is never written.
  bool read_only = false;
};

/// A page about trainings on the loopback address. It reads Run folders only, whoever trains there, and asks of a
/// training through its control.json: a training never waits for it. Routes: docs/watch.md.
class WatchServer {
 public:
  /// Listens. Throws kFolderMissing, kPortBusy.
  explicit WatchServer(WatchOptions options);
  ~WatchServer();
  WatchServer(const WatchServer&) = delete;
  WatchServer& operator=(const WatchServer&) = delete;

  [[nodiscard]] std::string address() const;  ///< "http://127.0.0.1:8765/"
  /// Answers on threads of its own until `stop` or the end of its life.
  void start();
  void stop();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// The runs of the page's table as text for a terminal: state, epoch, best, time left.
[[nodiscard]] std::string runs_words(const std::vector<std::filesystem::path>& folders);
/// Document `alexnet.watch`, version 1.
[[nodiscard]] std::string runs_json(const std::vector<std::filesystem::path>& folders, bool read_only);

}  // namespace alexnet::serve
