# shellcheck shell=sh
# What the unit of an operation runs, for actions/start.sh.

# write_runner: prints the script. It takes its values as arguments alone; what they may be start.sh has looked at.
write_runner() {
  cat <<'RUNNER'
#!/bin/sh
# Runs one verb for Berth. Arguments: progress | plain, patience in seconds, tool, verb. What the verb needs is in `words`.
umask 077
LC_ALL=C
export LC_ALL
trap : TERM
cd "${0%/*}" || exit
mkdir began || exit
mode=$1
patience=$2
action=$3-$4
set --
while IFS= read -r word; do set -- "$@" "$word"; done <words

perform() {
  # What the tools make is not ours: as in any service, others may read it (the boot loader's entries among it).
  umask 022
  case $action in
    bootc-check) bootc upgrade --check ;;
    bootc-download) stage bootc upgrade --download-only ;;
    bootc-apply-download) bootc upgrade --from-downloaded ;;
    bootc-upgrade) stage bootc upgrade ;;
    bootc-switch) switch_image "$@" ;;
    bootc-rollback) toggle_unless '"rollbackQueued":true' 'a rollback is queued already' ;;
    bootc-undo-rollback) toggle_unless '"rollbackQueued":false' 'no rollback is queued' ;;
    bootc-unstage | bootc-remove) bootc delete-deployment "$1" ;;
    bootc-usr-overlay) bootc usr-overlay ;;
    bootc-kernel-arguments) set_arguments "$@" ;;
    bootc-clean-up) bootc internals cleanup ;;
    bootc-soft-reboot) bootc upgrade --from-downloaded --soft-reboot=required && systemctl soft-reboot ;;
    rpm-ostree-check) rpm-ostree upgrade --check ;;
    rpm-ostree-download) rpm-ostree upgrade --lock-finalization ;;
    rpm-ostree-upgrade) rpm-ostree upgrade ;;
    rpm-ostree-switch) rebase "$@" ;;
    rpm-ostree-rollback) roll_to "$1" rpm-ostree rollback ;;
    rpm-ostree-undo-rollback) roll_to "$1" rpm-ostree rollback ;;
    rpm-ostree-unstage) rpm-ostree cleanup --pending ;;
    rpm-ostree-kernel-arguments) change_arguments "$@" ;;
    rpm-ostree-clean-up) rpm-ostree cleanup --base --repomd ;;
    ostree-apply-download) ostree admin lock-finalization --unlock ;;
    ostree-upgrade) ostree admin upgrade --stage ;;
    ostree-rollback | ostree-undo-rollback) with_index "$1" ostree admin set-default ;;
    ostree-unstage | ostree-remove) with_index "$1" ostree admin undeploy ;;
    ostree-pin) with_index "$1" ostree admin pin ;;
    ostree-unpin) with_index "$1" ostree admin pin --unpin ;;
    ostree-usr-overlay) ostree admin unlock ;;
    ostree-clean-up) ostree admin cleanup ;;
    systemd-reboot) reboot_host "$@" ;;
    systemd-soft-reboot) systemctl soft-reboot ;;
    systemd-pause-updates) systemctl mask --now "$1" ;;
    systemd-etc) change_etc ;;
    systemd-resume-updates) systemctl unmask "$1" && systemctl start "$1" ;;
    *) exit 64 ;;
  esac
}

# stage COMMAND…: with progress where it is told, and with an eye on one that does not end after it has staged.
stage() {
  if [ "$mode" = progress ]; then set -- "$@" --progress-fd 3; fi
  if [ "$patience" -eq 0 ]; then
    "$@"
    return
  fi
  watched=$(staged_stamp)
  "$@" &
  worker=$!
  still=0
  seen=
  while kill -0 "$worker" 2>/dev/null; do
    # A second in which bootc may end.
    sleep 1
    now=$(stat -c %s stdout stderr progress 2>/dev/null)
    if [ "$(staged_stamp)" = "$watched" ] || [ "$now" != "$seen" ]; then
      seen=$now
      still=0
      continue
    fi
    still=$((still + 1))
    if [ "$still" -ge "$patience" ]; then
      printf 'berth: staged %s s ago and not ended: stopped\n' "$still" >&2
      : >hung
      kill "$worker"
      sleep 1
      kill -s KILL "$worker" 2>/dev/null
      break
    fi
  done
  wait "$worker"
}

staged_stamp() {
  stat -c '%i %y' /run/composefs/staged-deployment 2>/dev/null
}

# bootc's rollback is a toggle: it is not run where the host is already as it should be.
toggle_unless() {
  toggle_state=$(bootc status --format=json) || return
  case $toggle_state in
    *"$1"*) printf 'berth: %s, nothing is run\n' "$2" ;;
    *) bootc rollback ;;
  esac
}

switch_image() {
  image=$1
  set -- "$2" "$3" "$4"
  transport=$1
  retain=$2
  policy=$3
  set -- bootc switch
  if [ "$transport" != registry ]; then set -- "$@" --transport "$transport"; fi
  if [ "$retain" = retain ]; then set -- "$@" --retain; fi
  if [ "$policy" = policy ]; then set -- "$@" --enforce-container-sigpolicy; fi
  if [ "$mode" = progress ]; then set -- "$@" --progress-fd 3; fi
  mode=plain
  stage "$@" "$image"
}

rebase() {
  if [ "$4" = policy ]; then
    rpm-ostree rebase "ostree-image-signed:docker://$1"
  else
    rpm-ostree rebase "ostree-unverified-registry:$1"
  fi
}

change_arguments() {
  count=$#
  while [ "$count" -gt 0 ]; do
    case $1 in
      +*) set -- "$@" "--append=${1#+}" ;;
      *) set -- "$@" "--delete=${1#-}" ;;
    esac
    shift
    count=$((count - 1))
  done
  rpm-ostree kargs "$@"
}

# bootc keeps the arguments of each source apart and takes all of one at a time; none at all takes the source away.
set_arguments() {
  if [ "$#" -eq 0 ]; then
    bootc loader-entries set-options-for-source --source berth
    return
  fi
  all=
  for word in "$@"; do all="$all${all:+ }${word#+}"; done
  bootc loader-entries set-options-for-source --source berth "--options=$all"
}

# order: the ids of all deployments, in the order in which they boot, which is that of their indexes.
order() {
  ostree admin status | sed -n 's/^[^ ]* *[^ ]* \([0-9a-f]\{64\}\.[0-9]*\).*/\1/p'
}

# with_index ID COMMAND…: the position of a deployment shifts with every change, so it is looked up right before.
with_index() {
  index=$(order | grep -nx "$1" | cut -d: -f1)
  if [ -z "$index" ]; then
    printf 'error: there is no deployment %s\n' "$1" >&2
    return 1
  fi
  shift
  "$@" "$((index - 1))"
}

# roll_to ID COMMAND…: a toggle, not run where the deployment is first already.
roll_to() {
  if [ "$(order | head -n 1)" = "$1" ]; then
    printf 'berth: %s is first already, nothing is run\n' "$1"
    return
  fi
  shift
  "$@"
}

# The steps and what they need came with actions/etc-prepare.sh.
change_etc() {
  # shellcheck disable=SC2034 # for etc.sh
  OPERATION=$PWD
  # shellcheck source=/dev/null
  . ./etc.sh && etc_base || return
  etc_change
  changed_result=$?
  # It may be secret, and is where it is to be, or is not wanted there.
  rm -rf new
  etc_leave
  return "$changed_result"
}

reboot_host() {
  if [ "$1" -eq 0 ]; then when=now; else when=+$1; fi
  if [ -n "$2" ]; then shutdown -r "$when" "$2"; else shutdown -r "$when"; fi
}

if [ "$mode" = progress ]; then
  {
    trap : TERM
    perform "$@" 3>&1 1>>stdout 2>>stderr </dev/null
    printf '%s\n' "$?" >exit-code.new
  } | cat >>progress
else
  perform "$@" 1>>stdout 2>>stderr </dev/null
  printf '%s\n' "$?" >exit-code.new
fi
mv exit-code.new exit-code
RUNNER
}
