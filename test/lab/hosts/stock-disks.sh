#!/usr/bin/env bash
# stock-disks.sh TEMPLATE SPARES COUNT: copies disks of a template beforehand, until COUNT of them lie in the folder SPARES as
# `ready.*`, for whoever renames one away. Where another is at it already, it leaves that to the other. Root.
set -euo pipefail
shopt -s nullglob

here=$(dirname "$(readlink -f "$0")")
template=$1
spares=$2
count=$3

main() {
  mkdir -p "$spares"
  # Copies that go on after this was killed have the lock too.
  exec 9>"$spares/lock"
  flock --nonblock 9 || return 0
  local ready making
  for making in "$spares"/making.*; do
    chattr -R -f -i "$making" || true
    rm -rf "$making"
  done
  while ready=("$spares"/ready.*) && [[ ${#ready[@]} -lt $count ]]; do
    making=$(mktemp -d "$spares/making.XXXXXX")
    "$here/copy-disk.sh" "$template" "$making"
    mv -T "$making/sysroot" "$spares/ready.${making##*.}"
    rmdir "$making"
  done
}

main
