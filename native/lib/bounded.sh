# shellcheck shell=sh
# Bounds in size for answers that may be of any length.

# bounded BYTES COMMAND [ARGUMENT…]: what the command prints, cut after so many bytes. Its exit code is the command's own; having
# been cut is no failure.
bounded() {
  bounded_bytes=$1
  shift
  need head || return
  exec 4>&1
  bounded_result=$({ { "$@" 3>&- 4>&-; printf %s "$?" >&3; } | head -c "$bounded_bytes" >&4; } 3>&1)
  exec 4>&-
  # Nothing is known of a shell that died with its pipe, and 141 is a program that did (128 + PIPE): both were cut.
  case $bounded_result in '' | 141) return 0 ;; esac
  return "$bounded_result"
}
