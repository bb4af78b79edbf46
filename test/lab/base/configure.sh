#!/usr/bin/env bash
# configure.sh ROOT: what maintainer scripts and an administrator would do in an unpacked tree, without running the former.
# Programs of the tree itself do the work where there are some (chroot), so that they fit its versions.
set -euo pipefail
umask 022

readonly root=$1

# Password `open sesame`; made with: openssl passwd -6 -salt berthlab 'open sesame'
# shellcheck disable=SC2016 # crypt(3)'s own dollars
readonly open_sesame='$6$berthlab$Zw29Pisk2PP3fCZiCdFJFvTo9qUYEqC2s4rCO.jKzA1Zgbjvp0TLxyQG/LKenU3uIxhWbDtAuwE1Fgghq5kqG1'

# The users of the system as its packages declare them. Some packages of Debian 12 still make theirs in a script: lab.conf.
add_system_users() {
  cat >"$root/usr/lib/sysusers.d/lab.conf" <<'CONF'
g _ssh -
g sudo 27
g shadow 42
u messagebus - "System Message Bus" /nonexistent
u sshd -:nogroup "sshd user" /run/sshd
CONF
  chroot "$root" systemd-sysusers 2>"$root.sysusers.log" || { cat "$root.sysusers.log" >&2; return 1; }
  rm "$root.sysusers.log" "$root/usr/lib/sysusers.d/lab.conf"
  # Root has no password, and is not locked either: sshd asks for a key.
  sed -i 's/^root:[^:]*:/root:*:/' "$root/etc/shadow"
  chgrp 42 "$root"/etc/{shadow,gshadow}
  chmod 640 "$root"/etc/{shadow,gshadow}
}

# add_user NAME UID SHELL PASSWORD: the home is /var/home/NAME, which each host makes for itself.
add_user() {
  local name=$1 id=$2 shell=$3 password=$4
  echo "$name:x:$id:$id:$name of the lab:/home/$name:$shell" >>"$root/etc/passwd"
  echo "$name:x:$id:" >>"$root/etc/group"
  echo "$name:$password:20000:0:99999:7:::" >>"$root/etc/shadow"
  echo "$name:!::" >>"$root/etc/gshadow"
}

add_people() {
  local name
  add_user admin 1000 /bin/bash '*'
  add_user opera 1001 /bin/bash "$open_sesame"
  add_user guest 1002 /bin/bash '*'
  add_user fisher 1003 /usr/bin/fish '*'
  add_user cesar 1004 /usr/bin/tcsh '*'
  for name in admin fisher cesar; do
    echo "$name ALL=(ALL:ALL) NOPASSWD: ALL"
  done >"$root/etc/sudoers.d/50-lab"
  echo 'opera ALL=(ALL:ALL) ALL' >>"$root/etc/sudoers.d/50-lab"
  chmod 440 "$root/etc/sudoers" "$root/etc/sudoers.d/50-lab"
  printf '%s\n' /bin/sh /bin/bash /usr/bin/bash /usr/bin/fish /usr/bin/tcsh /usr/bin/zsh >"$root/etc/shells"
}

# What pam-auth-update would write from the profiles `unix` and `systemd`. Debian's PAM reads /etc only.
write_pam() {
  local pam=$root/etc/pam.d
  cp -n "$root"/usr/lib/pam.d/* "$pam/"
  printf '%s\n' 'auth [success=1 default=ignore] pam_unix.so nullok' 'auth requisite pam_deny.so' \
    'auth required pam_permit.so' >"$pam/common-auth"
  printf '%s\n' 'account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so' 'account requisite pam_deny.so' \
    'account required pam_permit.so' >"$pam/common-account"
  printf '%s\n' 'password [success=1 default=ignore] pam_unix.so obscure sha512' 'password requisite pam_deny.so' \
    'password required pam_permit.so' >"$pam/common-password"
  printf '%s\n' 'session required pam_permit.so' 'session required pam_unix.so' >"$pam/common-session-noninteractive"
  { cat "$pam/common-session-noninteractive"; echo 'session optional pam_systemd.so'; } >"$pam/common-session"
}

write_sshd() {
  cp "$root/usr/share/openssh/sshd_config" "$root/etc/ssh/sshd_config"
  mkdir -p "$root/etc/ssh/sshd_config.d"
  printf '%s\n' 'PermitRootLogin prohibit-password' 'PasswordAuthentication no' 'KbdInteractiveAuthentication no' \
    'UseDNS no' >"$root/etc/ssh/sshd_config.d/50-lab.conf"
}

# Files that scripts copy from /usr/share, and links that they make.
write_defaults() {
  local etc=$root/etc name_service=$root/usr/share/libc-bin/nsswitch.conf
  [[ -e $name_service ]] || name_service=$root/usr/share/base-files/nsswitch.conf
  cp "$name_service" "$etc/nsswitch.conf"
  cp "$root/usr/share/base-files/profile" "$etc/profile"
  echo '127.0.0.1 localhost' >"$etc/hosts"
  echo localhost >"$etc/hostname"
  : >"$etc/machine-id"
  : >"$etc/environment"
  echo 'LANG=C.UTF-8' >"$etc/locale.conf"
  ln -sfn ../locale.conf "$etc/default/locale"
  echo Etc/UTC >"$etc/timezone"
  ln -sfn /usr/share/zoneinfo/Etc/UTC "$etc/localtime"
  ln -sfn ../proc/self/mounts "$etc/mtab"
  link_program awk mawk
  link_program csh tcsh
  link_program pager less
  link_program which which.debianutils
  link_program sh dash
}

# link_program NAME TARGET: where no package has put it.
link_program() {
  [[ -e $root/usr/bin/$1 ]] || ln -sfn "$2" "$root/usr/bin/$1"
}

# What systemd-tmpfiles would do to /etc and /usr at the first boot, where it would look like a person's change, or fail. Lines
# for the users' homes are not for a tree whose /home leads to /var.
apply_tmpfiles() {
  rm -f "$root"/usr/lib/tmpfiles.d/{home,provision}.conf
  # shellcheck disable=SC2016 # for the shell in there
  unshare --mount --pid --fork sh -c 'mount -t proc proc "$1/proc" && exec chroot "$1" systemd-tmpfiles --create --prefix=/etc --prefix=/usr' \
    sh "$root"
}

write_defaults
add_system_users
add_people
write_pam
write_sshd
apply_tmpfiles
chroot "$root" ldconfig
