# shellcheck shell=sh
# Where an operation lives on the host, for the scripts in actions/.

# use_operation ID: checks the id and sets $OPERATION, its folder.
use_operation() {
  case $1 in
    ????????????) ;;
    *) set -- - ;;
  esac
  case $1 in
    *[!0-9a-f]*)
      printf 'not an operation id\n' >&2
      return 64
      ;;
  esac
  # shellcheck disable=SC2034 # for the script
  OPERATION=/run/berth/$1
}

# same_boot ID: whether the host still runs the boot with this id.
same_boot() {
  boot_now=
  { IFS= read -r boot_now </proc/sys/kernel/random/boot_id; } 2>/dev/null
  [ "$boot_now" = "$1" ]
}

# unit_lives UNIT: whether systemd still has something to do for it.
unit_lives() {
  case $(systemctl is-active "$1" 2>/dev/null) in
    active | activating | deactivating | reloading) return 0 ;;
    *) return 1 ;;
  esac
}
