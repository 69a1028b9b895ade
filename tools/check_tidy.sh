#!/usr/bin/env bash
# clang-tidy on the sources that changed: tools/check_tidy.sh [BASE]
# BASE is a commit (default: the one before the last). Needs a configured dev tree for its compile commands.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

base=${1:-$(git rev-parse --verify --quiet HEAD~1 || git hash-object -t tree /dev/null)}
mapfile -t changed < <(git diff --name-only --diff-filter=d "$base" -- 'src/*.cpp' | grep -v '^src/backends/cpu/kernels/' || true)
echo "clang-tidy: ${#changed[@]} changed sources since $base"
[[ ${#changed[@]} == 0 ]] || printf '%s\0' "${changed[@]}" | xargs -0 -n 4 -P "$(nproc)" clang-tidy --quiet -p build/dev
