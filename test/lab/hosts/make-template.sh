#!/usr/bin/env bash
# make-template.sh OUT: makes the disk of a host on its first day (OUT/sysroot), from which copy-host.sh makes the disks of hosts.
# Does nothing when it is there. Root. From the environment:
#   OSTREE     words that run the image's own ostree from outside      REPO, OCI   of the image set
#   COMMIT     checksum of the image       DIGEST  of its manifest     MANAGER     bootc | rpm-ostree | ostree
#   REGISTRY   host:port of the registry, as the host calls it         STATEROOT   name of the stateroot
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
out=$1
# shellcheck disable=SC2153 # from the environment
read -ra ostree <<<"$OSTREE"

main() {
  mkdir -p "${out%/*}"
  exec 9>"$out.lock"
  flock 9
  if [[ -d $out ]]; then return; fi
  local new=$out.new sysroot=$out.new/sysroot
  discard "$new"
  mkdir -p "$sysroot"
  prepare "$sysroot"
  deploy "$sysroot"
  # ostree forbids changes of a deployment's top folder by the immutable flag, which nothing can be linked into; copies get it anew.
  chattr -i "$sysroot/ostree/deploy/$STATEROOT/deploy"/*.0
  mv "$new" "$out"
}

discard() {
  [[ -d $1 ]] || return 0
  chattr -R -f -i "$1" || true
  rm -rf "$1"
}

# As `bootc install to-filesystem` does before it deploys.
prepare() {
  "${ostree[@]}" admin init-fs --modern "$1"
  "${ostree[@]}" admin os-init --sysroot="$1" "$STATEROOT" >/dev/null
  local set=("${ostree[@]}" --repo="$1/ostree/repo" config set)
  "${set[@]}" sysroot.bootloader none
  "${set[@]}" sysroot.readonly true
  # The disk of this machine is not the host's to look after.
  "${set[@]}" core.fsync false
  "${set[@]}" core.min-free-space-percent 0
  "${ostree[@]}" --repo="$1/ostree/repo" remote add --no-gpg-verify lab "http://$REGISTRY/ostree/"
}

deploy() {
  local kargs=(--karg=root=LABEL=root --karg=rw)
  if [[ $MANAGER = bootc ]]; then
    PYTHONDONTWRITEBYTECODE=1 "$here/../host/bootc-standin/first-deployment" --sysroot="$1" --stateroot="$STATEROOT" --repo="$REPO" --oci="$OCI" \
      --digest="$DIGEST" --reference="$REGISTRY/os:stable" "${kargs[@]}" -- "${ostree[@]}"
    return
  fi
  "${ostree[@]}" --repo="$1/ostree/repo" pull-local --disable-fsync --remote=lab "$REPO" "$COMMIT" >/dev/null
  "${ostree[@]}" --repo="$1/ostree/repo" refs --create=lab:lab/stable "$COMMIT"
  "${ostree[@]}" admin deploy --sysroot="$1" --os="$STATEROOT" "${kargs[@]}" lab:lab/stable
}

main
