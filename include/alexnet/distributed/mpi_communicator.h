#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "alexnet/runtime/communicator.h"

namespace alexnet {

/// This process as one of those that `mpirun` started (alone where it was not). All calls of MPI are made by one thread
/// of its own, which keeps sums going while the caller computes; MPI is asked for no more than MPI_THREAD_FUNNELED.
///
/// `stop`: once it is not 0 a rank waits for the others 10 seconds at most, then throws kCommunication. MPI ends the
/// other processes of a job by SIGTERM when one of them has died, and they would wait for its sums for ever.
/// abort() says "rank R: reason" on standard error and ends all processes of the job. One in a process, once: MPI
/// begins and ends with it. Throws kCommunication when MPI does not begin.
[[nodiscard]] std::shared_ptr<Communicator> make_mpi_communicator(const std::atomic<int>& stop);

/// The library that this program runs with: "Open MPI v4.1.4".
[[nodiscard]] std::string mpi_library();

}  // namespace alexnet
