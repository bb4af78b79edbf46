#!/usr/bin/env bash
# One boot of a lab host, as PID 1 of fresh namespaces: "boot loader", "initramfs" and "switch root", then the image's own PID 1
# takes over. The parts that decide something are real: the BLS entries are ostree's, and ostree-prepare-root is the image's.
# Arguments: the folder of the host, and `again` once it is in its control group. Writes there `pid` (PID 1 as the machine sees
# it) and `boot-id`. Started by supervise.sh, with the machine's network namespace as descriptor 9.
set -euo pipefail
shopt -s nullglob
trap 'echo "boot.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR

here=$(dirname "$(readlink -f "$0")")
host=$1
stage=${2:-first}
# shellcheck source=/dev/null # written by hosts/settings.ts: TIER, ADDRESS, PORT, LINK, GATEWAY, CGROUP, HIDE, BOOTC
source "$host/settings"
# shellcheck source=test/lab/boot/boot-loader.sh
source "$here/boot-loader.sh"
# shellcheck source=test/lab/boot/network.sh
source "$here/network.sh"

main() {
  if [[ $TIER = 2 && $stage = first ]]; then enter_cgroup; fi
  tell_pid
  choose_entry "$host/sysroot/boot" # sets entry, options
  local target
  target=$(grep -o 'ostree=[^ ]*' <<<"$options")
  make_initramfs "$host/sysroot${target#ostree=}"
  if [[ $TIER = 2 ]]; then connect_host; fi
  exec 9<&-
  prepare_root "$host/sysroot${target#ostree=}"
  switch_root
  start_init
}

# A control group for this boot, and a view of it as the root: PID 1 must be alone in it, so it goes in by itself. The kernel may
# still be taking apart the boot before, or even another host of this number.
enter_cgroup() {
  local root=/sys/fs/cgroup
  [[ -e $root/cgroup.controllers ]] || root=$root/unified
  local group=$root/$CGROUP
  mkdir -p "$group"
  find "$group" -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null || true
  local controller
  for controller in $(<"$group/cgroup.controllers"); do
    { echo "+$controller" >"$group/cgroup.subtree_control"; } 2>/dev/null || true
  done
  group+=/$EPOCHREALTIME
  mkdir "$group"
  echo 0 >"$group/cgroup.procs"
  exec unshare --cgroup "$0" "$host" again
}

# /proc is still the machine's here, so this is the number by which the machine knows PID 1.
tell_pid() {
  local pid
  read -r pid _ </proc/self/stat
  echo "$pid" >"$host/pid.new"
  mv "$host/pid.new" "$host/pid"
}

# make_initramfs DEPLOYMENT: a root with the deployment's /usr, as dracut makes one, and everything the kernel offers a host,
# fenced: an own /dev without disks, settings of the kernel read-only. Leaves us in it.
make_initramfs() {
  mkdir -p "$host/initramfs"
  mount -t tmpfs -o size=1m,mode=755 initramfs "$host/initramfs"
  cd "$host/initramfs"
  mkdir dev proc run sys sysroot usr
  local name
  for name in bin sbin lib lib64; do ln -s "usr/$name" "$name"; done
  mount --bind "$1/usr" usr
  mount -t proc proc proc
  mount --bind proc/sys proc/sys
  mount -o remount,bind,ro proc/sys
  if [[ -e proc/sysrq-trigger ]]; then mount --bind /dev/null proc/sysrq-trigger; fi
  mount -t sysfs -o ro sysfs sys
  if [[ $TIER = 2 ]]; then mount -t cgroup2 cgroup2 sys/fs/cgroup; fi
  mount -t tmpfs -o size=64m,mode=755 tmpfs run
  make_devices
  mount --bind "$host/sysroot" sysroot
  mount -o remount,bind,nodev sysroot
  tell_kernel
}

make_devices() {
  mount -t tmpfs -o size=1m,mode=755 devtmpfs dev
  local name
  for name in null zero full random urandom tty fuse; do
    [[ -e /dev/$name ]] || continue
    : >"dev/$name"
    mount --bind "/dev/$name" "dev/$name"
  done
  mkdir dev/pts dev/shm
  mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts dev/pts
  mount -t tmpfs -o size=16m,mode=1777 tmpfs dev/shm
  ln -s pts/ptmx dev/ptmx
  ln -s /proc/self/fd dev/fd
  ln -s fd/0 dev/stdin
  ln -s fd/1 dev/stdout
  ln -s fd/2 dev/stderr
}

# What differs from boot to boot: the command line and the boot id, bound over the kernel's. Both go into /dev, a tmpfs that is
# gone with this boot.
tell_kernel() {
  local id
  read -r id <proc/sys/kernel/random/uuid
  mkdir dev/.kernel
  echo "BOOT_IMAGE=$kernel $options" >dev/.kernel/cmdline
  echo "$id" >dev/.kernel/boot_id
  mount --bind dev/.kernel/cmdline proc/cmdline
  mount --bind dev/.kernel/boot_id proc/sys/kernel/random/boot_id
  echo "$id" >"$host/boot-id.new"
  mv "$host/boot-id.new" "$host/boot-id"
}

# prepare_root DEPLOYMENT
prepare_root() {
  local path
  # Tools that this host shall not have: the checkout loses its link, the repository keeps the object.
  for path in $HIDE; do rm -f "$1/$path"; done
  local run=(chroot . /usr/lib/ostree/ostree-prepare-root /sysroot)
  if [[ $TIER = 1 ]]; then
    "${run[@]}"
  else
    python3 "$here/initramfs_journal.py" run/systemd/journal/socket run/lab-initramfs.journal "${run[@]}"
    pass_on_journal
  fi
}

# What was told to the initramfs's journal arrives in that of the boot: which deployment it is.
pass_on_journal() {
  [[ -e run/lab-initramfs.journal ]] || return 0
  mkdir -p run/systemd/system/sysinit.target.wants
  cat >run/systemd/system/lab-initramfs-journal.service <<'UNIT'
[Unit]
Description=What the initramfs told its journal
DefaultDependencies=no
After=systemd-journald.socket

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/logger --journald=/run/lab-initramfs.journal
UNIT
  ln -s ../lab-initramfs-journal.service run/systemd/system/sysinit.target.wants/
}

# As systemd does it at the end of the initramfs; then what ostree-system-generator and fstab bring: /var and /boot.
switch_root() {
  cd sysroot
  local name
  for name in proc sys dev run; do mount --move "../$name" "$name"; done
  mountpoint -q var || mount --bind "sysroot/ostree/deploy/$STATEROOT/var" var
  if ! mountpoint -q boot; then
    mount --bind sysroot/boot boot
    # A file system of its own on a real host, whereas /sysroot is read-only.
    mount -o remount,bind,rw boot
  fi
  # A real bootc in place of the stand-in (BERTH_LAB_BOOTC).
  if [[ -n $BOOTC ]]; then mount --bind "$BOOTC" usr/bin/bootc; fi
  mkdir run/initramfs
  pivot_root . run/initramfs
  umount -l /run/initramfs
  rmdir /run/initramfs
  cd /
  # As systemd does where it is not told that it is in a container: what ostree mounts in a namespace of its own (a writable /usr)
  # is to arrive on the host.
  mount --make-rshared /
}

# PID 1 of the image: a small one, or systemd, without the units that look after hardware the host has not got.
start_init() {
  local clean=(env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin TERM=linux)
  if [[ -x /usr/lib/lab/init ]]; then exec "${clean[@]}" /usr/lib/lab/init "$ADDRESS" "$PORT"; fi
  local unit masks=
  for unit in systemd-networkd.{service,socket} systemd-udevd.service systemd-resolved.service systemd-timesyncd.service \
    getty.target console-getty.service; do
    masks+=" systemd.mask=$unit"
  done
  exec "${clean[@]}" container=lab SYSTEMD_PROC_CMDLINE="$options$masks systemd.show_status=false" /usr/lib/systemd/systemd
}

main
