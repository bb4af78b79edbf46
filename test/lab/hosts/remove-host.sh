#!/usr/bin/env bash
# remove-host.sh cut|discard|remove HOST: ends a host, in three degrees. Root. May be repeated, and does nothing to what is not there.
# HOST is the folder of a host below that of its lab.
#   cut      the power: when it returns, no process of the host is left and its disk is quiet
#   discard  the power, and the folder: another host can be made in its place at once, while the kernel still takes this one apart
#   remove   all that was the host's: processes, folder, link, control group
# A folder is moved to the lab's trash, which is emptied in the background.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
verb=$1
host=$2
LINK='' CGROUP=''
init='' supervisor=''

main() {
  [[ -d $host ]] || return 0
  # shellcheck source=/dev/null # written by make-host.ts
  if [[ -e $host/settings ]]; then source "$host/settings"; fi
  { read -r init <"$host/pid"; } 2>/dev/null || true
  { read -r supervisor <"$host/supervisor"; } 2>/dev/null || true
  kill_all
  if [[ $verb != discard ]] || shares_with_the_next; then wait_for_all; fi
  if [[ $verb = cut ]]; then
    rm -f "$host/pid" "$host/supervisor"
    return
  fi
  if [[ $verb = remove ]]; then
    if [[ -n $LINK ]]; then ip link delete "$LINK" 2>/dev/null || true; fi
    remove_cgroup
  fi
  throw_away
}

# Everything on the host dies with the supervisor, one after another. A control group dies at once.
kill_all() {
  # Numbers of processes are used again: only what says so is ours.
  grep -qzxF "$host" "/proc/${supervisor:-none}/cmdline" 2>/dev/null || supervisor=
  is_first_process || init=
  if [[ -n $supervisor ]]; then kill -KILL "$supervisor" 2>/dev/null || true; fi
  if [[ -n $init ]]; then kill -KILL "$init" 2>/dev/null || true; fi
  if can_kill_cgroup; then { echo 1 >"$(cgroup_folder)/cgroup.kill"; } 2>/dev/null || true; fi
}

# Whether `init` is PID 1 of a namespace, as the first process of a host is.
is_first_process() {
  local status key numbers
  status=$([[ -z $init ]] || cat "/proc/$init/status" 2>/dev/null) || true
  while read -r key numbers; do
    if [[ $key = NSpid: ]]; then [[ ${numbers##*[[:space:]]} = 1 && $init != 1 ]] && return; fi
  done <<<"$status"
  return 1
}

# What a small host listens at is this machine's; and what does not die at once may still write.
shares_with_the_next() {
  [[ -z $CGROUP ]] || ! can_kill_cgroup
}

# Since Linux 5.14.
can_kill_cgroup() {
  [[ -n $CGROUP && -e $(cgroup_folder)/cgroup.kill ]]
}

cgroup_folder() {
  local root=/sys/fs/cgroup
  [[ -e $root/cgroup.controllers ]] || root=$root/unified
  echo "$root/$CGROUP"
}

# PID 1 of a namespace ends after all others in it.
wait_for_all() {
  if [[ -n $supervisor ]]; then wait_for_end "$supervisor"; fi
  if [[ -n $init ]]; then wait_for_end "$init"; fi
}

# A zombie has ended: whoever has to reap it may be late.
wait_for_end() {
  local stat
  for _ in {1..2000}; do
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
    case ${stat##*) } in Z* | X*) return ;; esac
    sleep 0.005
  done
  echo "remove-host.sh: process $1 of $host does not end" >&2
  return 1
}

remove_cgroup() {
  [[ -n $CGROUP && -d $(cgroup_folder) ]] || return 0
  find "$(cgroup_folder)" -depth -type d -exec rmdir {} + 2>/dev/null || true
}

throw_away() {
  local lab=${host%/hosts/*}
  mkdir -p "$lab/trash"
  mv -T "$host" "$lab/trash/${host##*/}.$EPOCHREALTIME"
  setsid --fork nice "$here/empty-trash.sh" "$lab" </dev/null &>/dev/null
}

main
