# shellcheck shell=sh
# shellcheck disable=SC2034 # what is set is for the scripts
# Where the versions of /etc are.

# use_trees ROOT BACKEND BOOTED TARGET: sets ROOT, BACKEND, and the folders LOCAL, BASE and TARGET, empty where there is no such version.
# ROOT is empty but in tests; BACKEND `ostree` or `composefs`; BOOTED the folder of the booted deployment, empty where it is not known.
use_trees() {
  ROOT=$1
  BACKEND=$2
  LOCAL=$ROOT/etc
  BASE=$ROOT/usr/etc
  TARGET=${4:+$ROOT$4}
  if [ "$BACKEND" = composefs ]; then
    # What the image shipped lies under the mount of /etc: to be had only `inside` a mount of our own.
    for HOLE in /mnt /media /srv /opt; do [ -d "$HOLE" ] && break; done
    BASE=$HOLE/etc
    return
  fi
  # What the merge itself will look at, whatever is mounted over /usr or below /etc. Of images, its files are links into one repository.
  trees_booted=${3:+$ROOT$3}
  if [ -n "$trees_booted" ] && [ -d "$trees_booted/usr/etc" ]; then BASE=$trees_booted/usr/etc; fi
  # shellcheck disable=SC3013 # every sh of a host has -ef
  if [ -n "$trees_booted" ] && [ "$trees_booted/etc" -ef "$LOCAL" ]; then LOCAL=$trees_booted/etc; fi
}

# inside SIDE COMMAND [ARGUMENT…]: runs a program where the folder of `local`, `base` or `target` can be seen. Mounts it takes are gone
# with it, and nobody else sees them.
inside() {
  if [ "$1" != base ] || [ "$BACKEND" != composefs ]; then
    shift
    "$@"
    return
  fi
  shift
  need unshare || return
  # Without what is mounted below, so that the hidden folder comes to light.
  # shellcheck disable=SC2016 # for the shell inside
  unshare -m sh -c 'mount --bind "$1" "$2" || exit; shift 2; exec "$@"' sh "$ROOT/" "$HOLE" "$@"
}
