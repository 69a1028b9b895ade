#!/usr/bin/env bash
# Installs the Debian package on a machine that has nothing of it, and uses it: packaging/try_package.sh FILE.deb
# For a fresh Debian 12, as root or as a user with sudo; it changes the machine.
set -euo pipefail
package=$(readlink -f "$1")
tests=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../tests
as_root=()
[[ $(id -u) == 0 ]] || as_root=(sudo)
work=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf "$work"' EXIT
cd "$work"

say() { printf '\n== %s\n' "$1"; }
fail() { echo "try_package: $1" >&2; exit 1; }
install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >apt.log 2>&1 ||
    { tail -n 20 apt.log >&2; fail "apt-get install $*"; }
}

say "installing $(basename "$package"), with what it depends on and nothing else"
"${as_root[@]}" apt-get update -qq
install "$package"
dpkg-query -W -f '${Package} ${Version}: ${Installed-Size} kB, depends on ${Depends}\n' alexnet

say "the program, its manual, its completions, its service"
[[ $(command -v alexnet) == /usr/bin/alexnet ]] || fail "alexnet is not /usr/bin/alexnet"
alexnet version
for file in /usr/share/man/man1/alexnet.1.gz /usr/share/man/zh_CN/man1/alexnet.1.gz \
  /usr/share/bash-completion/completions/alexnet /usr/share/zsh/vendor-completions/_alexnet \
  /usr/share/fish/vendor_completions.d/alexnet.fish /usr/lib/systemd/system/alexnet.service /etc/default/alexnet \
  /usr/share/doc/alexnet/changelog.gz /usr/share/doc/alexnet/copyright /usr/share/doc/alexnet/alexnet.conf; do
  # dpkg may leave documents out, where its settings say so
  dpkg-query -L alexnet | grep -qx "$file" || fail "$file is not in the package"
done
dpkg-query -W -f '${Conffiles}\n' alexnet | grep -q ' /etc/default/alexnet ' || fail "/etc/default/alexnet is no conffile"

say "a model, from pictures of this script's own"
install python3 curl ca-certificates
PYTHONPATH=$tests/browser python3 -c 'import pathlib, small_run; small_run.train("alexnet", pathlib.Path("."))'
photo=$(find photos/daisy -name '*.png' | sort | head -n 1)
alexnet predict run "$photo"

say "the service, as the unit starts it"
# shellcheck source=/dev/null
. /etc/default/alexnet
# shellcheck disable=SC2153  # OPTIONS comes from that file
read -ra options <<<"$OPTIONS"
alexnet serve run "${options[@]}" >serve.txt 2>log.txt &
server=$!
for _ in $(seq 50); do
  [[ ! -s serve.txt ]] || break
  sleep 0.1
done
address=$(head -n 1 serve.txt)
said=$(curl -sf --data-binary "@$photo" -H 'Content-Type: image/png' "${address}v1/predict")
first() {
  python3 -c 'import json, sys; one = json.load(sys.stdin)["predictions"][0]["classes"][0]; print(one["name"], round(one["probability"], 5))'
}
[[ "$(first <<<"$said")" == "$(alexnet predict run "$photo" --format json | first)" ]] ||
  fail "the service and the command do not agree: $said"
curl -sf "$address" | grep -q '<html' || fail "there is no page"
kill -TERM "$server"
wait "$server" || fail "the service ended with status $?"
server=

say "taking it away again"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get purge -qq -y alexnet >apt.log 2>&1 || fail "apt-get purge"
[[ ! -e /usr/bin/alexnet && ! -e /etc/default/alexnet ]] || fail "purging left files"
echo "ok"
