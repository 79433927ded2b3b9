#!/usr/bin/env bash
# Builds the release; the last line is the path of the binary.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/setup.sh
setup_build
cargo xtask build
