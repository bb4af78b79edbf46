#!/usr/bin/env bash
# empty-trash.sh LAB [now]: removes for good what lies in LAB/trash. Where another is at it already, it leaves that to the other; with
# `now` it does not, and returns when all that was there is gone. Root.
set -uo pipefail
shopt -s nullglob dotglob

trash=$1/trash
now=${2:-}

main() {
  if [[ -n $now ]]; then
    remove_all
    return
  fi
  # Again: what was thrown away while the lock was held has nobody else. What cannot be removed at all stays.
  for _ in {1..200}; do
    [[ -d $trash && -n $(ls -A "$trash") ]] || return 0
    exec 9>"$trash.lock"
    flock --nonblock 9 || return 0
    remove_all
    exec 9>&-
  done
}

remove_all() {
  local each
  for each in "$trash"/*; do remove "$each"; done
}

# What ostree and faults have made immutable becomes mutable first. A host that is still being taken apart may write once more.
remove() {
  local _
  chattr -f -i "$1"/sysroot/ostree/deploy/*/deploy/* 2>/dev/null
  rm -rf "$1" 2>/dev/null && return
  for _ in {1..10}; do
    chattr -R -f -i "$1" 2>/dev/null
    rm -rf "$1" 2>/dev/null && return
    sleep 0.1
  done
}

main
