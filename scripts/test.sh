#!/usr/bin/env bash
# Every check there is. All of them run, whatever fails; the last line is the sum: "N passed, N failed".
# Leaves nothing running: the PostgreSQL it starts and whatever a check leaves behind are ended.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/setup.sh
. scripts/postgres.sh

passed=0
failed=0
red=()
spent=()
scratch=$(mktemp -d "${TMPDIR:-/tmp}/millrace-test.XXXXXX")
chmod 755 "$scratch"

# Ends whatever the last check has left running. A mark in the environment tells its processes from a stranger's,
# those as well that have made themselves independent, as servers and browsers do.
end_leftovers() {
  local signal left
  for signal in TERM KILL; do
    left=$(grep -lsz "^MILLRACE_CHECK=$scratch\$" /proc/[0-9]*/environ | cut -d / -f 3 || true)
    [[ -n $left ]] || return 0
    kill -s "$signal" $left 2>/dev/null || true
    sleep 0.5
  done
}

leave() {
  end_leftovers
  postgres_stop
  rm -rf "$scratch"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# run_step NAME COMMAND...: runs a command, its output both shown and kept in $scratch/log; gives its result.
run_step() {
  local name=$1 start=$SECONDS result=0
  shift
  printf '\n== %s\n' "$name"
  : >"$scratch/log"
  MILLRACE_CHECK=$scratch "$@" </dev/null >"$scratch/log" 2>&1 &
  local running=$!
  tail -n +1 -s 0.2 -f --pid="$running" "$scratch/log" &
  local shown=$!
  wait "$running" || result=$?
  wait "$shown" || true
  end_leftovers
  ((result == 0)) || red+=("$name")
  spent+=("$(printf '%6s s  %s' "$((SECONDS - start))" "$name")")
  printf -- '-- %s: %s in %s s\n' "$name" "$( ((result == 0)) && echo ok || echo FAILED)" "$((SECONDS - start))"
  return "$result"
}

# check NAME COMMAND...: counts as one.
check() {
  if run_step "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# counted READER NAME COMMAND...: counts what the tests in it counted. READER prints "PASSED FAILED" from the log.
# A run that breaks without a failed test in its count is one failure.
counted() {
  local reader=$1 result=0 good bad
  shift
  run_step "$@" || result=$?
  read -r good bad < <("$reader" "$scratch/log")
  ((result == 0 || bad > 0)) || bad=1
  ((good + bad > 0)) || { bad=1 && red+=("$1: no test ran"); }
  passed=$((passed + good))
  failed=$((failed + bad))
}

# "Summary [ 1.2s] 12 tests run: 10 passed (1 slow), 1 failed, 1 timed out, 3 skipped"
nextest_totals() {
  sed 's/\x1b\[[0-9;]*m//g' "$1" | awk '
    /Summary \[/ { line = $0 }
    END {
      good = bad = 0
      sub(/.*tests? run:/, "", line)
      count = split(line, parts, ",")
      for (i = 1; i <= count; i++) {
        number = parts[i] + 0
        if (parts[i] ~ /passed/) good += number
        else if (parts[i] ~ /failed|timed out/) bad += number
      }
      print good, bad
    }'
}

# node --test ends with "# pass 12" or "ℹ pass 12", and the same for fail and cancelled; each run of it adds up.
node_totals() {
  sed 's/\x1b\[[0-9;]*m//g' "$1" | awk '
    $1 == "#" || $1 == "ℹ" {
      if ($2 == "pass") good += $3
      else if ($2 == "fail" || $2 == "cancelled") bad += $3
    }
    END { print good + 0, bad + 0 }'
}

# linting COMMAND...: our own crates are compiled by clippy, warnings denied. It is a compiler that lints: `cargo clippy` would
# check every dependency once more than the tests build them.
linting() {
  RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-Dwarnings__CLIPPY_HACKERY__ "$@"
}

browser_packages() {
  cd end2end
  # A fresh install costs time and network, so it is done again only when the list of packages has changed.
  cmp -s package-lock.json node_modules/.installed-from || {
    npm ci --no-audit --no-fund --prefer-offline && cp package-lock.json node_modules/.installed-from
  }
}

browser_tests() {
  cd end2end
  npm test
}

release() {
  cargo xtask build
  cargo xtask check-size
}
export -f browser_packages browser_tests release

start=$SECONDS
setup_build
setup_tests
timed "setup: a throw-away PostgreSQL" postgres_start "$scratch/postgres"

export CHROMIUM MILLRACE_BIN=$CARGO_TARGET_DIR/release/millrace
CHROMIUM=$(chromium_path)

check "format" cargo fmt --all --check
check "lints, the browser's side" cargo xtask check-client
check "law of dependencies" cargo xtask check-law
if cargo deny --version >/dev/null 2>&1; then
  check "licences, bans, sources" cargo deny --offline check bans licenses sources
fi
check "lints and build of the tests" linting cargo nextest run --workspace --exclude frontend --exclude xtask --no-run
counted nextest_totals "unit and integration tests" linting cargo nextest run --workspace --exclude frontend --exclude xtask
# In the profile it runs in: what it is made of would take minutes to compile once more.
counted nextest_totals "lints and tests of the build" linting cargo nextest run --release --package xtask
check "release build within its byte budget" bash -ec release
check "browser test packages" bash -ec browser_packages
counted node_totals "end-to-end tests" bash -ec browser_tests

printf '\n'
printf '%s\n' "${spent[@]}"
printf 'all checks took %s s\n' "$((SECONDS - start))"
((${#red[@]} == 0)) || printf 'failed: %s\n' "${red[@]}"
printf '%s passed, %s failed\n' "$passed" "$failed"
((failed == 0))
