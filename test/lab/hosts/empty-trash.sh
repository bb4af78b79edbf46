#!/usr/bin/env bash
# empty-trash.sh LAB [wait]: removes for good what lies in LAB/trash. Where another is at it already, it leaves that to the other;
# with `wait` it returns only when the trash is empty. Root.
set -uo pipefail
shopt -s nullglob dotglob

lab=$1
wait=${2:-}

main() {
  local busy=--nonblock
  [[ -z $wait ]] || busy=
  local each
  # Again: what was thrown away while the lock was held has nobody else. What cannot be removed at all stays.
  for _ in {1..200}; do
    [[ -d $lab/trash && -n $(ls -A "$lab/trash") ]] || return 0
    exec 9>"$lab/trash.lock"
    # shellcheck disable=SC2086 # an option or nothing
    flock $busy 9 || return 0
    for each in "$lab"/trash/*; do remove "$each"; done
    exec 9>&-
  done
}

# What ostree and faults have made immutable becomes mutable first. A host that is still being taken apart may write once more.
remove() {
  chattr -f -i "$1"/sysroot/ostree/deploy/*/deploy/* 2>/dev/null
  rm -rf "$1" 2>/dev/null && return
  chattr -R -f -i "$1" 2>/dev/null
  rm -rf "$1" 2>/dev/null || sleep 0.1
}

main
