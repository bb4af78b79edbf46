# shellcheck shell=sh
# needs: lib/limit.sh lib/operation-folder.sh
# Starts one verb in a transient systemd unit, so that no lost connection ends it. As root. Safe to repeat: an operation id
# is run at most once, and a repeat (the answer to the first was lost) reports the unit that is there.
# Arguments: operation id (12 hex digits), the boot id on which it was planned, who starts it (user@workstation), patience
# (seconds that bootc may go on after it has staged on composefs, where some versions hang; 0: for ever), the tool (bootc |
# rpm-ostree | ostree | systemd), the verb, then what the verb needs:
#   check, download, apply-download, upgrade, rollback, undo-rollback, unstage, usr-overlay, soft-reboot, clean-up: nothing
#   switch: image, transport, retain | drop, policy | no-policy
#   pin, unpin, remove: deployment id
#   kernel-arguments: +<argument to append>…, -<argument to remove>…
#   reboot: minutes of delay, wall message (may be empty)
#   pause-updates, resume-updates: name of the timer or service
#
# One frame, `start`. Exit code 0: the unit runs, or has run; stdout then has the lines
#   unit=<name>, progress=yes|no (whether bootc tells its progress), again=yes|no (whether it was there already)
# 64: not arguments of ours; 65: the host was rebooted since the plan; 66: follow.sh has told that it never began, which
# stays true; 127: a tool is missing; else that of what failed.
#
# The folder /run/berth/<id> holds: run.sh (what the unit runs), unit (its name), meta (who and what: see write_meta), began/ (made by the unit as its first
# act), stdout, stderr, progress (JSON lines of bootc), exit-code (the last thing written, at once), cancelled (cancel.sh),
# never (follow.sh: it was given up before it began).

# How many ended operations keep their folder; all of /run vanishes with the next boot anyway.
KEEP=20

main() {
  frame start start_unit "$@"
}

start_unit() {
  use_operation "$1" || return
  start_boot=$2
  WHO=$3
  start_tool=$5
  VERB=$6
  UNIT=berth-$VERB-$1
  case $start_tool-$VERB in
    bootc-check | bootc-upgrade) ;;
    *)
      printf '%s with %s: not a verb\n' "$VERB" "$start_tool" >&2
      return 64
      ;;
  esac
  if ! same_boot "$start_boot"; then
    printf 'the host was rebooted\n' >&2
    return 65
  fi
  need systemd-run || return
  need "$start_tool" || return

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
  prepare "$VERB" || return
  systemd-run --quiet --collect --unit="$UNIT" --service-type=exec --description="bootc $VERB, started with Berth" \
    -- /bin/sh "$OPERATION/run.sh" "$VERB" "$(progress_or_not)" || {
    start_result=$?
    # A repeat that came while the first was still at it finds the name taken.
    if [ ! -d "$OPERATION/began" ] && ! unit_lives "$UNIT"; then return "$start_result"; fi
    tell yes
    return
  }
  tell no
  clean_up
}

# prepare VERB: all that the unit needs. What exists already is left as it is.
prepare() {
  : >>"$OPERATION/stdout" && : >>"$OPERATION/stderr" && : >>"$OPERATION/progress" || return
  printf '%s\n' "$UNIT" >"$OPERATION/unit" || return
  [ -e "$OPERATION/meta" ] || write_meta >"$OPERATION/meta" || return
  if [ ! -e "$OPERATION/with-progress" ] && [ "$1" = upgrade ]; then
    # The flag is hidden from --help, but an unknown flag is an error even beside it.
    if limit 20 bootc upgrade --progress-fd 3 --help >/dev/null 2>&1; then : >"$OPERATION/with-progress"; fi
  fi
  write_runner >"$OPERATION/run.sh.$$" && mv "$OPERATION/run.sh.$$" "$OPERATION/run.sh"
}

# Who does what, for whoever looks at the host from elsewhere. One `key=value` a line; the name is cut to one line.
write_meta() {
  printf 'unit=%s\nverb=%s\nboot-id=%s\nhost-time=%s\nstarted-by=' "$UNIT" "$VERB" "$start_boot" "$(date +%s)"
  printf '%.200s' "$WHO" | tr -d '\000-\037\177'
  printf '\n'
}

progress_or_not() {
  if [ -e "$OPERATION/with-progress" ]; then printf 'progress'; else printf 'plain'; fi
}

tell() {
  if [ -e "$OPERATION/with-progress" ]; then tell_progress=yes; else tell_progress=no; fi
  printf 'unit=%s\nprogress=%s\nagain=%s\n' "$UNIT" "$tell_progress" "$1"
}

# What the unit runs. bootc takes only a pipe for its progress, and its reader must stay: hence the cat. A unit that is
# stopped gets TERM in all its processes; the shells outlive it to write the exit code of bootc.
write_runner() {
  cat <<'RUNNER'
#!/bin/sh
# Runs one verb of bootc for Berth. Arguments: verb, progress | plain
umask 077
trap : TERM
cd "${0%/*}" || exit
mkdir began || exit
verb=$1
reports=$2
case $verb in
  check) set -- upgrade --check ;;
  upgrade) set -- upgrade ;;
  *) exit 64 ;;
esac
if [ "$reports" = progress ]; then
  {
    trap : TERM
    bootc "$@" --progress-fd 3 3>&1 1>>stdout 2>>stderr </dev/null
    printf '%s\n' "$?" >exit-code.new
  } | cat >>progress
else
  bootc "$@" >>stdout 2>>stderr </dev/null
  printf '%s\n' "$?" >exit-code.new
fi
mv exit-code.new exit-code
RUNNER
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
