# shellcheck shell=sh
# Frames: how a script tells what it read. It is sent in front of every script, over the stdin of
#   sh -s -- <script name> <nonce> <arguments of the script…>
# A frame is  \n<nonce> begin <name>[ <argument>…]\n  bytes  \n<nonce> end <name> <exit code>\n  on stdout and on stderr alike.
# Whatever else the host prints (banners, rc files, a motd) has no nonce and is ignored. Read by shared/parse/frames.ts.
#
# A script defines functions and calls main in its last line, so that a stream cut on its way runs nothing. The sender then
# ends the stdin, and sh with it.

set -u
LC_ALL=C
TZ=UTC
export LC_ALL TZ

# shellcheck disable=SC2034 # for ps on the host, and for scripts that want to know their name
BERTH_SCRIPT=$1
BERTH_NONCE=$2
shift 2

# mark WORDS…: one marker on both streams.
mark() {
  printf '\n%s %s\n' "$BERTH_NONCE" "$*"
  printf '\n%s %s\n' "$BERTH_NONCE" "$*" >&2
}

# frame NAME COMMAND [ARGUMENT…]: one frame with what the command prints. Its stdin is closed: ours is the script.
frame() {
  frame_name=$1
  shift
  mark begin "$frame_name"
  "$@" </dev/null
  mark end "$frame_name" "$?"
}

# has TOOL: true when there is such a command.
has() {
  command -v "$1" >/dev/null 2>&1
}

# need TOOL: as has, and says so otherwise. Exit code 127, as a shell has it.
need() {
  has "$1" && return 0
  printf '%s: not found\n' "$1" >&2
  return 127
}
