#pragma once

#include <functional>
#include <memory>

#include "alexnet/runtime/communicator.h"

namespace alexnet {

/// Ranks as threads of one process: for tests, and to see what ranks say to one another without MPI. A sum is taken in
/// order of rank by the rank that comes last, so every run gives the same bits.
///
/// A call of one rank waits for the same call of all others. When a rank aborts, and when its work ended while others
/// wait for it, their calls throw kCommunication naming that rank. So do calls that are not the same.
class ThreadGroup {
 public:
  /// What one rank does. The communicator may outlive the call.
  using Work = std::function<void(const std::shared_ptr<Communicator>&)>;

  /// Runs `work` on `ranks` threads and returns when all have ended. A rank whose work throws aborts; its error is
  /// thrown here, of several the one that came first. Throws kWrongCall for less than one rank.
  static void run(int ranks, const Work& work);
};

}  // namespace alexnet
