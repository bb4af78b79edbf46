#!/usr/bin/env bash
# full.sh ROOT OUT: makes the tree of a full host (real systemd as PID 1) out of the base tree ROOT.
set -euo pipefail
umask 022

readonly root=$1 out=$2
# shellcheck source-path=SCRIPTDIR source=common.sh
source "${BASH_SOURCE[0]%/*}/common.sh"

# Links instead of copies of /usr: nothing below writes into a file that is there.
copy_base() {
  mkdir -p "$out"
  cp -al "$root/usr" "$out/usr"
  cp -a "$root/etc" "$out/usr/etc"
  # dpkg's knowledge belongs to the image; hosts find it through tmpfiles.d.
  mkdir -p "$out/usr/lib/sysimage/dpkg"/{info,updates}
}

# /var is empty in an image: systemd-tmpfiles fills it at the first boot.
write_var() {
  cat >"$out/usr/lib/tmpfiles.d/00-lab.conf" <<'CONF'
d /var/home 0755 root root -
d /var/roothome 0700 root root -
d /var/opt 0755 root root -
d /var/srv 0755 root root -
d /var/mnt 0755 root root -
d /var/log 0755 root root -
d /var/log/journal 2755 root systemd-journal -
d /var/lib 0755 root root -
L /var/lib/dpkg - - - - ../../usr/lib/sysimage/dpkg
CONF
}

# Earlier boots are asked for, from the first one on; older systemd keeps the journal in memory until there is a folder for it.
write_journal() {
  mkdir -p "$out/usr/lib/systemd/journald.conf.d"
  printf '%s\n' '[Journal]' 'Storage=persistent' >"$out/usr/lib/systemd/journald.conf.d/50-lab.conf"
}

# link_unit FOLDER UNIT: what `systemctl enable` would do.
link_unit() {
  mkdir -p "$out/usr/etc/systemd/system/$1"
  ln -sf "/usr/lib/systemd/system/$2" "$out/usr/etc/systemd/system/$1/$2"
}

# What a server's preset enables; the rest is masked, because it would look for hardware, networks or other machines.
write_units() {
  local unit
  link_unit multi-user.target.wants ssh.service
  link_unit local-fs.target.wants ostree-remount.service
  ln -sf /usr/lib/systemd/system/ssh.service "$out/usr/etc/systemd/system/sshd.service"
  for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer man-db.timer e2scrub_all.timer e2scrub_reap.service \
    fstrim.timer systemd-firstboot.service systemd-networkd.service systemd-networkd.socket \
    systemd-networkd-wait-online.service systemd-udevd.service systemd-timesyncd.service systemd-resolved.service \
    getty.target console-getty.service; do
    ln -sf /dev/null "$out/usr/etc/systemd/system/$unit"
  done
}

make_skeleton "$out"
copy_base
write_engine_settings "$out"
write_var
write_journal
write_units
