# shellcheck shell=sh
# needs: lib/operation-folder.sh
# Asks systemd to stop the unit of an operation: TERM, and KILL for what is left after its usual patience. As root. Does not
# wait: follow.sh sees the end. Argument: operation id.
# One frame, `cancel`; exit code 0: asked, or over already.

main() {
  frame cancel cancel_unit "$1"
}

cancel_unit() {
  use_operation "$1" || return
  if [ -e "$OPERATION/exit-code" ]; then return 0; fi
  IFS= read -r unit <"$OPERATION/unit" || return
  : >"$OPERATION/cancelled" || return
  systemctl stop --no-block "$unit"
}

main "$@"
