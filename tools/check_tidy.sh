#!/usr/bin/env bash
# clang-tidy on the library's and the program's sources: tools/check_tidy.sh [--deep] [--recent | FILES...]
# Without FILES: all. --recent: those that commits of the four hours before the last one touched, at most $most,
# which the last commit's name chooses: another commit looks at others. --deep: clang's static analyzer too, which takes as long
# again and is not part of CI.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

most=24  # sources that --recent looks at
checks=(--checks='-clang-analyzer-*')
if [[ ${1:-} == --deep ]]; then
  checks=()
  shift
fi
# The kernels' sources are compiled once for each instruction set, by names that only CMake knows.
skipped='^src/backends/cpu/kernels/' mpi=ON
if [[ -z $(type -P mpirun) ]]; then
  skipped+='|^src/distributed/mpi/' mpi=OFF
fi
mapfile -t sources < <(git ls-files 'src/*.cpp' | grep -Ev "$skipped")
if [[ ${1:-} == --recent ]]; then
  since=$(($(git log -1 --format=%ct) - 4 * 3600))
  recent=$(git log --since="@$since" --format= --name-only | sort -u)
  mapfile -t sources < <(printf '%s\n' "${sources[@]}" | grep -Fxf <(echo "$recent") || true)
  changed=${#sources[@]}
  if [[ $changed -gt $most ]]; then
    commit=$(git rev-parse HEAD)
    mapfile -t sources < <(for file in "${sources[@]}"; do
      echo "$(sha256sum <<<"$commit $file" | cut -c1-16) $file"
    done | sort | head -n "$most" | cut -d' ' -f2-)
    echo "    ${#sources[@]} of $changed changed sources"
  fi
elif [[ $# != 0 ]]; then
  sources=("$@")
fi
cmake --preset tidy -DALEXNET_MPI=$mpi >/dev/null
ninja --quiet -C build/tidy src/core/core/zh_po.h  # the one header that is made
[[ ${#sources[@]} == 0 ]] || printf '%s\0' "${sources[@]}" | xargs -0 -n 4 -P "$(nproc)" clang-tidy --quiet "${checks[@]}" -p build/tidy 2>/dev/null
echo "clang-tidy: ${#sources[@]} sources are as they should be"
