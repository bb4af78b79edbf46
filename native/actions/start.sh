# shellcheck shell=sh
# needs: lib/limit.sh lib/operation-folder.sh lib/runner.sh
# Starts one verb in a transient systemd unit, so that no lost connection ends it. As root. Safe to repeat: an operation id
# is run at most once, and a repeat (the answer to the first was lost) reports the unit that is there.
# Arguments: operation id (12 hex digits), the boot id on which it was planned, who starts it (user@workstation), patience
# (seconds that bootc may go on after it has staged on composefs, where some versions hang; 0: for ever), the tool (bootc |
# rpm-ostree | ostree | systemd), the verb, then what the verb needs:
#   check, download, apply-download, upgrade, usr-overlay, soft-reboot, clean-up: nothing
#   switch: image, transport, retain | drop, policy | no-policy
#   pin, unpin, remove, unstage, rollback (to which), undo-rollback (back to which): deployment id
#   kernel-arguments: +<argument to append>…, -<argument to remove>…; with bootc +<argument>…, all that are to be of Berth's
#   reboot: minutes of delay, wall message (may be empty)
#   pause-updates, resume-updates: name of the timer or service
#   etc: how many steps it is; they are there already, by etc-prepare.sh
#
# One frame, `start`. Exit code 0: the unit runs, or has run; stdout then has the lines
#   unit=<name>, progress=yes|no (whether bootc tells its progress), again=yes|no (whether it was there already)
# 64: not arguments of ours; 65: the host was rebooted since the plan; 66: follow.sh has told that it never began, which
# stays true; 127: a tool is missing; else that of what failed.
#
# The folder /run/berth/<id> holds: run.sh (what the unit runs), words (what the verb needs, a line each), unit (its name), meta (who and what: see write_meta), began/ (made by the unit as its first
# act), stdout, stderr, progress (JSON lines of bootc), exit-code (the last thing written, at once), hung (bootc did not end
# and was stopped), cancelled (cancel.sh), never (follow.sh: it was given up before it began).

# How many ended operations keep their folder; all of /run vanishes with the next boot anyway.
KEEP=20

LINE_FEED='
'

main() {
  frame start start_unit "$@"
}

start_unit() {
  use_operation "$1" || return
  start_boot=$2
  WHO=$3
  PATIENCE=$4
  TOOL=$5
  VERB=$6
  UNIT=berth-$VERB-$1
  shift 6
  if ! understood "$@"; then
    printf '%s with %s: not a verb, or not with these words\n' "$VERB" "$TOOL" >&2
    return 64
  fi
  if ! same_boot "$start_boot"; then
    printf 'the host was rebooted\n' >&2
    return 65
  fi
  need systemd-run || return
  if [ "$TOOL" = systemd ]; then need systemctl || return; else need "$TOOL" || return; fi

  umask 077
  mkdir -p "$OPERATION" || return
  if [ -e "$OPERATION/never" ]; then
    printf 'given up before it began\n' >&2
    return 66
  fi
  if [ -d "$OPERATION/began" ]; then
    tell yes
    return
  fi
  prepare "$@" || return
  systemd-run --quiet --collect --unit="$UNIT" --service-type=exec --description="$VERB, started with Berth by $(who_starts)" \
    -- /bin/sh "$OPERATION/run.sh" "$(progress_or_not)" "$PATIENCE" "$TOOL" "$VERB" || {
    start_result=$?
    # A repeat that came while the first was still at it finds the name taken.
    if [ ! -d "$OPERATION/began" ] && ! unit_lives "$UNIT"; then return "$start_result"; fi
    tell yes
    return
  }
  tell no
  clean_up
}

# understood [WORD…]: whether the words are those of the verb. None of them can be taken for an option or for shell text.
understood() {
  case $PATIENCE in '' | *[!0-9]*) return 1 ;; esac
  # They become lines.
  case $* in *"$LINE_FEED"*) return 1 ;; esac
  case $TOOL-$VERB in
    bootc-check | bootc-download | bootc-apply-download | bootc-upgrade | bootc-usr-overlay | bootc-clean-up) ;;
    rpm-ostree-check | rpm-ostree-download | rpm-ostree-upgrade | rpm-ostree-clean-up) ;;
    ostree-apply-download | ostree-upgrade | ostree-usr-overlay | ostree-clean-up) ;;
    bootc-soft-reboot | systemd-soft-reboot) ;;
    bootc-switch | rpm-ostree-switch)
      [ "$#" -eq 4 ] || return 1
      case $1 in '' | -* | *[!!-~]*) return 1 ;; esac
      case $2 in registry | containers-storage | oci | oci-archive | docker-archive | dir) ;; *) return 1 ;; esac
      case $3-$4 in retain-policy | retain-no-policy | drop-policy | drop-no-policy) return 0 ;; *) return 1 ;; esac
      ;;
    bootc-rollback | bootc-undo-rollback | bootc-unstage | bootc-remove | rpm-ostree-rollback | rpm-ostree-undo-rollback | \
      rpm-ostree-unstage | ostree-rollback | ostree-undo-rollback | ostree-unstage | ostree-remove | ostree-pin | ostree-unpin)
      [ "$#" -eq 1 ] || return 1
      case $1 in '' | *[!0-9a-f.]*) return 1 ;; *) return 0 ;; esac
      ;;
    bootc-kernel-arguments)
      for word in "$@"; do case $word in +?*) ;; *) return 1 ;; esac done
      return 0
      ;;
    rpm-ostree-kernel-arguments)
      [ "$#" -gt 0 ] || return 1
      for word in "$@"; do case $word in [+-]?*) ;; *) return 1 ;; esac done
      return 0
      ;;
    systemd-reboot)
      [ "$#" -eq 2 ] || return 1
      case $1 in '' | *[!0-9]*) return 1 ;; esac
      case $2 in -*) return 1 ;; *) return 0 ;; esac
      ;;
    systemd-etc)
      [ "$#" -eq 1 ] || return 1
      case $1 in '' | *[!0-9]*) return 1 ;; *) return 0 ;; esac
      ;;
    systemd-pause-updates | systemd-resume-updates)
      [ "$#" -eq 1 ] || return 1
      case $1 in -* | *[!A-Za-z0-9@._:-]*) return 1 ;; ?*.timer | ?*.service) return 0 ;; *) return 1 ;; esac
      ;;
    *) return 1 ;;
  esac
  [ "$#" -eq 0 ]
}

# prepare [WORD…]: all that the unit needs. What exists already is left as it is. The words go by a file, as systemd expands
# what looks like a variable in a command line.
prepare() {
  for word in "$@"; do printf '%s\n' "$word"; done >"$OPERATION/words.$$" && mv "$OPERATION/words.$$" "$OPERATION/words" || return
  : >>"$OPERATION/stdout" && : >>"$OPERATION/stderr" && : >>"$OPERATION/progress" || return
  printf '%s\n' "$UNIT" >"$OPERATION/unit" || return
  [ -e "$OPERATION/meta" ] || write_meta >"$OPERATION/meta" || return
  case $TOOL-$VERB in
    systemd-etc)
      if [ ! -e "$OPERATION/prepared" ] || [ "$(grep -c '' "$OPERATION/steps")" != "$1" ]; then
        printf 'what is to be done is not here\n' >&2
        return 1
      fi
      ;;
    bootc-upgrade | bootc-download | bootc-switch)
      # The flag is hidden from --help, but an unknown flag is an error even beside it.
      if limit 20 bootc upgrade --progress-fd 3 --help >/dev/null 2>&1; then : >"$OPERATION/with-progress"; fi
      ;;
  esac
  write_runner >"$OPERATION/run.sh.$$" && mv "$OPERATION/run.sh.$$" "$OPERATION/run.sh"
}

# Who does what, for whoever looks at the host from elsewhere. One `key=value` a line; the name is cut to one line.
write_meta() {
  printf 'unit=%s\nverb=%s\nboot-id=%s\nhost-time=%s\nuptime=%s\nstarted-by=' "$UNIT" "$VERB" "$start_boot" "$(date +%s)" "$(uptime_now)"
  who_starts
  printf '\n'
}

who_starts() {
  printf '%.200s' "$WHO" | tr -d '\000-\037\177'
}

uptime_now() {
  { IFS=' ' read -r up rest </proc/uptime; } 2>/dev/null
  printf '%s' "${up:-}"
}

progress_or_not() {
  if [ -e "$OPERATION/with-progress" ]; then printf 'progress'; else printf 'plain'; fi
}

tell() {
  if [ -e "$OPERATION/with-progress" ]; then tell_progress=yes; else tell_progress=no; fi
  printf 'unit=%s\nprogress=%s\nagain=%s\n' "$UNIT" "$tell_progress" "$1"
}

# Removes the folders of the oldest ended operations.
clean_up() {
  clean_count=0
  # shellcheck disable=SC2012 # the names are ours: 12 hex digits
  ls -1t /run/berth | while IFS= read -r clean_name; do
    case $clean_name in *[!0-9a-f]*) continue ;; esac
    [ -e "/run/berth/$clean_name/exit-code" ] || [ -e "/run/berth/$clean_name/never" ] || continue
    clean_count=$((clean_count + 1))
    if [ "$clean_count" -gt "$KEEP" ]; then rm -rf "/run/berth/$clean_name"; fi
  done
}

main "$@"
