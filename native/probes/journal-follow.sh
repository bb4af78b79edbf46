# shellcheck shell=sh
# needs: lib/journal.sh
# What a journal gets, from now on. Reads only. Arguments: words for journalctl, as of journal.sh.
#
# Frames: clock, seconds since the epoch by the host's clock, with a fraction where date has one; identity (lib/journal.sh);
# entries, what `journalctl --follow` prints, until the connection ends: journalctl looks whether its reader is there.

main() {
  frame clock date +%s.%N
  frame identity read_identity
  frame entries follow "$@"
}

follow() {
  need journalctl || return
  journalctl --no-pager --follow "$@"
}

main "$@"
