# shellcheck shell=sh
# needs: lib/etc-program.sh
# What is at some paths of /etc, above them and below them, here and in the booted image. Reads only. As root.
# Argument: how many bytes of words follow on stdin once the frame `input` has begun: a path a line, as lib/etc-program.sh has them.
#
# Frame `input`: empty. Frame `etc`, its lines:
#   base|local <path> <state> <mtime>   for each path that is there
#   read-only, transient                what is to be known of /etc as a whole
#   cut                                 there is more than is told
#   end                                 all was told

# Lines that are told at most.
MOST=4000

main() {
  exec 5<&0
  frame input true
  frame etc look "$1"
}

look() {
  need stat && need sha256sum && need od || return
  eval "$(etc_program)"
  etc_words=$(head -c "$1" <&5)
  etc_base || return
  {
    printf '%s\n' "$etc_words" | while read -r etc_each; do
      etc_text "$etc_each"
      etc_path_now=$ETC_TEXT
      etc_look base "$ETC_BASE" "$etc_path_now"
      etc_look local "$ETC_PLACE" "$etc_path_now"
    done
    printf 'all\n'
  } | head -n "$MOST" | {
    etc_all=no
    while IFS= read -r etc_line; do
      if [ "$etc_line" = all ]; then etc_all=yes; else printf '%s\n' "$etc_line"; fi
    done
    [ "$etc_all" = yes ] || printf 'cut\n'
  }
  etc_leave
  [ -w /etc ] || printf 'read-only\n'
  tell_transient
  printf 'end\n'
}

# An overlay whose changes are in /run (reference 4.7). What is mounted on /etc last counts.
tell_transient() {
  etc_mount=
  while read -r _ _ _ _ etc_at etc_options; do
    [ "$etc_at" != /etc ] || etc_mount=$etc_options
  done </proc/self/mountinfo
  case $etc_mount in *' - overlay '*upperdir=/run/* | *' - tmpfs '*) printf 'transient\n' ;; esac
}

main "$@"
