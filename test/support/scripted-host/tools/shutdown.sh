#!/bin/sh
# Scripted shutdown: notes what is asked; the driver of the host looks for it and reboots. Knows -r now|+N [message] and -c.
[ "$(id -u)" = 0 ] || { printf 'Failed to set wall message: Access denied\n' >&2 && exit 1; }
mkdir -p /run/systemd/shutdown
case $1 in
  -c) rm -f /run/systemd/shutdown/scheduled /scripted/reboot-at ;;
  -r)
    printf 'shutdown %s\n' "$*" >>/scripted/calls
    if [ -e /scripted/inhibited ]; then printf 'Operation inhibited by "backup" (PID 812 "backup"), reason is "Backup runs".\n' >&2 && exit 1; fi
    case $2 in
      now) : >/scripted/reboot-now ;;
      +*) printf 'USEC=%s000000\nMODE=reboot\n' "$(($(date +%s) + ${2#+} * 60))" >/run/systemd/shutdown/scheduled ;;
      *) exit 1 ;;
    esac
    ;;
  *) exit 1 ;;
esac
