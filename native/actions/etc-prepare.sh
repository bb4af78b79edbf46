# shellcheck shell=sh
# needs: lib/operation-folder.sh lib/etc-program.sh
# Brings to a host what the verb `etc` needs, before its unit starts, and saves what is there now. As root. Safe to repeat until the unit
# has begun. Nothing below /etc is changed.
# Arguments: operation id, the boot id on which it was planned, the length of the steps, then the length of each new content, in bytes.
# All of them follow on stdin, one after the other, once the frame `input` has begun.
#
# Frames: `input`, empty; `prepare`; then `saved <line> <length>` with the content that the step on that line will replace, for regular
# files whose step says `home` and that hold no private key; and `ready`, empty, when all was told. Exit code of `prepare`: 0; 64 not arguments of ours; 65: the host was rebooted; 66: the
# unit has begun already, and nothing more is told; 81: something is not as it was, `changed <word>` on stderr for each; else what failed.
#
# Below /run/berth/<id>: steps (a line each, as shared/logic/etc-step-lines.ts writes them), new/<n> (content), saved/<line>, etc.sh.

main() {
  exec 5<&0
  frame input true
  frame prepare prepare "$@"
  [ -e "${OPERATION:-}/prepared" ] || return 0
  tell_saved
  frame ready true
}

prepare() {
  need stat && need sha256sum && need od && need grep || return
  use_operation "$1" || return
  prepare_boot=$2
  shift 2
  for prepare_length in "$@"; do case $prepare_length in '' | *[!0-9]*) return 64 ;; esac done
  if ! same_boot "$prepare_boot"; then
    printf 'the host was rebooted\n' >&2
    return 65
  fi
  umask 077
  mkdir -p "$OPERATION" || return
  rm -f "$OPERATION/prepared"
  [ ! -e "$OPERATION/began" ] || return 66
  rm -rf "$OPERATION/new" "$OPERATION/saved"
  mkdir "$OPERATION/new" "$OPERATION/saved" || return
  receive "$@" || return
  etc_program >"$OPERATION/etc.sh" || return
  # shellcheck source=/dev/null
  . "$OPERATION/etc.sh"
  etc_check || return
  save && : >"$OPERATION/prepared"
}

# receive STEPS CONTENT…: one stream to files. Not every head leaves what it does not print.
receive() {
  cat <&5 >"$OPERATION/payload" || return
  receive_at=1
  receive_name=steps
  receive_count=0
  for receive_length in "$@"; do
    tail -c "+$receive_at" "$OPERATION/payload" | head -c "$receive_length" >"$OPERATION/$receive_name"
    if [ "$(stat -c %s "$OPERATION/$receive_name")" != "$receive_length" ]; then
      printf 'what was sent is not whole\n' >&2
      return 1
    fi
    receive_at=$((receive_at + receive_length))
    receive_count=$((receive_count + 1))
    receive_name=new/$receive_count
  done
  rm -f "$OPERATION/payload"
  while read -r receive_kind _ _ _ receive_number receive_hash _; do
    [ "$receive_kind" = file ] || continue
    receive_found=$(sha256sum <"$OPERATION/new/$receive_number") || return
    if [ "${receive_found%% *}" != "$receive_hash" ]; then
      printf 'what was sent is not what was meant\n' >&2
      return 1
    fi
  done <"$OPERATION/steps"
}

# The content of each regular file that a step replaces or removes, compared with what the step expects.
save() {
  save_line=0
  while read -r _ save_path save_expect _; do
    save_line=$((save_line + 1))
    case $save_expect in file:*) ;; *) continue ;; esac
    # shellcheck disable=SC2154 # of etc_program
    etc_text "$save_path"
    # shellcheck disable=SC2154
    if ! (etc_enter "$ETC_PLACE" "$ETC_TEXT" && [ ! -L "./$ETC_NAME" ] && cat "./$ETC_NAME") >"$OPERATION/saved/$save_line"; then
      return 1
    fi
    save_found=$(sha256sum <"$OPERATION/saved/$save_line")
    if [ "${save_found%% *}" != "${save_expect##*:}" ]; then
      printf 'changed %s\n' "$save_path" >&2
      return 81
    fi
  done <"$OPERATION/steps"
}

tell_saved() {
  tell_line=0
  while read -r _ _ tell_expect tell_home _; do
    tell_line=$((tell_line + 1))
    case $tell_home-$tell_expect in home-file:*) ;; *) continue ;; esac
    # Its name did not tell.
    if grep -q -e '-----BEGIN [A-Z0-9 ]*PRIVATE KEY' "$OPERATION/saved/$tell_line"; then continue; fi
    mark begin saved "$tell_line" "$(stat -c %s "$OPERATION/saved/$tell_line")" || exit
    cat "$OPERATION/saved/$tell_line"
    mark end saved 0 || exit
  done <"$OPERATION/steps"
}

main "$@"
