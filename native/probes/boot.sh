# shellcheck shell=sh
# needs: lib/limit.sh lib/operation-folder.sh
# Where a host is on its way through a reboot. Reads only. As root, as the folders of operations are root's.
# Argument: operation id.
#
# One frame, `boot`, with lines
#   boot-id=<id>
#   soft-rebooted=yes     everything but the kernel was started again since the operation began: /run, and the folder in it, stay then
#   scheduled=<µs>        a shutdown is to come, at that time of the host's clock
#   now=<s>               that clock
#   state=<word>          what systemctl is-system-running says: starting until all that starts at boot has

main() {
  frame boot read_boot "$1"
}

read_boot() {
  use_operation "$1" || return
  id=
  { IFS= read -r id </proc/sys/kernel/random/boot_id; } 2>/dev/null
  printf 'boot-id=%s\nnow=%s\n' "$id" "$(date +%s)"
  if soft_rebooted; then printf 'soft-rebooted=yes\n'; fi
  { sed -n 's/^USEC=\([0-9]*\)$/scheduled=\1/p' /run/systemd/shutdown/scheduled; } 2>/dev/null
  if has systemctl; then printf 'state=%s\n' "$(limit 10 systemctl is-system-running 2>/dev/null)"; fi
  return 0
}

# systemd notes when it began to start things, in µs of this boot of the kernel; meta has the uptime at the operation's start.
soft_rebooted() {
  has systemctl || return
  began=$(sed -n 's/^uptime=\([0-9]*\).*/\1/p' "$OPERATION/meta" 2>/dev/null)
  userspace=$(limit 10 systemctl show --no-pager -p UserspaceTimestampMonotonic 2>/dev/null)
  userspace=${userspace#UserspaceTimestampMonotonic=}
  case $began:$userspace in : | *: | :* | *[!0-9:]*) return 1 ;; esac
  [ "$((userspace / 1000000))" -ge "$began" ]
}

main "$@"
