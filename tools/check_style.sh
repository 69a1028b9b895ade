#!/usr/bin/env bash
# Holds the sources against the conventions that a machine can read: clang-format, shell scripts, no file of ours that
# names a folder outside of the project.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

git ls-files '*.h' '*.cpp' | xargs clang-format --dry-run --Werror
shellcheck quickstart run-tests .ci/run tools/*.sh packaging/try_package.sh packaging/p{ostinst,ostrm,rerm}
echo "style: $(git ls-files '*.h' '*.cpp' | wc -l) sources and the scripts are as they should be"
