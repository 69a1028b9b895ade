#!/usr/bin/env bash
# Installs Debian packages that are missing: tools/install_packages.sh SET...
# Sets: build (to build and run), test, mpi (several processes together), check (what CI adds), fashion-mnist (pictures).
# Asks for administrator rights only when something is missing.
set -euo pipefail

build=(g++ cmake ninja-build pkg-config ca-certificates libdnnl-dev libjpeg62-turbo-dev libpng-dev libwebp-dev libfmt-dev
       nlohmann-json3-dev libcli11-dev libtomlplusplus-dev libcurl4-openssl-dev libarchive-dev libssl-dev zlib1g-dev
       libcpp-httplib-dev)
test=(libgtest-dev libgmock-dev)
mpi=(libopenmpi-dev openmpi-bin)
check=(clang clang-format clang-tidy libclang-rt-14-dev libomp-14-dev ccache git groff man-db shellcheck mandoc)

wanted=()
for set in "$@"; do
  case $set in
    build) wanted+=("${build[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    mpi) wanted+=("${mpi[@]}") ;;
    check) wanted+=("${check[@]}") ;;
    fashion-mnist) wanted+=(dataset-fashion-mnist) ;;
    *) echo "install_packages: unknown set $set (build, test, mpi, check, fashion-mnist)" >&2; exit 2 ;;
  esac
done

missing=()
for package in "${wanted[@]}"; do
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true) == installed ]] || missing+=("$package")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

as_root=()
if [[ $(id -u) != 0 ]]; then
  if [[ -z $(type -P sudo) ]]; then
    echo "error: packages are missing and sudo is not there: ${missing[*]}" >&2
    echo "hint: as root: apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "    installing: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for command in update "install -y --no-install-recommends ${missing[*]}"; do
  # shellcheck disable=SC2086  # the words of a command
  if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get $command >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    echo "error: apt-get ${command%% *} failed" >&2
    exit 1
  fi
done
