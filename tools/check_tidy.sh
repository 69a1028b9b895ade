#!/usr/bin/env bash
# clang-tidy on the library's and the program's sources: tools/check_tidy.sh [FILES...]
# Without FILES: all (11 minutes on 2 cores). Needs a configured asan tree for its compile commands.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

# The kernels' sources are compiled once for each instruction set, by names that only CMake knows.
mapfile -t sources < <(git ls-files 'src/*.cpp' | grep -v '^src/backends/cpu/kernels/')
[[ $# == 0 ]] || sources=("$@")
printf '%s\0' "${sources[@]}" | xargs -0 -n 4 -P "$(nproc)" clang-tidy --quiet -p build/asan 2>/dev/null
echo "clang-tidy: ${#sources[@]} sources are as they should be"
