#!/bin/sh
# Scripted systemctl: the units of the scripted systemd-run, and no failed ones.
verb=${1:-}
case $verb in
  --version) printf 'systemd 256 (256.7)\n' && exit 0 ;;
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
  list-units)
    case "$*" in
      *'berth-*.service')
        for folder in /run/scripted-systemd/berth-*.service; do
          [ -e "$folder/started" ] || continue
          printf '%s loaded active running %s\n' "${folder##*/}" "$(cat "$folder/description")"
        done
        ;;
      *) [ ! -e /scripted/failed-units ] || cat /scripted/failed-units ;;
    esac
    ;;
  is-system-running) if [ -e /scripted/starting ]; then printf 'starting\n' && exit 1; fi && printf 'running\n' ;;
  soft-reboot) : >/scripted/soft-reboot-now ;;
  mask | unmask | start)
    printf 'systemctl %s\n' "$*" >>/scripted/calls
    case $verb in
      mask) printf 'masked\n' >/scripted/timer-state ;;
      unmask) printf 'disabled\n' >/scripted/timer-state ;;
      start) printf 'enabled\n' >/scripted/timer-state ;;
    esac
    ;;
  show)
    case "$*" in
      *UserspaceTimestampMonotonic*) printf 'UserspaceTimestampMonotonic=%s\n' "$(cat /scripted/userspace 2>/dev/null || echo 1000000)" ;;
      *greenboot-healthcheck.service*)
        [ -e /run/motd.d/boot-status ] || exit 0
        printf 'Result=success\nId=greenboot-healthcheck.service\nLoadState=loaded\nActiveState=active\nSubState=exited\n'
        ;;
      *bootc-fetch-apply-updates.timer*)
        [ -e /scripted/timer-state ] || exit 0
        read -r file </scripted/timer-state
        load=loaded
        active=inactive
        [ "$file" = masked ] && load=masked
        [ "$file" = enabled ] && active=active
        printf 'NextElapseUSecRealtime=\nNextElapseUSecMonotonic=infinity\nId=bootc-fetch-apply-updates.timer\nLoadState=%s\nActiveState=%s\nUnitFileState=%s\n\n' "$load" "$active" "$file"
        printf 'ExecStart={ path=/usr/bin/bootc ; argv[]=/usr/bin/bootc upgrade --apply --quiet ; }\nId=bootc-fetch-apply-updates.service\nLoadState=loaded\nActiveState=inactive\nUnitFileState=static\n'
        ;;
    esac
    ;;
  *) printf "Unknown command verb '%s'.\n" "$verb" >&2 && exit 1 ;;
esac
