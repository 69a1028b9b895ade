#!/usr/bin/env bash
# Starts several processes that train together: tools/run_ranks.sh -n 2 alexnet train photos --parallel data
# It is Open MPI's mpirun, which all words go to, with what containers and small machines need. A variable that is set
# already stays as it is.
set -euo pipefail

if [[ -z $(type -P mpirun) ]]; then
  echo "error: mpirun is not there" >&2
  echo "hint: tools/install_packages.sh mpi" >&2
  exit 1
fi
default() {
  [[ -n ${!1:-} ]] || export "$1=$2"
}
if [[ $(id -u) == 0 ]]; then  # as in most containers
  default OMPI_ALLOW_RUN_AS_ROOT 1
  default OMPI_ALLOW_RUN_AS_ROOT_CONFIRM 1
fi
# Without the right to read each other's memory, as in containers: "Read -1, expected N, errno = 1".
default OMPI_MCA_btl_vader_single_copy_mechanism none
# More processes than cores are allowed, and each takes its share of the cores, not one of them.
default OMPI_MCA_rmaps_base_oversubscribe 1
default OMPI_MCA_hwloc_base_binding_policy none
# Sums in as few bytes as there are (reduce-scatter and all-gather). By itself Open MPI 4 sends all to one process and back.
default OMPI_MCA_coll_libnbc_iallreduce_algorithm 3
# Seconds between SIGCONT, by which alexnet is told to stop, and SIGTERM, and again until SIGKILL: twice as long there is to
# finish the step and save after Ctrl-C, and as long mpirun takes to end. Processes that wait for one that died give up by
# themselves after 10.
default OMPI_MCA_odls_base_sigkill_timeout 10
exec mpirun "$@"
