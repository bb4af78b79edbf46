#!/bin/sh
# Scripted systemctl: the units of the scripted systemd-run, and no failed ones.
verb=${1:-}
case $verb in
  --version) printf 'systemd 252 (252.30-1~deb12u2)\n' && exit 0 ;;
  is-active)
    folder=/run/scripted-systemd/${2%.service}.service
    if { read -r leader <"$folder/leader"; } 2>/dev/null && kill -0 "$leader" 2>/dev/null; then printf 'active\n' && exit 0; fi
    printf 'inactive\n' && exit 3
    ;;
  stop)
    [ "$2" = --no-block ] && shift
    folder=/run/scripted-systemd/${2%.service}.service
    if [ ! -d "$folder" ]; then printf 'Failed to stop %s: Unit %s not loaded.\n' "$2" "$2" >&2 && exit 5; fi
    [ "$(id -u)" = 0 ] || { printf 'Failed to stop %s: Access denied\n' "$2" >&2 && exit 4; }
    read -r leader <"$folder/leader"
    kill -s TERM -- "-$leader"
    ;;
  list-units | show) exit 0 ;;
  *) printf "Unknown command verb '%s'.\n" "$verb" >&2 && exit 1 ;;
esac
