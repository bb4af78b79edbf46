#!/bin/sh
# The outer life of the scripted host: its namespaces, and the end of its folder. Ends when its stdin does, which happens
# however the test run ended. Arguments: folder of the host, node, folder of this script.
dir=$1
shift
unshare --mount --pid --fork --kill-child sh "$2/boot.sh" "$dir" "$1"
# A reboot keeps the folder: the driver says so.
[ -e "$dir/rebooting" ] || rm -rf "$dir"
