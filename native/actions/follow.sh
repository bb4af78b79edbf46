# shellcheck shell=sh
# needs: lib/operation-folder.sh
# Tells what an operation wrote and writes, from given offsets on, until its unit has ended and all is told. As root.
# Arguments: operation id, boot id of its start, then how many bytes of stdout, stderr and progress are known already.
#
# Frames, on stdout (on stderr they are empty):
#   stdout <offset> <length>, stderr <offset> <length>, progress <offset> <length>: so many bytes from that offset on
#   state <what>: `waiting` while the unit has not begun; `running` when it has, and again every few seconds so that a lost
#     connection shows on both sides; the last frame is one of
#     `ended <exit code>[ hung]` (hung: it had staged, did not end and was stopped), `vanished` (the unit is gone and left no exit code), `not-started` (it has not begun, and from
#     now on never will), `rebooted` (another boot id: what was in /run is lost)
# Ends with its connection: the next frame meets a closed pipe.

# The most bytes of one file at a turn, so that one busy stream does not starve the others.
TURN=1048576
# Turns without news between two signs of life. A turn takes a quarter of a second.
SIGN_OF_LIFE=20

main() {
  use_operation "$1" || exit
  at_stdout=$3
  at_stderr=$4
  at_progress=$5
  still=0
  same_boot "$2" || last rebooted
  if [ -e "$OPERATION/never" ]; then last not-started; fi
  wait_for_beginning
  state running
  while :; do
    same_boot "$2" || last rebooted
    [ -d "$OPERATION/began" ] || last vanished
    # Looked at before the files: what was written before the exit code is then surely told.
    ended=no
    if [ -e "$OPERATION/exit-code" ]; then ended=yes; fi
    read_sizes
    send stdout "$at_stdout" "$size_stdout"
    at_stdout=$NEXT
    send stderr "$at_stderr" "$size_stderr"
    at_stderr=$NEXT
    send progress "$at_progress" "$size_progress"
    at_progress=$NEXT
    if [ "$at_stdout $at_stderr $at_progress" != "${told:-}" ]; then
      told="$at_stdout $at_stderr $at_progress"
      still=0
      continue
    fi
    if [ "$ended" = yes ]; then
      IFS= read -r code <"$OPERATION/exit-code"
      if [ -e "$OPERATION/hung" ]; then last ended "$code" hung; fi
      last ended "$code"
    fi
    rest
  done
}

read_sizes() {
  # shellcheck disable=SC2046 # three numbers
  set -- $(stat -c %s "$OPERATION/stdout" "$OPERATION/stderr" "$OPERATION/progress" 2>/dev/null)
  size_stdout=${1:-0}
  size_stderr=${2:-0}
  size_progress=${3:-0}
}

# send FILE OFFSET SIZE: a frame with what is new; $NEXT is the offset after it.
send() {
  NEXT=$2
  fresh=$(($3 - $2))
  if [ "$fresh" -le 0 ]; then return; fi
  if [ "$fresh" -gt "$TURN" ]; then fresh=$TURN; fi
  mark begin "$1" "$2" "$fresh" || exit
  tail -c "+$(($2 + 1))" "$OPERATION/$1" 2>/dev/null </dev/null | head -c "$fresh"
  mark end "$1" 0 || exit
  NEXT=$(($2 + fresh))
}

# A quarter of a second; now and then a sign of life and a look at the unit.
rest() {
  still=$((still + 1))
  if [ "$((still % SIGN_OF_LIFE))" -eq 0 ]; then
    state running
    look_at_unit
  fi
  nap
}

# A unit that has ended wrote its exit code before: looked at in this order there is no gap between the two.
look_at_unit() {
  unit=
  { IFS= read -r unit <"$OPERATION/unit"; } 2>/dev/null
  if unit_lives "$unit" || [ -e "$OPERATION/exit-code" ]; then return; fi
  if [ -d "$OPERATION/began" ]; then last vanished; fi
  give_up
}

# A start may still be on its way, or its unit in a queue: so the word is made true first. To make this folder is the first
# thing that a unit does, and it can be made only once.
give_up() {
  umask 077
  mkdir -p "$OPERATION" || last not-started
  if mkdir "$OPERATION/began" 2>/dev/null; then
    : >"$OPERATION/never"
    last not-started
  fi
}

# start.sh has answered, or never will: a few turns are enough for the unit's first act.
wait_for_beginning() {
  waited=0
  until [ -d "$OPERATION/began" ]; do
    [ "$waited" -lt 8 ] || look_at_unit
    [ -d "$OPERATION" ] || give_up
    waited=$((waited + 1))
    nap
    # Nobody may be there any more.
    state waiting
  done
}

# Not every sleep knows parts of a second.
nap() {
  sleep 0.25 2>/dev/null || sleep 1
}

state() {
  mark begin state "$@" || exit
  mark end state 0 || exit
}

last() {
  state "$@"
  exit 0
}

main "$@"
