#!/bin/sh
# @PROGRAM@ @VERSION@ for @TARGET@, portable form: this script is followed by a compressed archive of a Deno
# runtime and the program. They are unpacked once, verified, and started from there.
ft_id=@ID@
ft_self=$0

# A folder of another user could contain a different program.
ft_own() { [ -d "$1" ] && [ ! -L "$1" ] && [ -O "$1" ]; }

ft_ready() { ft_own "$1" && ft_own "$1/$ft_id" && [ -x "$1/$ft_id/deno" ] && [ -f "$1/$ft_id/@ENTRY@" ]; }

ft_unpack() {
  ft_why=$(umask 077 && mkdir -p "$1" 2>&1) || return
  ft_why="$1 does not belong to this user"
  ft_own "$1" || return
  ft_part=$(mktemp -d "$1/.$ft_id.XXXXXX" 2>&1) || { ft_why=$ft_part && return 1; }
  trap 'rm -rf "$ft_part"; exit 129' HUP
  trap 'rm -rf "$ft_part"; exit 130' INT
  trap 'rm -rf "$ft_part"; exit 143' TERM
  ft_why=$(
    exec 2>&1 </dev/null
    umask 077
    tail -c +@OFFSET@ "$ft_self" | gzip -dc | (cd "$ft_part" && tar xof -) || exit
    export DENO_DIR="$ft_part/.deno" DENO_NO_UPDATE_CHECK=1 DENO_NO_PACKAGE_JSON=1
    "$ft_part/deno" run --no-prompt --no-config --no-lock --allow-read --allow-write \
      "$ft_part/settle.js" "$ft_part" "$1/$ft_id" "$ft_id"
  ) || rm -rf "$ft_part"
  trap - HUP INT TERM
  ft_ready "$1"
}

ft_start() {
  export DENO_DIR="$1/$ft_id/.deno" DENO_NO_UPDATE_CHECK=1 DENO_NO_PACKAGE_JSON=1
  ft_dir=$1/$ft_id
  shift
  exec "$ft_dir/deno" run @FLAGS@ \
    --no-config --no-lock --no-remote --no-npm "$ft_dir/@ENTRY@" "$@"
}

# The runtime does not start if HOME is a file, such as /dev/null.
[ -d "${HOME-/}" ] || [ ! -e "$HOME" ] || unset HOME
case "${XDG_CACHE_HOME-}" in
/*) ft_cache=$XDG_CACHE_HOME/ft ;;
*) ft_cache=${HOME:+$HOME/.cache/ft} ;;
esac
[ -z "$ft_cache" ] || ! ft_ready "$ft_cache" || ft_start "$ft_cache" "$@"
# `id` is a process of its own, so it comes after the usual start.
ft_spare=${TMPDIR:-/tmp}/ft-$(id -u)
ft_cache=${ft_cache:-$ft_spare}
! ft_ready "$ft_spare" || ft_start "$ft_spare" "$@"
[ ! -t 2 ] || printf '%s\n' "@PROGRAM@: unpacking (once)…" >&2
! ft_unpack "$ft_cache" || ft_start "$ft_cache" "$@"
! ft_unpack "$ft_spare" || ft_start "$ft_spare" "$@"
printf '%s\n' "@PROGRAM@: cannot unpack: $ft_why" >&2
exit 1
