#!/bin/sh
# Scripted systemd-run, for where systemd is not PID 1: really detaches, with a clean environment and closed descriptors.
# Knows the options that Berth uses, and refuses all others.
unit=
description=
while [ "$#" -gt 0 ]; do
  case $1 in
    --quiet | --collect | --service-type=exec) ;;
    --description=*) description=${1#--description=} ;;
    --unit=*) unit=${1#--unit=}.service ;;
    --) shift && break ;;
    *) printf "systemd-run: unrecognized option '%s'\n" "$1" >&2 && exit 1 ;;
  esac
  shift
done
if [ "$(id -u)" != 0 ]; then
  printf 'Failed to start transient service unit: Interactive authentication required.\n' >&2
  exit 1
fi
if [ -e /scripted/systemd-refuses ]; then
  printf 'Failed to start transient service unit: Transport endpoint is not connected\n' >&2
  exit 1
fi
# A service has the umask of systemd, not that of whoever asked for it.
umask 022
folder=/run/scripted-systemd/$unit
mkdir -p /run/scripted-systemd
if ! mkdir "$folder" 2>/dev/null; then
  printf 'Failed to start transient service unit: Unit %s was already loaded or has a fragment file.\n' "$unit" >&2
  exit 1
fi
printf '%s' "$description" >"$folder/description"
cd / || exit
env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin LANG=C.UTF-8 \
  setsid /bin/sh /scripted/tools/unit.sh "$folder" "$@" </dev/null >/dev/null 2>&1 3>&- 9>&- &
# A unit that is over at once has taken its folder with it.
while [ -d "$folder" ] && [ ! -e "$folder/started" ]; do sleep 0.02; done
