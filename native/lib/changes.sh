# shellcheck shell=sh
# The few paths that change whenever deployments do: equal lines, equal deployments. No root, no lock, no bootc.
#   boot <boot id>
#   <path> <inode> <mtime, seconds> <mtime, with nanoseconds>     for each path that exists

# read_changes ROOT: ROOT is empty but in tests.
read_changes() {
  changes_boot=unknown
  { IFS= read -r changes_boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
  printf 'boot %s\n' "$changes_boot"
  changes_root=$1
  set --
  for changes_path in /ostree/deploy /ostree/bootc /sysroot/state/deploy /run/ostree/staged-deployment \
    /run/ostree/staged-deployment-locked /run/composefs/staged-deployment /run/nextroot /run/reboot-required; do
    [ -e "$changes_root$changes_path" ] && set -- "$@" "$changes_root$changes_path"
  done
  [ "$#" -eq 0 ] && return 0
  need stat && stat -c '%n %i %Y %y' "$@"
}
