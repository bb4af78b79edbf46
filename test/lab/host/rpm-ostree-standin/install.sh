#!/usr/bin/env bash
# install.sh TREE KIND: puts the stand-in for rpm-ostree into a tree, compiled there by the tree's own Python.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
tree=$1
folder=/usr/lib/rpm-ostree-standin

install -D -m 755 -t "$tree$folder" "$here/rpm-ostree"
install -D -m 644 -t "$tree$folder/rpmostree" "$here"/rpmostree/*.py
chroot "$tree" python3 -IS -m compileall -q --invalidation-mode unchecked-hash "$folder/rpmostree"
ln -sfn ../lib/rpm-ostree-standin/rpm-ostree "$tree/usr/bin/rpm-ostree"

[[ -x $tree/usr/lib/systemd/systemd ]] || exit 0
install -D -m 644 -t "$tree/usr/lib/systemd/system" "$here"/units/*
install -D -m 644 -t "$tree/usr/etc" "$here/rpm-ostreed.conf"
