# shellcheck shell=sh
# needs: lib/limit.sh lib/journal.sh
# Entries of the journal as journalctl prints them, or the values of a field. Reads only.
# Arguments: `older`, `newer` or `all`; how many lines at most, but for `all`; then words for journalctl: options with their values in one word, and FIELD=value.
#
# Frames: identity (lib/journal.sh); entries, what journalctl prints: with `older` the newest first.

QUERY_LIMIT=60 # seconds; what is looked for may be rare

main() {
  direction=$1
  count=$2
  shift 2
  frame identity read_identity
  frame entries "read_$direction" "$@"
}

# Its notices are wanted: that some of the journal may not be read is said in no other way.
query() {
  need journalctl || return
  limit "$QUERY_LIMIT" journalctl --no-pager "$@"
}

read_older() {
  query --reverse --lines="$count" "$@"
}

# --lines alone means the last ones, or the first ones behind a cursor, or, with --grep, --reverse. --lines=+N means the first ones, since systemd 254.
read_newer() {
  if journalctl_since 255; then
    query --lines="+$count" "$@"
  else
    need head || return
    # Its code is told: of a pipe only the last one's counts. 141: it had more to say.
    exec 4>&1
    code=$({ { query "$@" 3>&- 4>&-; printf %s "$?" >&3; } | head -n "$count" >&4; } 3>&1)
    exec 4>&-
    case $code in '' | 141) return 0 ;; esac
    return "$code"
  fi
}

# Until nobody reads any more.
read_all() {
  query "$@"
}

# journalctl_since VERSION
journalctl_since() {
  version=$(journalctl --version 2>/dev/null) || return
  version=${version#systemd }
  version=${version%%[!0-9]*}
  [ "${version:-0}" -ge "$1" ]
}

main "$@"
