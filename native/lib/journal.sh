# shellcheck shell=sh
# needs: lib/limit.sh lib/bounded.sh
# Reading the journal of a host, for scripts that tell of its boots.

ROOT= # the root folder of the tree to read, empty but in tests
JOURNAL_SLOW=30 # seconds, for what may read the whole journal
JOURNAL_BOOTS=8 # boots that are looked at one by one
JOURNAL_MUCH=600000 # bytes

# first_line FILE: its first line in $LINE; empty where it cannot be read.
first_line() {
  LINE=
  { IFS= read -r LINE <"$1"; } 2>/dev/null
  return 0
}

# journal=readable|unreadable|none: whether the files of the system's journal are there and may be read.
read_identity() {
  first_line /proc/sys/kernel/random/boot_id && printf 'boot-id=%s\n' "$LINE"
  printf 'user-id=%s\n' "$(id -u 2>/dev/null)"
  printf 'user=%s\n' "$(id -un 2>/dev/null)"
  printf 'time=%s\n' "$(date +%s 2>/dev/null)"
  persistent=no
  readable=none
  for file in "$ROOT"/run/log/journal/*/system*.journal "$ROOT"/var/log/journal/*/system*.journal; do
    [ -e "$file" ] || continue
    case $file in "$ROOT"/var/*) persistent=yes ;; esac
    if [ -r "$file" ]; then readable=readable; elif [ "$readable" = none ]; then readable=unreadable; fi
  done
  # A folder that cannot be looked into is there all the same.
  if [ "$readable" = none ] && [ -d "$ROOT/var/log/journal" ]; then
    persistent=yes
    [ -r "$ROOT/var/log/journal" ] || readable=unreadable
  fi
  printf 'persistent=%s\njournal=%s\n' "$persistent" "$readable"
  # Without the file it is UTC; where it is a copy instead of a link, its name is not known.
  if [ -e "$ROOT/etc/localtime" ]; then
    printf 'zone=%s\n' "$(readlink "$ROOT/etc/localtime" 2>/dev/null)"
  else
    printf 'zone=zoneinfo/UTC\n'
  fi
}

journalctl_quietly() {
  need journalctl || return
  limit "$JOURNAL_SLOW" journalctl --no-pager -q "$@"
}

# journal BYTES ARGUMENT…: entries as lines of JSON.
journal() {
  journal_bytes=$1
  shift
  bounded "$journal_bytes" journalctl_quietly -o json --output-fields="$FIELDS" "$@"
}

# JSON where this journalctl has it for the list (systemd 250 or so), else its table.
read_boots() {
  LISTED=$(bounded "$JOURNAL_MUCH" journalctl_quietly --list-boots -o json)
  boots_result=$?
  case $LISTED in
    '['*) ;;
    *)
      LISTED=$(bounded "$JOURNAL_MUCH" journalctl_quietly --list-boots)
      boots_result=$?
      ;;
  esac
  printf '%s\n' "$LISTED"
  return "$boots_result"
}

# The ids of the newest boots, newest first, in $LIST. Both forms of the list have the oldest first.
list_boots() {
  LIST=
  LIST=$(
    printf '%s\n' "$LISTED" | tr ',' '\n' |
      sed -n -e 's/^[[{ ]*"boot_id" *: *"\([0-9a-f]\{32\}\)".*/\1/p' -e 's/^ *-\{0,1\}[0-9]\{1,\} \([0-9a-f]\{32\}\) .*/\1/p' |
      tail -n "$JOURNAL_BOOTS" 2>/dev/null
  )
  reversed=
  for boot in $LIST; do reversed="$boot $reversed"; done
  LIST=$reversed
}

# `== <boot id>`, then the kernel's line about its command line: which deployment a boot was to run, for hosts whose initramfs says nothing.
read_command_lines() {
  for boot in $LIST; do
    printf '\n== %s\n' "$boot"
    bounded 40000 journalctl_quietly -b "$boot" -k -o cat | grep -m 1 'ommand line: '
  done
  return 0
}

# `<name below /ostree> <stateroot>/<deployment id>`: what the command lines of today's boot entries stand for.
read_boot_links() {
  need readlink || return
  for link in "$ROOT"/ostree/boot.[01]/*/*/[0-9]*; do
    [ -L "$link" ] || continue
    target=$(readlink "$link") || continue
    printf '%s %s\n' "${link#"$ROOT/ostree/"}" "${target##*/}"
  done
}

# Entries of ostree-prepare-root: which deployment a boot ran.
read_deployments() {
  journal "$JOURNAL_MUCH" -r -n 200 MESSAGE_ID=7170336a73ba4601bad31af888aa0df7
}
