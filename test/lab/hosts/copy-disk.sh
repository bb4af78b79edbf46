#!/usr/bin/env bash
# copy-disk.sh TEMPLATE OUT: makes the disk OUT/sysroot. What ostree never changes in place (objects, checked out trees) is shared by
# hard links; all else is copied. OUT is a folder that exists. Root.
set -euo pipefail
shopt -s extglob dotglob
umask 022

cd "$1/sysroot"
# Not by its name: when OUT is thrown away meanwhile, nothing shall be written where the next one of that name is.
exec 8<"$2"
sysroot=/proc/self/fd/8/sysroot
mkdir -p "$sysroot/ostree/repo"

deployments=(ostree/deploy/*/deploy/*.0)
# In the background: it is as much work as all the rest.
cp -al ostree/repo/objects "$sysroot/ostree/repo/objects" &
objects=$!
cp -al --parents "${deployments[@]}" "$sysroot"
for deployment in "${deployments[@]}"; do rm -rf "${sysroot:?}/$deployment/etc"; done
cp -a --parents !(ostree) ostree/!(deploy|repo) ostree/repo/!(objects) ostree/deploy/*/!(deploy) ostree/deploy/*/deploy/*.origin \
  "${deployments[@]/%//etc}" "$sysroot"
wait "$objects"

cd "$sysroot"
chattr +i "${deployments[@]}"
