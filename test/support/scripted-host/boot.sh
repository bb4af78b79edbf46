#!/bin/sh
# PID 1 of the scripted host: makes its own root out of the machine's /usr and the host's own folders, then runs a real sshd.
# Arguments: folder of the host, node.
set -eu
dir=$1
root=$dir/root

mount -t tmpfs -o mode=755 tmpfs "$root"
cd "$root"
mkdir dev etc home node ostree proc root run scripted sys sysroot tmp usr var
chmod 1777 tmp
for name in bin sbin lib lib32 lib64 libx32; do
  if [ -L "/$name" ]; then cp -P "/$name" .; elif [ -d "/$name" ]; then mkdir "$name" && mount --bind "/$name" "$name"; fi
done
mount --rbind /dev dev
mount --rbind /usr usr
mount --bind "$dir/bin" usr/local/bin
for name in etc home ostree run scripted; do mount --bind "$dir/$name" "$name"; done
# All but its name: node may live anywhere.
: >node/node
mount --bind "$2" node/node
mount -t proc proc proc
mount --bind "$dir/boot_id" proc/sys/kernel/random/boot_id
mount --bind "$dir/cmdline" proc/cmdline

mkdir -p run/sshd run/sudo tmp/home var/lib/sudo
exec 3<&0
exec chroot . /bin/sh -c '
  exec </dev/null
  /usr/sbin/sshd -D -e -f /etc/ssh/sshd_config &
  cat <&3 &
  # Reaps whatever is left behind, as PID 1 does; the end of the host is the end of its stdin.
  wait "$!"
' sh
