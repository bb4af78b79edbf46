#!/usr/bin/env bash
# install.sh TREE KIND: puts the stand-in for greenboot into a tree that has systemd; elsewhere nothing would run its units.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
tree=$1
[[ -x $tree/usr/lib/systemd/systemd ]] || exit 0

install -D -m 755 -t "$tree/usr/libexec/greenboot" "$here"/libexec/*
install -D -m 755 -t "$tree/usr/bin" "$here/grub2-editenv"
install -D -m 644 -t "$tree/usr/lib/systemd/system" "$here"/units/*
mkdir -p "$tree"/usr/lib/greenboot/{check/required.d,check/wanted.d,green.d,red.d}
mkdir -p "$tree"/usr/etc/greenboot/{check/required.d,check/wanted.d,green.d,red.d}

# As `systemctl enable` does, from each unit's own [Install] section.
for unit in "$here"/units/*; do
  while IFS='=' read -r key target; do
    case $key in
      WantedBy) folder=$target.wants ;;
      RequiredBy) folder=$target.requires ;;
      *) continue ;;
    esac
    mkdir -p "$tree/usr/etc/systemd/system/$folder"
    ln -sfn "/usr/lib/systemd/system/${unit##*/}" "$tree/usr/etc/systemd/system/$folder/${unit##*/}"
  done <"$unit"
done
