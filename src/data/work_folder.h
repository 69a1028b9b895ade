#pragma once

#include <filesystem>

namespace alexnet {

/// A hidden folder beside the target of a fetch, held by one process at a time: what is downloaded, and the set while
/// it is incomplete. Downloads outlive a failure, to go on from; the unfinished set does not.
class WorkFolder {
 public:
  /// Waits for another process that holds it. Throws kDiskFull, kNoPermission, kWriteFailed.
  explicit WorkFolder(const std::filesystem::path& target);
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  [[nodiscard]] std::filesystem::path set() const { return path_ / "set"; }
  [[nodiscard]] std::filesystem::path downloads() const { return path_ / "downloads"; }
  void remove_downloads() const;

 private:
  [[nodiscard]] bool lock() const;
  void unlock();

  std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace alexnet
