#!/usr/bin/env bash
# Firmware and power supply of one lab host: boots it, and boots it again whenever it asks for a reboot, until it powers off.
# Argument: the folder of the host. The power is cut by SIGKILL to this process: what it started dies with it, down to the last
# process of the host. Root; started by hosts/lab-host.ts, which writes `settings`.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
host=$1
echo $$ >"$host/supervisor"

# How reboot(2) ends the first process of a PID namespace, which `unshare` passes on (128 + SIGHUP). PID 1 of small hosts exits
# with the same.
REBOOT=129

# What no process of a host shall do to the machine, root or not: loading modules, raw disks and memory, the clock, device nodes.
fence=-sys_module,-sys_rawio,-sys_time,-mac_admin,-mac_override,-syslog,-mknod
namespaces=(--mount --pid --ipc --uts)
if grep -qx 'TIER=2' "$host/settings"; then
  namespaces+=(--net)
else
  # Small hosts share the machine's network, and cannot change it.
  fence+=,-net_admin,-net_raw
fi

exec >>"$host/console" 2>&1 </dev/null
while :; do
  status=0
  # Descriptor 9 is the machine's network namespace; boot.sh closes it. What capabilities cannot fence off, fence.py does.
  setpriv --pdeathsig KILL --bounding-set "$fence" "$here/fence.py" \
    unshare "${namespaces[@]}" --propagation private --fork --kill-child "$here/boot.sh" "$host" 9</proc/self/ns/net || status=$?
  rm -f "$host/pid"
  if [[ $status -ne $REBOOT ]]; then
    echo "Power off (exit code $status)"
    exit 0
  fi
done
