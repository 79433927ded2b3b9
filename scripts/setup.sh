#!/usr/bin/env bash
# Gets what a Debian or Ubuntu machine lacks to build Millrace, and with --tests what its checks need as well.
# The other scripts source this file for its functions and its environment. With everything there it takes no time.
#
# MILLRACE_CACHE           where compiled code is kept (default ~/.cache/millrace)
# MILLRACE_WASM_TOOLCHAIN  the toolchain for the client; "millrace-wasm" asks for Debian's compiler by itself
set -euo pipefail

export MILLRACE_CACHE=${MILLRACE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/millrace}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$MILLRACE_CACHE/target}
export PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH

wasm_fallback=millrace-wasm
wasm_sysroot=$MILLRACE_CACHE/wasm-toolchain

have() { command -v "$1" >/dev/null 2>&1; }

die() {
  printf 'millrace: %s\n' "$*" >&2
  exit 1
}

# timed NAME COMMAND...: says how long a step took, when it took any time.
timed() {
  local name=$1 start=$SECONDS result
  shift
  "$@"
  result=$?
  ((SECONDS - start < 1)) || printf '%8s s  %s\n' "$((SECONDS - start))" "$name" >&2
  return "$result"
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    die "this needs root or sudo: $*"
  fi
}

apt_install() {
  have apt-get || die "please install by your own means: $*"
  local log=$MILLRACE_CACHE/apt.log
  printf 'installing %s\n' "$*" >&2
  # The lists of packages are fetched only when those here are missing or too old.
  apt_get install "$@" >"$log" 2>&1 && return
  apt_get update >>"$log" 2>&1 || true
  apt_get install "$@" >>"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    die "apt-get could not install: $*"
  }
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends "$@" </dev/null
}

# --- building ---------------------------------------------------------------------------------------------------

setup_build() {
  mkdir -p "$MILLRACE_CACHE"
  local packages=()
  have cc && have make || packages+=(build-essential)
  have pkg-config || packages+=(pkg-config)
  have curl || packages+=(curl ca-certificates)
  have git || packages+=(git)
  ((${#packages[@]} == 0)) || timed "setup: ${packages[*]}" apt_install "${packages[@]}"
  have rustup && have cargo ||
    die "Rust is missing; get it by: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"
  setup_wasm
}

# The client needs a standard library for wasm32-unknown-unknown: (a) it is there, (b) rustup fetches it, or, on a
# closed network, (c) it is built from Debian's packages of the compiler and its sources.
setup_wasm() {
  if [[ ${MILLRACE_WASM_TOOLCHAIN:-} != "$wasm_fallback" ]]; then
    wasm_target_present && return
    wasm_fallback_current && return
    timed "setup: rustup target add wasm32-unknown-unknown" rustup_wasm && return
    printf 'rustup cannot fetch the target; taking the compiler that Debian packages\n' >&2
  fi
  wasm_fallback_current || timed "setup: the wasm target from Debian's packages" wasm_from_debian
}

wasm_target_present() {
  local folder
  folder=$(rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null) && compgen -G "$folder/libstd-*.rlib" >/dev/null
}

rustup_wasm() {
  timeout 180 rustup target add wasm32-unknown-unknown </dev/null >"$MILLRACE_CACHE/rustup.log" 2>&1 && wasm_target_present
}

# A library fits only the compiler that made it, so the version it was made with is kept beside it.
wasm_fallback_current() {
  [[ -f $wasm_sysroot/version && -x /usr/bin/rustc ]] &&
    [[ $(/usr/bin/rustc -vV) == "$(<"$wasm_sysroot/version")" ]] &&
    rustup toolchain list | grep -q "^$wasm_fallback\b"
}

# Registers a toolchain made of Debian's compiler and a wasm library built here; /usr itself is not touched.
wasm_from_debian() {
  local packages=() host scratch=$MILLRACE_CACHE/wasm-std lib
  [[ -x /usr/bin/rustc && -x /usr/bin/cargo ]] || packages+=(rustc-web cargo-web)
  [[ -d /usr/lib/rustlib/src/rust/library ]] || packages+=(rust-web-src)
  have wasm-ld-19 || packages+=(lld-19)
  ((${#packages[@]} == 0)) || apt_install "${packages[@]}"

  mkdir -p "$scratch/src"
  : >"$scratch/src/lib.rs"
  printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n' >"$scratch/Cargo.toml"
  # Debian's pair throughout: neither rustup's compiler nor anybody's flags may find their way in here.
  (
    cd "$scratch"
    env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS -u RUSTUP_TOOLCHAIN RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 \
      CARGO_TARGET_DIR="$scratch/target" /usr/bin/cargo build --release --quiet \
      -Z build-std=std,panic_abort,proc_macro --target wasm32-unknown-unknown >&2
  )

  host=$(/usr/bin/rustc -vV | sed -n 's/^host: //p')
  lib=$wasm_sysroot/lib/rustlib
  rm -rf "$wasm_sysroot"
  mkdir -p "$wasm_sysroot/bin" "$lib/wasm32-unknown-unknown/lib"
  ln -s "/usr/lib/rustlib/$host" "$lib/$host"
  find "$scratch/target/wasm32-unknown-unknown/release/deps" -name '*.rlib' ! -name 'libempty-*' \
    -exec cp {} "$lib/wasm32-unknown-unknown/lib/" \;
  printf '#!/bin/sh\nexec /usr/bin/rustc --sysroot "%s" "$@"\n' "$wasm_sysroot" >"$wasm_sysroot/bin/rustc"
  chmod +x "$wasm_sysroot/bin/rustc"
  ln -s /usr/bin/cargo /usr/bin/rustdoc "$wasm_sysroot/bin/"
  rustup toolchain link "$wasm_fallback" "$wasm_sysroot" >&2
  /usr/bin/rustc -vV >"$wasm_sysroot/version"
  rm -rf "$scratch"
}

# --- checking ---------------------------------------------------------------------------------------------------

setup_tests() {
  rustup component list --installed 2>/dev/null | grep -q '^clippy' && rustup component list --installed | grep -q '^rustfmt' ||
    timed "setup: clippy, rustfmt" rustup component add clippy rustfmt
  postgres_bin >/dev/null || timed "setup: postgresql" install_postgres
  local packages=()
  chromium_path >/dev/null || packages+=(chromium)
  have pdftotext || packages+=(poppler-utils)
  have node || packages+=(nodejs)
  have npm || packages+=(npm)
  ((${#packages[@]} == 0)) || timed "setup: ${packages[*]}" apt_install "${packages[@]}"
  cargo nextest --version >/dev/null 2>&1 ||
    timed "setup: cargo-nextest" cargo install cargo-nextest --locked
}

# The newest PostgreSQL server here, as the folder of its programs.
postgres_bin() {
  local folder
  folder=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1)
  [[ -n $folder ]] && dirname "$folder"
}

# Debian starts a server for everybody when it installs one; the checks start their own, so this one is not wanted.
install_postgres() {
  apt_install postgresql-common
  as_root mkdir -p /etc/postgresql-common/createcluster.d
  echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.d/millrace.conf >/dev/null
  apt_install postgresql
}

chromium_path() {
  local name
  for name in ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser google-chrome; do
    have "$name" && command -v "$name" && return
  done
  return 1
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  case ${1:-} in
    '') setup_build ;;
    --tests)
      setup_build
      setup_tests
      ;;
    *) die "usage: $0 [--tests]" ;;
  esac
fi
