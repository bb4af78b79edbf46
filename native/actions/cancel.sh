# shellcheck shell=sh
# needs: lib/operation-folder.sh
# Asks systemd to stop the unit of an operation: TERM, and KILL for what is left after its usual patience; a reboot
# that is still to come is taken back. As root. Does not wait: follow.sh sees the end. Argument: operation id.
# One frame, `cancel`; exit code 0: asked, or over already.

main() {
  frame cancel cancel_unit "$1"
}

cancel_unit() {
  use_operation "$1" || return
  if [ -e "$OPERATION/exit-code" ]; then
    # A reboot that is still to come is taken back; its unit has long ended.
    if grep -qx 'verb=reboot' "$OPERATION/meta" 2>/dev/null; then shutdown -c; fi
    return
  fi
  IFS= read -r unit <"$OPERATION/unit" || return
  : >"$OPERATION/cancelled" || return
  systemctl stop --no-block "$unit"
}

main "$@"
