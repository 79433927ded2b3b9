#!/usr/bin/env bash
# Builds Millrace and serves it on http://127.0.0.1:3000, with its data under data/.
# With --demo: a database of its own under data/demo, filled with a company's business; prints its logins.
# What else is given goes to `millrace serve`, for example --listen 0.0.0.0:8080.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/setup.sh

data=data
if [[ ${1:-} == --demo ]]; then
  data=data/demo
  shift
fi

setup_build
cargo xtask build
binary=$CARGO_TARGET_DIR/release/millrace
mkdir -p "$data"
[[ $data == data ]] || "$binary" demo --data-dir "$data"
exec "$binary" serve --data-dir "$data" "$@"
