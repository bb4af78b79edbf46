#!/usr/bin/env bash
# keep-slots.sh LAB COUNT: takes COUNT free numbers of hosts below the folder LAB, prints them (a line each), and keeps them locked
# for whoever started it. A number on stdin gives that one back, told by the same number on stdout. When stdin ends, all are given
# back: also when the owner was killed. Giving back a number removes its host. Exit code 75: not enough numbers are free.
set -uo pipefail
# Whoever listened may be gone, or be interrupted: the work is done all the same.
trap '' PIPE INT HUP

here=$(dirname "$(readlink -f "$0")")
lab=$1
count=$2
LAST=250
REMOVALS_AT_ONCE=4

declare -A locks=()

main() {
  mkdir -p "$lab/slots" "$lab/hosts"
  local number
  for ((number = 1; number <= LAST && ${#locks[@]} < count; number++)); do take "$number"; done
  if [[ ${#locks[@]} -lt $count ]]; then
    echo "keep-slots.sh: only ${#locks[@]} of $count numbers are free in $lab" >&2
    exit 75
  fi
  # What a killed keeper has left.
  for number in "${!locks[@]}"; do remove "$number"; done
  printf '%s\n' "${!locks[@]}"
  while read -r number; do give_back "$number"; done
  # Nobody listens any more.
  exec >/dev/null 2>&1
  for number in "${!locks[@]}"; do give_back "$number"; done
  wait
}

take() {
  local lock
  exec {lock}>"$lab/slots/$1"
  if flock --nonblock "$lock"; then locks[$1]=$lock; else exec {lock}>&-; fi
}

remove() {
  [[ -d $lab/hosts/$1 ]] || return 0
  "$here/remove-host.sh" remove "$lab/hosts/$1"
}

# In the background, a few at a time.
give_back() {
  local lock=${locks[$1]:-}
  [[ -n $lock ]] || return
  unset "locks[$1]"
  while [[ $(jobs -pr | wc -l) -ge $REMOVALS_AT_ONCE ]]; do wait -n; done
  {
    remove "$1"
    # The lock itself, and not only this process's hold of it: others were started with it open.
    flock --unlock "$lock"
    echo "$1"
  } &
}

main
