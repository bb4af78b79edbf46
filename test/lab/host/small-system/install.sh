#!/usr/bin/env bash
# install.sh TREE KIND: puts PID 1 and the stand-ins for systemd's tools into a tree that has no systemd.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
tree=$1
if [[ -x $tree/usr/lib/systemd/systemd ]]; then exit 0; fi
install -D -m 755 -t "$tree/usr/lib/lab" "$here/init" "$here/transient-unit"
install -D -m 755 -t "$tree/usr/bin" "$here/systemctl" "$here/systemd-run"
for name in reboot poweroff halt; do ln -sfn ../bin/systemctl "$tree/usr/sbin/$name"; done
# Without PAM sshd turns away whose password is locked, even with a key; `*` is no password, and not locked.
sed -i 's/^root:!unprovisioned:/root:*:/' "$tree/usr/etc/shadow"
