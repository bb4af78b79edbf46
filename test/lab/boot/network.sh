#!/usr/bin/env bash
# The network of the lab. As a program, as root: `network.sh up` gives the machine what all hosts need, `network.sh down` takes it
# away; both may be repeated. Sourced by boot.sh for one host's link.
#
# Full hosts have a network namespace each and a veth pair to the machine: eth0 in there, LINK here. A host is 10.77.<lab>.<number>
# and can reach one other address: its GATEWAY 10.77.<128 + lab>.<number>, where its registry listens. It has no other route.
set -euo pipefail

HOSTS_PREFIX=10.77.0.0/16
GATEWAYS_PREFIX=10.77.128.0/17
INOTIFY=/proc/sys/fs/inotify/max_user_instances
INOTIFY_NEEDED=8192 # each systemd takes a few; the kernel's 128 end at 25 hosts

# network_up STATE: STATE keeps the setting of the machine that is raised.
network_up() {
  # Packets to a host that is not there shall not take the machine's default route, which may lead anywhere.
  ip route replace unreachable "$HOSTS_PREFIX"
  # Every gateway is an address of this machine, without being told one by one.
  ip route replace local "$GATEWAYS_PREFIX" dev lo
  local now
  now=$(<"$INOTIFY")
  if [[ $now -lt $INOTIFY_NEEDED ]]; then
    mkdir -p "${1%/*}"
    echo "$now" >"$1"
    echo "$INOTIFY_NEEDED" >"$INOTIFY"
  fi
}

network_down() {
  ip route delete unreachable "$HOSTS_PREFIX" 2>/dev/null || true
  ip route delete local "$GATEWAYS_PREFIX" dev lo 2>/dev/null || true
  if [[ -e $1 ]]; then
    cat "$1" >"$INOTIFY"
    rm "$1"
  fi
}

# In the namespace of a host, with the machine's as descriptor 9: makes the link, and both its ends.
connect_host() {
  ip link set lo up
  # Of the boot before, while the kernel is still taking its namespace apart.
  on_machine ip link delete "$LINK" 2>/dev/null || true
  ip link add eth0 type veth peer name "$LINK" netns /proc/self/fd/9
  ip address add "$ADDRESS/32" dev eth0
  ip link set eth0 up
  ip route add "$GATEWAY" dev eth0 src "$ADDRESS"
  on_machine ip link set "$LINK" up
  on_machine ip route replace "$ADDRESS/32" dev "$LINK" src "$GATEWAY"
}

on_machine() {
  nsenter --net=/proc/self/fd/9 "$@"
}

if [[ ${BASH_SOURCE[0]} = "$0" ]]; then
  case ${1:-} in
    up | down) "network_$1" "$2" ;;
    *)
      echo "Usage: network.sh up|down STATE-FILE" >&2
      exit 2
      ;;
  esac
fi
