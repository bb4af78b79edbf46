#!/usr/bin/env bash
# install.sh TREE KIND: puts the stand-in for bootc into a tree. Its modules are compiled there by the tree's own Python: hosts
# cannot write beside them, and the files of an ostree commit have no time to compare with.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
tree=$1
folder=/usr/lib/bootc-standin

install -D -m 755 -t "$tree$folder" "$here/bootc"
install -D -m 644 -t "$tree$folder/standin" "$here"/standin/*.py
chroot "$tree" python3 -IS -m compileall -q --invalidation-mode unchecked-hash "$folder/standin"
ln -sfn ../lib/bootc-standin/bootc "$tree/usr/bin/bootc"

# bootc's units. Its timer is there and not enabled: that is a distribution's decision.
[[ -x $tree/usr/lib/systemd/systemd ]] || exit 0
install -D -m 644 -t "$tree/usr/lib/systemd/system" "$here"/units/*
install -D -m 755 -t "$tree/usr/lib/systemd/system-generators" "$here/bootc-systemd-generator"
