#!/bin/sh
# Installs ftserver and ftclient @VERSION@: downloads them, checks their SHA-256, and only then
# installs them.
#
#   install.sh [ftserver|ftclient]...   default: both
#
# FT_DIR  target folder; default: /usr/local/bin if writable, else ~/.local/bin
# FT_URL  folder with the executables and SHA256SUMS; default: the release
set -eu

main() {
  url=${FT_URL:-https://github.com/@REPOSITORY@/releases/download/v@VERSION@}
  dir=${FT_DIR:-$(default_dir)}
  target=$(target)
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  [ $# -gt 0 ] || set -- ftserver ftclient

  fetch "$url/SHA256SUMS" "$work/SHA256SUMS"
  for program; do
    case $program in
    ftserver | ftclient) fetch_checked "$program-$target" ;;
    *) fail "unknown program $program" ;;
    esac
  done
  mkdir -p "$dir"
  for program; do
    # Copy to the same folder, then rename: this is atomic, even while the program is running.
    cp "$work/$program-$target" "$dir/.$program.$$"
    chmod 755 "$dir/.$program.$$"
    mv -f "$dir/.$program.$$" "$dir/$program"
    echo "installed $dir/$program"
  done
  case ":$PATH:" in
  *":$dir:"*) ;;
  *) echo "$dir is not on your PATH" >&2 ;;
  esac
}

fail() {
  echo "install.sh: $1" >&2
  exit 1
}

default_dir() {
  if [ -w /usr/local/bin ]; then echo /usr/local/bin; else echo "${HOME:?}/.local/bin"; fi
}

target() {
  case $(uname -s) in
  Linux) os=linux ;;
  Darwin) os=macos ;;
  *) fail "no executables for $(uname -s)" ;;
  esac
  case $(uname -m) in
  x86_64 | amd64) arch=x64 ;;
  aarch64 | arm64) arch=arm64 ;;
  *) fail "no executables for $(uname -m)" ;;
  esac
  echo "$os-$arch"
}

fetch() {
  if command -v curl >/dev/null; then
    curl -fsSL -o "$2" "$1" || fail "cannot download $1"
  elif command -v wget >/dev/null; then
    wget -q -O "$2" "$1" || fail "cannot download $1"
  else
    fail "neither curl nor wget is installed"
  fi
}

sha256() {
  if command -v sha256sum >/dev/null; then
    sha256sum <"$1"
  elif command -v shasum >/dev/null; then
    shasum -a 256 <"$1"
  else
    fail "neither sha256sum nor shasum is installed"
  fi
}

fetch_checked() {
  wanted=$(awk -v name="$1" '$2 == name { print $1 }' "$work/SHA256SUMS")
  [ -n "$wanted" ] || fail "SHA256SUMS does not list $1"
  fetch "$url/$1" "$work/$1"
  got=$(sha256 "$work/$1")
  [ "${got%% *}" = "$wanted" ] || fail "$1 does not match SHA256SUMS: nothing was installed"
}

# The call is the last line, so that a partly downloaded script does nothing.
main "$@"
