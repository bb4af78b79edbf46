#!/bin/sh
# One running unit of the scripted systemd: leader of its own session; its folder lives as long as the unit.
trap : TERM
folder=$1
shift
printf '%s\n' "$$" >"$folder/leader"
: >"$folder/started"
"$@"
rm -rf "$folder"
