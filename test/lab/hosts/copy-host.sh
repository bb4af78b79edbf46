#!/usr/bin/env bash
# copy-host.sh TEMPLATE HOST: makes HOST/sysroot. What ostree never changes in place (objects, checked out /usr) is shared by hard
# links; all else is copied. Prints the path of the deployment. Root.
set -euo pipefail

template=$1/sysroot
sysroot=$2/sysroot

mkdir -p "$2"
cp -al "$template" "$sysroot"
cd "$template"
deployments=(ostree/deploy/*/deploy/*.0)
own=(boot ostree/deploy/*/var "${deployments[@]/%//etc}" "${deployments[@]/%/.origin}")
for path in ostree/* ostree/repo/*; do
  case $path in
    ostree/repo/objects | ostree/repo | ostree/deploy | ostree/boot.*) ;;
    *) own+=("$path") ;;
  esac
done
(cd "$sysroot" && rm -rf "${own[@]}")
cp -a --parents "${own[@]}" "$sysroot"
cd "$sysroot"
chattr +i "${deployments[@]}"
echo "$sysroot/${deployments[0]}"
