# shellcheck shell=sh
# Bounds in time for commands that may never end.

# limit SECONDS COMMAND [ARGUMENT…]: exit code 124 when the command had to be ended.
limit() {
  limit_seconds=$1
  shift
  if ! has timeout; then
    limit_outside "$limit_seconds" "$@"
    return
  fi
  timeout "$limit_seconds" "$@"
  limit_code "$?"
}

# limit_code CODE: the timeout of busybox leaves 143 (128 + TERM) where the others have 124.
limit_code() {
  [ "$1" -eq 143 ] && return 124
  return "$1"
}

# limit_outside SECONDS COMMAND [ARGUMENT…]: for where timeout(1) is missing, or is not what sudo allows. A command that
# cannot be ended is left behind with a pipe that leads nowhere, so that it holds no stream of ours. What it prints comes
# out when it ends: on stdout when it succeeded, else on stderr. COMMAND is a program, not a function.
limit_outside() {
  limit_seconds=$1
  shift
  {
    # exec: no shell stays in between that would hold our stderr.
    limit_output=$(exec "$@" 2>&1 </dev/null)
    limit_result=$?
    if [ "$limit_result" -eq 0 ]; then printf '%s\n' "$limit_output"; else printf '%s\n' "$limit_output" >&2; fi
    exit "$limit_result"
  } &
  limit_worker=$!
  {
    trap 'kill "$limit_sleep"; exit' TERM
    sleep "$limit_seconds" &
    limit_sleep=$!
    # A sleep that is missing or was ended is no reason to end the worker.
    wait "$limit_sleep" && kill "$limit_worker"
  } >/dev/null 2>&1 </dev/null &
  limit_watch=$!
  wait "$limit_worker"
  limit_result=$?
  kill "$limit_watch" 2>/dev/null
  limit_code "$limit_result"
}
