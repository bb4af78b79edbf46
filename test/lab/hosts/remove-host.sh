#!/usr/bin/env bash
# remove-host.sh cut|remove HOST: cuts the power of a host; `remove` then removes all that is left of it: link, control group,
# disk. Root. May be repeated, and does nothing to what is not there. HOST is a folder that lab-host.ts has made.
set -euo pipefail

verb=$1
host=$2

main() {
  [[ -d $host ]] || return 0
  cut_power
  if [[ $verb = cut ]]; then return; fi
  # copy-host.sh may still be at it, after whoever wanted the host was killed.
  exec 8<"$host"
  flock 8
  if [[ -e $host/settings ]]; then
    local LINK CGROUP
    LINK=$(value_of LINK)
    CGROUP=$(value_of CGROUP)
    if [[ -n $LINK ]]; then ip link delete "$LINK" 2>/dev/null || true; fi
    if [[ -n $CGROUP ]]; then remove_cgroup; fi
  fi
  # ostree makes the top folder of a deployment immutable; a fault may have made more.
  chattr -f -i "$host"/sysroot/ostree/deploy/*/deploy/* 2>/dev/null || true
  rm -rf "$host" 2>/dev/null || { chattr -R -f -i "$host" || true; rm -rf "$host"; }
}

value_of() {
  sed -n "s/^$1=//p" "$host/settings"
}

# Everything on the host dies with the supervisor, at once; then the processes are waited for, since only then is the disk quiet.
cut_power() {
  local supervisor='' init='' namespace=''
  { read -r init <"$host/pid"; } 2>/dev/null || true
  { read -r supervisor <"$host/supervisor"; } 2>/dev/null || true
  if [[ -n $init ]]; then namespace=$(namespace_of "$init"); fi
  if [[ -n $supervisor ]] && is_supervisor "$supervisor"; then
    kill -KILL "$supervisor" 2>/dev/null || true
    wait_for_end "$supervisor"
  fi
  if [[ -n $namespace ]]; then
    kill -KILL "$init" 2>/dev/null || true
    wait_for_end "$init"
  fi
  rm -f "$host/pid" "$host/supervisor"
}

# Numbers of processes are used again: only a process that says so is ours.
is_supervisor() {
  grep -qzxF "$host" "/proc/$1/cmdline" 2>/dev/null
}

# namespace_of PID: its PID namespace when it is PID 1 of one, as the first process of a host is.
namespace_of() {
  if [[ $(awk '$1 == "NSpid:" { print $NF }' "/proc/$1/status" 2>/dev/null) = 1 && $1 != 1 ]]; then
    readlink "/proc/$1/ns/pid"
  fi
}

# A zombie has ended: whoever has to reap it may be late. PID 1 of a namespace ends after all others in it.
wait_for_end() {
  local state
  for _ in {1..1000}; do
    state=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) || return 0
    case $state in Z* | X* | '') return ;; esac
    sleep 0.01
  done
  echo "remove-host.sh: process $1 of $host does not end" >&2
  return 1
}

remove_cgroup() {
  local root=/sys/fs/cgroup
  [[ -e $root/cgroup.controllers ]] || root=$root/unified
  [[ -d $root/$CGROUP ]] || return 0
  find "$root/$CGROUP" -depth -type d -exec rmdir {} + 2>/dev/null || true
}

main
