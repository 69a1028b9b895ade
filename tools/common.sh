# shellcheck shell=bash disable=SC2034  # steps is set by those who source it
# What quickstart and run-tests share; sourced by them.

started=$SECONDS
step=0
steps=1

# say TEXT: the next step, with the time since the start.
say() {
  step=$((step + 1))
  printf '\n[%d/%d] %s  (%dm%02ds)\n' "$step" "$steps" "$1" $(((SECONDS - started) / 60)) $(((SECONDS - started) % 60))
}

# quietly COMMAND...: shows its output only when it fails.
quietly() {
  local log
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    rm -f "$log"
    echo "error: this failed: $*" >&2
    return 1
  fi
  rm -f "$log"
}

# compile TARGET...: builds in build/release, with one line of progress a tenth.
compile() {
  cmake --build build/release --parallel "$(nproc)" --target "$@" 2>&1 | awk '
    /^\[[0-9]+\/[0-9]+\]/ {
      split(substr($1, 2), n, "/"); total = n[2] + 0; part = int(10 * n[1] / total)
      if (part > shown) { shown = part; printf "    %d %% built\n", 10 * part; fflush() }
      next
    }
    { print; fflush() }'
}
