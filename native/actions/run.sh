# shellcheck shell=sh
# Runs a command line for a person, as whoever runs this script: with sh, without input and without a terminal. Its output goes through.
# Arguments: the lines of the command. One frame, `run`, whose exit code is the command's.
# The sender keeps the stdin open for as long as the command may run. Once it ends (a stop, a time limit, a lost connection), the command
# and all it has started in its session get TERM, and two seconds later KILL.

main() {
  run_text=$1
  shift
  for run_line; do
    run_text="$run_text
$run_line"
  done
  exec 4<&0
  frame run run_command
}

run_command() {
  # The words of probes are in English and their times UTC; a person's command has what the host has.
  unset LC_ALL TZ
  if has setsid; then
    run_target=-
    setsid sh -c "$run_text" 4<&- &
  else
    run_target=
    sh -c "$run_text" 4<&- &
  fi
  run_pid=$!
  end_with_stdin "$run_target$run_pid" >/dev/null 2>&1 &
  run_watcher=$!
  # Some shells say "Terminated": that is told by the exit code.
  wait "$run_pid" 2>/dev/null
  run_code=$?
  kill "$run_watcher" 2>/dev/null
  return "$run_code"
}

# end_with_stdin PID: waits for the end of the stdin; a PID with a dash in front is a whole session.
end_with_stdin() {
  cat <&4
  # The command may be over at once, and what it has started may not.
  trap '' TERM
  kill -TERM "$1"
  sleep 2
  kill -KILL "$1"
}

main "$@"
