#!/usr/bin/env bash
# copy-host.sh TEMPLATE HOST: makes HOST/sysroot. What ostree never changes in place (objects, checked out trees) is shared by hard
# links; all else is copied. Prints the path of the deployment. Root.
set -euo pipefail
shopt -s extglob dotglob
umask 022

cd "$1/sysroot"
sysroot=$2/sysroot
mkdir -p "$sysroot/ostree/repo"
# Whoever removes the host waits for the copying to end, also when the one who wanted it was killed.
exec 8<"$2"
flock 8

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
echo "$sysroot/${deployments[0]}"
